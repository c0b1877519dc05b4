import { describe, read, splitDocuments, YamlError } from '../goyaml/index.ts'
import type { Json } from '../injection/json.ts'
import { isDeeper } from './depth.ts'
import { InputError } from './errors.ts'

/** One object of a text. */
export interface Document {
  readonly json: Json
  /** It came as a line of JSON. */
  readonly isLine: boolean
  /** Where it came from, for messages: `reviews.jsonl:3`. */
  readonly place: string
}

/**
 * The objects of a text: lines of JSON, or YAML documents, the empty ones left out. `name` is the text's own, for
 * messages. Throws InputError.
 */
export function readDocuments(text: string, name: string): Document[] {
  const lines = jsonLines(text)
  if (lines !== undefined) {
    return lines.map((line) => {
      const place = `${name}:${line.number}`
      return { json: parseLine(line, place), isLine: true, place }
    })
  }
  let firstLine = 1
  return splitDocuments(text).flatMap((document, index) => {
    const place = `${name}, document ${index + 1}`
    const json = readDocument(document, place, firstLine)
    // The separator is a line, too.
    firstLine += document.split('\n').length
    return json === null ? [] : [{ json, isLine: false, place }]
  })
}

interface Line {
  readonly line: string
  readonly number: number
}

/**
 * The lines, if the first is a JSON object of its own, or all of them look like one: then one that is broken is told,
 * where YAML would end there without a word. One JSON object over several lines is YAML, and so
 * are `{a: b}` and objects with `---` between them.
 */
function jsonLines(text: string): Line[] | undefined {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
  const [first, ...others] = lines
  if (first === undefined || others.some(({ line }) => line.startsWith('---'))) return undefined
  const isLines = others.length > 0 && lines.every(({ line }) => looksLikeObject(line))
  return isLines || isJsonObject(first.line) ? lines : undefined
}

function isJsonObject(line: string): boolean {
  if (!looksLikeObject(line)) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

function looksLikeObject(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}')
}

/** As deep as YAML may be. JSON.parse takes any depth, which nothing behind it that calls itself would survive. */
const mostDepth = 500

function parseLine({ line, number }: Line, place: string): Json {
  let json: Json
  try {
    json = JSON.parse(line)
  } catch (cause) {
    const detail = `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new InputError('json-invalid', { place, detail, line: number, column: 0, cause })
  }
  if (!isDeeper(json, mostDepth)) return json
  const detail = `nested deeper than ${mostDepth} levels, as no object of Kubernetes is`
  throw new InputError('json-too-deep', { place, detail, line: number, column: 0 })
}

function readDocument(document: string, place: string, firstLine: number): Json {
  try {
    return read(document)
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause
    const line = cause.line === 0 ? 0 : cause.line + firstLine - 1
    throw new InputError('yaml-invalid', {
      place,
      detail: describe(cause, document),
      line,
      column: cause.column,
      cause,
    })
  }
}
