// Asks Go's libraries and writes their answers for the tests of src/schema:
//
//     npx node tools/schema-oracle/update.ts
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { questions } from '../../test/schema/questions.ts'
import { randomMerges, seed } from '../../test/schema/random-merges.ts'

const here = import.meta.dirname
const tests = join(here, '../../test/schema')

function ask(lines: readonly object[]): string[] {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const options = { cwd: here, input, maxBuffer: 2 ** 30, env: { ...process.env, GOFLAGS: '-mod=mod' } }
  return execFileSync('go', ['run', '.'], options).toString().trimEnd().split('\n')
}

writeFileSync(join(tests, 'answers.jsonl'), `${ask(questions).join('\n')}\n`)

// Of thousands of merges only a digest of each result is kept; of errors, whose texts vary with Go's map order, none.
const digests = ask(
  randomMerges(seed, 3000).map(({ original, patch }) => ({
    do: 'merge',
    type: 'Pod',
    json: original,
    patch,
  })),
).map((line) => {
  const { text }: { text?: string } = JSON.parse(line)
  return text === undefined ? 'error' : createHash('sha256').update(text).digest('hex').slice(0, 8)
})
writeFileSync(join(tests, 'merges.txt'), `${digests.join('\n')}\n`)
