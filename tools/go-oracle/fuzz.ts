/**
 * Random documents and values, read and written by Go and by us. Run with `node tools/go-oracle/fuzz.ts [SEED [COUNT]]`;
 * prints every difference and exits with 1 if there is one. Needs Go; says so and passes without.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { marshalJson } from '../../src/golang/json.ts'
import { read, readTyped, write, YamlError } from '../../src/goyaml/index.ts'
import type { Json } from '../../src/golang/json-value.ts'
import { startOracle } from './oracle.ts'
import type { Answer, Oracle } from './oracle.ts'
import { target } from './target.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const seed = Number(positionals[0] ?? 1)
const count = Number(positionals[1] ?? 20_000)

/** A small generator of 32 bits (mulberry32), so that a seed names a run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = randomFrom(seed)
const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0]

// prettier-ignore
const pieces = [
  'a', 'b', 'key', ': ', ':', '- ', '-', '\n', '\n', '\n  ', '\n    ', '\n  - ', '\n- ', ' ', '  ', '\t',
  '#', ' # c', '"', "'", '"x y"', "'it''s'", '[', ']', '{', '}', ',', ', ', '? ', '?', '|', '>',
  '|-\n  t\n', '>+\n  t\n   u\n\n', '&x ', '*x', '!!str ', '!t ', '!!int ', '~', 'null', 'y', 'no', '1',
  '0x1f', '1.0', '1e3', '012', '08', '1_000', '.5', '.inf', '2020-01-01', '1:30', '<<: ', '<<: *x', '---',
  '---\n', '...', '%', '@', '`', '\\', '"\\n"', '"\\u00e9"', '"\\/"', 'é', '😀', '\u2028', '\u0085', '\r\n',
  '\r', '\n\n', 'x: y', 'a: &x {b: c}\n', '[a, b: c]', '{a, b: c,}', '\n   ', '\n\t', '""', "''",
  '!!binary aGk=', '%YAML 1.1\n', '%TAG !e! x:\n',
] as const

function randomDocument(): string {
  let text = ''
  for (let n = Math.ceil(random() * 14); n > 0; n--) text += pick(pieces)
  return text
}

// No backslash alone: once it was a key, V8's JSON.parse takes every key "\u001b" for it (Node 24.21).
// prettier-ignore
const words = [
  'a', 'b', 'key', ' ', '  ', ': ', ':', '- ', '-', '#', ' #', '\n', '\n ', '\t', '"', "'", '[', '{', ',',
  '? ', '|', '&', '*', '!', '%', '@', 'y', 'no', 'null', '~', '1', '0x1f', '1.5', '1e3', '012',
  '2020-01-01', '1:30', '---', '...', '<<', 'é', '😀', '\u2028', '\u0085', '\r', '\u00a0', '\ufeff',
  '\ufffd', '\0', '\u001b', '\\x', '/', 'a long text of several words ',
  'another one that goes on and on, ', '10', '9', '\u0660', 'ß', '0', '00', '_',
] as const

function randomText(): string {
  let text = ''
  for (let n = Math.floor(random() * 9); n > 0; n--) text += pick(words)
  return text
}

function randomValue(depth: number): Json {
  const kind = Math.floor(random() * (depth > 3 ? 6 : 9))
  if (kind < 3) return randomText()
  if (kind === 3) return pick([null, true, false, 0, -0, 1, -1])
  if (kind === 4) return Math.floor(random() * 2 ** 40) / pick([1, 2, 1000, 1e12, 1e-12, 1e-30])
  if (kind === 5)
    return pick([1e-7, 1e21, 1e20, 123456789.5, 2 ** 63, 2 ** 64, -(2 ** 63), 1e300, 5e-324, 0.1])
  if (kind === 6) return Array.from({ length: Math.floor(random() * 4) }, () => randomValue(depth + 1))
  return Object.fromEntries(
    Array.from({ length: Math.floor(random() * 4) }, () => [randomText(), randomValue(depth + 1)]),
  )
}

function answerOf(run: () => string): Answer {
  try {
    return { out: run() }
  } catch (error) {
    if (error instanceof YamlError) return { error: error.message }
    throw error
  }
}

const runs = [
  {
    op: 'read',
    make: randomDocument,
    ours: (text: string) => answerOf(() => marshalJson(read(text))),
    isSame: (go: string, our: string) => isDeepStrictEqual(JSON.parse(go), JSON.parse(our)),
  },
  {
    op: 'typed',
    make: () => `${pick(['name', 'names', 'labels', 'any', 'items', 'child', 'Lists'])}: ${randomDocument()}`,
    ours: (text: string) => answerOf(() => marshalJson(readTyped(text, target))),
    isSame: (go: string, our: string) => isDeepStrictEqual(JSON.parse(go), JSON.parse(our)),
  },
  {
    op: 'write',
    make: () => JSON.stringify(randomValue(0)),
    ours: (text: string) => answerOf(() => write(JSON.parse(text))),
    isSame: (go: string, our: string) => go === our,
  },
]

/** Go prints the faulty key's content; ours stops before it. */
function isSameError(go: string, our: string): boolean {
  return go === our || (our.includes('map key') && go.startsWith(our))
}

/** go-yaml's order of keys such as `01`, `11`, `1a` goes in a circle: what it writes changes from call to call. */
async function isUnstable(oracle: Oracle, op: string, text: string, go: Answer): Promise<boolean> {
  for (let n = 0; n < 30; n++) {
    if (!isDeepStrictEqual(await oracle.ask(op, text), go)) return true
  }
  return false
}

async function compare(oracle: Oracle): Promise<number> {
  let differences = 0
  for (const { op, make, ours, isSame } of runs) {
    for (let n = 0; n < count; n++) {
      const text = make()
      const go = await oracle.ask(op, text)
      const our = ours(text)
      const failed = go.error !== undefined || our.error !== undefined
      const same = failed ? isSameError(go.error ?? '', our.error ?? '') : isSame(go.out ?? '', our.out ?? '')
      if (same || (await isUnstable(oracle, op, text, go))) continue
      differences++
      console.log(JSON.stringify({ op, text, go, our }))
    }
  }
  return differences
}

const oracle = startOracle()
if (oracle === undefined) {
  console.log('skipped: go is not installed')
} else {
  const differences = await compare(oracle)
  oracle.close()
  console.log(
    `${count} documents read, ${count} read into a type, ${count} values written, seed ${seed}: ${differences} differences`,
  )
  process.exitCode = differences === 0 ? 0 : 1
}
