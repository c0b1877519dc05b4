/** Each question was answered by Go's own libraries: encoding/json, fmt, jsonpb and protojson, strategicpatch. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { sprintOne } from '../../src/gotemplate/index.ts'
import {
  check,
  decode,
  marshal,
  marshalMessage,
  meshConfigType,
  podType,
  proxyConfigType,
  readMessage,
  SchemaError,
  strategicMerge,
  structNamed,
  structView,
  type Json,
} from '../../src/schema/index.ts'
import { questions, type Question } from './questions.ts'
import { randomMerges, seed } from './random-merges.ts'

interface Answer {
  readonly text?: string
  readonly error?: string
}

function lines(name: string): string[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
}

function answer({ do: what, type: name, json }: Question): Answer {
  try {
    if (what === 'message') return { text: message(name, json) }
    const type = structNamed(`v1.${name}`)
    check(type, json)
    if (what === 'decode') return { text: marshal(type, decode(type, json)) }
    if (what === 'string') return { text: sprintOne(structView(type, json, { pointer: true })) }
    return { text: `[${sprintOne(structView(type, json))}]` }
  } catch (error) {
    if (error instanceof SchemaError) return { error: error.message }
    throw error
  }
}

function message(name: string, json: Json): string {
  const type = name === 'MeshConfig' ? meshConfigType() : proxyConfigType()
  return marshalMessage(type, readMessage(type, json, { unknown: 'error' }))
}

/** protojson leaves `<` as it is, which templates never see. */
function normalized({ text, error }: Answer, question: Question): Answer {
  if (error !== undefined) return { error }
  return {
    text: question.do === 'message' && text !== undefined ? JSON.stringify(JSON.parse(text)) : (text ?? ''),
  }
}

t.test('values are read, written and printed as Go does', async (t) => {
  const answers = lines('answers.jsonl').map((line): Answer => JSON.parse(line))
  t.equal(answers.length, questions.length)
  const differing = questions
    .map((question, i) => ({
      question: JSON.stringify(question),
      ours: normalized(answer(question), question),
      go: normalized(answers[i] ?? {}, question),
    }))
    .filter(({ ours, go }) => ours.text !== go.text || ours.error !== go.error)
  t.same(differing, [])
})

function merged(original: Json, patch: Json): string {
  try {
    const result = strategicMerge(podType, original, decode(podType, patch, { patch: true }))
    return createHash('sha256').update(marshal(podType, result)).digest('hex').slice(0, 8)
  } catch (error) {
    if (error instanceof SchemaError) return 'error'
    throw error
  }
}

t.test('random patches are merged as Go does, and nothing is written into', async (t) => {
  const digests = lines('merges.txt')
  const merges = randomMerges(seed, digests.length)
  const before = JSON.stringify(merges)
  const differing = merges.flatMap(({ original, patch }, i) =>
    merged(original, patch) === digests[i] ? [] : [i],
  )
  t.same(differing, [])
  t.equal(JSON.stringify(merges), before)
})
