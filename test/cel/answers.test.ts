/** Conditions beside what the API server's own CEL says of them (tools/cel-oracle): never a wrong yes, no or failure. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { valueOf } from '../../src/cel/value.ts'
import { compileCondition, conditionInput, type Truth } from '../../src/selection/condition.ts'
import { requestOf } from '../../src/selection/received.ts'
import { namespace, randomQuestions, seed, written, type Question } from './questions.ts'

const read = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, name), 'utf8')
    .trimEnd()
    .split('\n')

function ours({ expression, pod }: Question): Truth {
  const input = conditionInput(valueOf(pod), requestOf(pod, namespace))
  return compileCondition(expression).evaluate(input)
}

interface Answer {
  readonly expression: string
  readonly now?: string
  readonly before?: string
}

t.test('conditions that somebody has written', (t) => {
  const answers = read('answers.jsonl').map((line): Answer => JSON.parse(line))
  t.strictSame(
    answers.map(({ expression }) => expression),
    written.map(({ expression }) => expression),
    'the answers are up to date: npx node tools/cel-oracle/update.ts',
  )
  const unknown: string[] = []
  for (const [index, question] of written.entries()) {
    const { now, before } = answers[index] ?? {}
    if (now === undefined) continue
    const truth = ours(question)
    if (truth.kind === 'unknown') unknown.push(question.expression)
    else if (now !== before) t.fail(`${question.expression}: ${truth.kind}, and API servers do not agree`)
    else t.equal(truth.kind, now, `${question.expression}${'why' in truth ? `: ${truth.why}` : ''}`)
  }
  t.ok(unknown.length < written.length / 10, `few cannot be told: ${unknown.join('\n')}`)
  t.end()
})

t.test(`random conditions, seed ${seed}`, (t) => {
  const letters = read('random-answers.txt').join('')
  const questions = randomQuestions(seed, letters.length / 3)
  let told = 0
  for (const [index, question] of questions.entries()) {
    const said = letters[index]
    const truth = ours(question)
    // Refused by the API server, or told differently by its releases.
    if (said === 'r' || truth.kind === 'unknown') continue
    told++
    if (truth.kind[0] !== said) {
      const why = 'why' in truth ? `: ${truth.why}` : ''
      t.equal(truth.kind[0], said, `${question.expression} of ${JSON.stringify(question.pod)}${why}`)
    }
  }
  t.ok(told > letters.length * 0.7, `${told} of ${letters.length} are told`)
  t.end()
})
