import type { Json } from './json-value.ts'
import { JsonError } from './json.ts'
import { checkJson, maxDepth } from './scan-json.ts'

/** A number beyond float64 shows one of these. */
const maybeOutOfRange = /[eE]\+?0*[1-9]\d\d|\d{290}/

/** An escape of a surrogate, alone or in a pair. */
const surrogateEscape = /\\u[dD][89a-fA-F]/

/** A pair of escapes, half of one, or any other escape: the 6 characters are the half. */
const escapes =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[^])/g

/**
 * A text as encoding/json reads it into an `interface {}`: of two equal keys the last counts, half a surrogate pair
 * and bytes that are no UTF-8 are U+FFFD, a key `__proto__` is a member like any other. Throws JsonError with Go's
 * message: `invalid character 'z' looking for beginning of value`, `unexpected end of JSON input`.
 */
export function parseJson(text: string): Json {
  if (text.length > maxDepth || maybeOutOfRange.test(text)) checkJson(text)
  const source = surrogateEscape.test(text) ? text.replace(escapes, keepPair) : text
  try {
    // The annotation is the truth: JSON.parse makes nothing else, though its type says any.
    const json: Json = JSON.parse(source.toWellFormed())
    return json
  } catch (cause) {
    checkJson(text)
    throw new JsonError('syntax', String(cause))
  }
}

function keepPair(escape: string): string {
  return escape.length === 6 ? '\\ufffd' : escape
}
