import { isObject, type Json } from '../injection/json.ts'

/** As deep as the reader of YAML goes; lines of JSON may be deeper, which code that calls itself does not survive. */
const mostDepth = 500

/**
 * Characters of all that is reviewed at once: what API servers take of one request (MaxRequestBodyBytes, 3 MiB). A text
 * is shorter by itself (2 MiB), but aliases repeat what is long as often as they like.
 */
const mostCharacters = 3 * 1024 * 1024

/** Why objects that could be read are too much to be reviewed; undefined if they are not. */
export function excessOf(objects: readonly Json[]): string | undefined {
  const waiting: (readonly [value: Json, depth: number])[] = objects.map((json) => [json, 0])
  let characters = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next
    if (depth > mostDepth) return `it is nested deeper than ${mostDepth} levels`
    characters += 1
    if (typeof value === 'string') characters += value.length
    else if (Array.isArray(value)) for (const item of value) waiting.push([item, depth + 1])
    else if (isObject(value)) {
      for (const [key, item = null] of Object.entries(value)) {
        characters += key.length
        waiting.push([item, depth + 1])
      }
    }
    if (characters > mostCharacters)
      return 'its aliases make more than 3 MiB of it, which is more than an API server takes: write it out, or review less at once'
  }
  return undefined
}
