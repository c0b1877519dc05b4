import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { ClusterError } from './errors.ts'
import { objectAt, textAt } from './objects.ts'

/** A line of a watch. */
export type WatchEvent =
  | { readonly kind: 'changed' | 'deleted'; readonly object: JsonObject; readonly version: string }
  | { readonly kind: 'bookmark'; readonly version: string }

/** Reads a line. Throws ClusterError: what an ERROR line says, or `garbled`. */
export function readEvent(line: string, call: string): WatchEvent {
  const event = parsed(line, call)
  const object = objectAt(event, 'object')
  const type = textAt(event, 'type')
  if (type === 'ERROR') throw errorOf(object, call)
  const version = textAt(object['metadata'], 'resourceVersion')
  if (version === undefined) throw garbled(call, 'a line has no resourceVersion')
  if (type === 'ADDED' || type === 'MODIFIED') return { kind: 'changed', object, version }
  if (type === 'DELETED') return { kind: 'deleted', object, version }
  if (type === 'BOOKMARK') return { kind: 'bookmark', version }
  throw garbled(call, 'a line is of no known type')
}

/** A page of a list. */
export interface Page {
  readonly items: readonly JsonObject[]
  readonly version: string
  /** There is more. */
  readonly next: string | undefined
}

/** Reads the answer to a list. Throws ClusterError `garbled`. */
export function readPage(answer: Json, call: string): Page {
  const metadata = objectAt(answer, 'metadata')
  const version = textAt(metadata, 'resourceVersion')
  // Go writes a list without elements as null.
  const items = isObject(answer) ? (answer['items'] ?? []) : undefined
  if (version === undefined || !Array.isArray(items) || !items.every((item) => isObject(item))) {
    throw garbled(call, 'the answer is no list')
  }
  return { items, version, next: textAt(metadata, 'continue') }
}

/** `namespace/name`; without a namespace `/name`. */
export function keyOf(object: JsonObject): string {
  const { metadata } = object
  return `${textAt(metadata, 'namespace') ?? ''}/${textAt(metadata, 'name') ?? ''}`
}

function parsed(line: string, call: string): Json {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw garbled(call, 'a line is no JSON', cause)
  }
}

/** A Status in the stream: most often that the version which the watch began at is forgotten. */
function errorOf(status: JsonObject, call: string): ClusterError {
  const number = status['code']
  const code = number === 410 ? 'gone' : 'server'
  const message = textAt(status, 'message') ?? 'the watch has failed'
  return new ClusterError(code, `${call}: ${message}`, {
    status: typeof number === 'number' ? number : undefined,
    reason: textAt(status, 'reason'),
  })
}

function garbled(call: string, what: string, cause?: unknown): ClusterError {
  return new ClusterError('garbled', `${call}: ${what}`, { cause })
}
