/**
 * Random templates through our engine and through Go's: `node test/property/template-fuzz.ts [seed] [count]`. Needs Go;
 * says so and ends where there is none. A difference ends it with the seed that shows it.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { type Result, type Row, runRow } from '../gotemplate/rows.ts'
import type { Json, JsonMap } from '../gotemplate/typed-data.ts'
import { fieldsOf, randomFrom, TemplateMaker } from './template-grammar.ts'

const seed = Number(process.argv[2] ?? Date.now() % 1_000_000)
const count = Number(process.argv[3] ?? 20_000)

const pointers: ReadonlySet<string> = new Set(
  'fn sum fails i64fn firstfn anyfn pb pi ps pcolor linked pnotes'.split(' '),
)

/** Differences that are shown before it gives up. */
const shown = 10

const file: { data: JsonMap } = JSON.parse(
  readFileSync(new URL('../gotemplate/rows.json', import.meta.url), 'utf8'),
)
const oracle = spawn('go', ['run', '.', 'serve'], {
  cwd: new URL('../../tools/template-oracle', import.meta.url),
  stdio: ['pipe', 'pipe', 'inherit'],
})
oracle.on('error', () => {
  say('skipped: there is no Go here')
  process.exit(0)
})

const answers = createInterface({ input: oracle.stdout })[Symbol.asyncIterator]()
let different = 0
for (let i = 0; i < count && different < shown; i++) {
  const set = (seed + i) % 3 === 2 ? 'typed' : 'values'
  const maker = new TemplateMaker(randomFrom(seed + i), fieldsOf[set])
  const row: Row = { template: maker.make(), data: withoutPointers(file.data[set]) }
  const result = runRow(row)
  // What is too much for us may be endless in Go.
  if ('phase' in result && result.phase === 'limit') continue
  oracle.stdin.write(`${JSON.stringify(row)}\n`)
  const answer = await answers.next()
  if (answer.done === true) throw new Error('the oracle has ended')
  const expected: Result = JSON.parse(answer.value)
  if (isDeepStrictEqual(withoutAddresses(result), withoutAddresses(expected)) || isKnown(expected)) continue
  different++
  say(`seed ${seed + i}: ${JSON.stringify(row.template)}`)
  say(`  Go   ${JSON.stringify(expected)}\n  ours ${JSON.stringify(result)}`)
}
oracle.stdin.end()
say(`${count} templates from seed ${seed}: ${different} differences`)
process.exitCode = different > 0 ? 1 : 0

/** Where we differ on purpose. */
function isKnown(expected: Result): boolean {
  if (!('error' in expected)) return false
  // A pointer's own text is ours to show, the bare struct is Go's.
  if (expected.error.includes("range can't iterate over {")) return true
  // Go's slice, unlike its index, does not look into interfaces.
  return expected.error.includes('cannot index slice/array with type interface {}')
}

/** Addresses differ from run to run, in whatever base a verb writes them. */
function withoutAddresses(result: Result): Result {
  return JSON.parse(
    JSON.stringify(result).replaceAll(/(0x)?([0-9a-f]{9,}|[0-9A-F]{9,}|[0-7]{12,})/g, 'address'),
  )
}

/** Without functions and pointers to scalars, which are nothing but addresses. */
function withoutPointers(data: Json | undefined): Json {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : []
  return Object.fromEntries(entries.filter(([name]) => !pointers.has(name)))
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
