import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'

export { isList, isObject, type Json, type JsonObject }

const nothing: JsonObject = Object.freeze({})

/** The member if it is an object, else an empty one: for fields such as metadata and spec. */
export function objectAt(parent: JsonObject, field: string): JsonObject {
  const value = parent[field]
  return isObject(value) ? value : nothing
}

/** The member if it is a list, else an empty one. */
export function listAt(parent: JsonObject, field: string): readonly Json[] {
  const value = parent[field]
  return isList(value) ? value : []
}

/** The member if it is a string, else "": Go's zero value. */
export function stringAt(parent: JsonObject, field: string): string {
  const value = parent[field]
  return typeof value === 'string' ? value : ''
}

/** The strings of a list member; absent is empty. */
export function stringsAt(parent: JsonObject, field: string): readonly string[] {
  return listAt(parent, field).filter((item) => typeof item === 'string')
}

/** Strings by keys that users choose, such as labels. */
export type StringMap = Readonly<Record<string, string>>

/** A member of type map[string]string, such as labels, after its type was checked; absent is empty. */
export function stringMapAt(parent: JsonObject, field: string): StringMap {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- check() has seen that the values are strings
  return objectAt(parent, field) as StringMap
}

/** The `name` of each object in a list, in order; "" where there is none. */
export function namesOf(list: readonly Json[]): string[] {
  return list.map((item) => (isObject(item) ? stringAt(item, 'name') : ''))
}
