import { isObject, type Json } from '../injection/json.ts'

/**
 * Characters of all that is reviewed at once: what API servers take of one request (MaxRequestBodyBytes, 3 MiB). A text
 * is shorter by itself (2 MiB), but aliases repeat what is long as often as they like.
 */
const mostCharacters = 3 * 1024 * 1024

/** Why objects that could be read are too much to be reviewed; undefined if they are not. */
export function excessOf(objects: readonly Json[]): string | undefined {
  const waiting: Json[] = [...objects]
  let characters = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    characters += 1
    if (typeof next === 'string') characters += next.length
    else if (Array.isArray(next)) for (const item of next) waiting.push(item)
    else if (isObject(next)) {
      for (const [key, item = null] of Object.entries(next)) {
        characters += key.length
        waiting.push(item)
      }
    }
    if (characters > mostCharacters)
      return 'its aliases make more than 3 MiB of it, which is more than an API server takes: write it out, or review less at once'
  }
  return undefined
}
