import { isObject, type Json, type JsonObject } from '../injection/json.ts'
import type { ReviewQuestion } from './answers.ts'
import { QuestionError } from './errors.ts'

/** Reads the body of `POST review`. Throws QuestionError. */
export function readQuestion(body: Buffer): ReviewQuestion {
  const json = parse(body)
  if (!isObject(json)) throw new QuestionError('question-invalid', 'the question is to be a JSON object')
  const { text, namespace = 'default', revision } = json
  if (typeof text !== 'string') throw new QuestionError('question-invalid', '"text" is to be a string')
  if (typeof namespace !== 'string')
    throw new QuestionError('question-invalid', '"namespace" is to be a string')
  if (revision !== undefined && typeof revision !== 'string')
    throw new QuestionError('question-invalid', '"revision" is to be a string')
  const namespaceLabels = labelsOf(json)
  return {
    text,
    namespace,
    ...(namespaceLabels === undefined ? {} : { namespaceLabels }),
    ...(revision === undefined ? {} : { revision }),
  }
}

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new QuestionError('question-invalid', 'the question is no JSON', { cause })
  }
}

function labelsOf(json: JsonObject): Readonly<Record<string, string>> | undefined {
  const { namespaceLabels: labels } = json
  if (labels === undefined) return undefined
  if (!isObject(labels)) throw new QuestionError('question-invalid', '"namespaceLabels" is to be an object')
  const entries = Object.entries(labels)
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw new QuestionError('question-invalid', 'the values of "namespaceLabels" are to be strings')
  return Object.fromEntries(entries)
}
