import { isObject, type Json, type JsonObject } from '../injection/json.ts'

/** The object at a path of member names, empty where there is none. */
export function objectAtPath(root: JsonObject, path: readonly string[]): JsonObject {
  let at: Json | undefined = root
  for (const name of path) at = isObject(at) ? at[name] : undefined
  return isObject(at) ? at : {}
}

/** A copy of the object with another value at a path; what is not on the path is shared. */
export function withPath(root: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = path
  if (name === undefined) return root
  if (rest.length === 0) return { ...root, [name]: value }
  return { ...root, [name]: withPath(objectAtPath(root, [name]), rest, value) }
}
