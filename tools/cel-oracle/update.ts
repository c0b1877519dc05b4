// Asks the API server's own CEL and writes its answers for the tests of src/cel:
//
//     npx node tools/cel-oracle/update.ts
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namespace, randomQuestions, seed, written, type Question } from '../../test/cel/questions.ts'

const here = import.meta.dirname
const tests = join(here, '../../test/cel')

interface Answer {
  readonly now?: string
  readonly before?: string
  readonly refused?: string
}

function ask(questions: readonly Question[]): readonly Answer[] {
  const input = questions.map((question) => `${JSON.stringify({ ...question, namespace })}\n`).join('')
  const options = { cwd: here, input, maxBuffer: 2 ** 30, env: { ...process.env, GOFLAGS: '-mod=mod' } }
  const lines = execFileSync('go', ['run', '.'], options).toString().trimEnd().split('\n')
  return lines.map((line): Answer => JSON.parse(line))
}

const answers = ask(written).map(({ now, before, refused }, index) =>
  JSON.stringify({
    expression: written[index]?.expression,
    ...(refused === undefined ? { now, before } : { refused: true }),
  }),
)
writeFileSync(join(tests, 'answers.jsonl'), `${answers.join('\n')}\n`)

// Of random ones a letter each: true, false, error, refused, differing between releases.
const letters = ask(randomQuestions(seed, 4000)).map(({ now = '', before, refused }) =>
  refused === undefined ? (now === before ? now.charAt(0) : 'd') : 'r',
)
const text = letters.join('').replace(/.{120}/g, '$&\n')
writeFileSync(join(tests, 'random-answers.txt'), `${text.trimEnd()}\n`)
