import { describe, read, splitDocuments, YamlError } from '../goyaml/index.ts'
import { isObject, objectAt, stringAt, type Json } from '../injection/json.ts'
import { CommandError } from './errors.ts'

/** One review of the input. */
export interface ReviewInput {
  /** JSON text of an AdmissionReview. */
  readonly review: string
  /** It came as a line of JSON. */
  readonly isLine: boolean
  /** Where it came from, for messages: `reviews.jsonl:3`. */
  readonly place: string
}

/**
 * The reviews of a text: lines of JSON, or YAML documents. A bare Pod is wrapped into a review as the API server
 * would send it, in its own namespace or the given one. Throws CommandError that names the place.
 */
export function readReviews(text: string, file: string, namespace: string): ReviewInput[] {
  const lines = jsonLines(text)
  if (lines !== undefined) {
    return lines.map(({ line, number }) => ({
      review: wrapped(parseLine(line, `${file}:${number}`), namespace),
      isLine: true,
      place: `${file}:${number}`,
    }))
  }
  return splitDocuments(text).flatMap((document, index) => {
    const place = `${file}, document ${index + 1}`
    const json = readDocument(document, place)
    return json === null ? [] : [{ review: wrapped(json, namespace), isLine: false, place }]
  })
}

interface Line {
  readonly line: string
  readonly number: number
}

/** The lines, if each of them is an object of its own; one JSON object over several lines is YAML. */
function jsonLines(text: string): Line[] | undefined {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
  const isLines = lines.length > 0 && lines.every(({ line }) => line.startsWith('{') && line.endsWith('}'))
  return isLines ? lines : undefined
}

function parseLine(line: string, place: string): Json {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new CommandError(`${place}: not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function readDocument(document: string, place: string): Json {
  try {
    return read(document)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new CommandError(`${place}: ${describe(error, document)}`, { cause: error })
  }
}

function wrapped(json: Json, namespace: string): string {
  if (!isObject(json) || json['kind'] !== 'Pod') return JSON.stringify(json)
  const metadata = objectAt(json, 'metadata')
  const request = {
    uid: 'review',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: stringAt(metadata, 'namespace') || namespace,
    operation: 'CREATE',
    object: { ...json, metadata },
    dryRun: true,
  }
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
}
