import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'

const nothing: JsonObject = Object.freeze({})

/** The member if it is an object, else an empty one. */
export function objectAt(parent: Json | undefined, field: string): JsonObject {
  const value = memberAt(parent, field)
  return isObject(value) ? value : nothing
}

/** The member if it is a list, else an empty one. */
export function listAt(parent: Json | undefined, field: string): readonly Json[] {
  const value = memberAt(parent, field)
  return isList(value) ? value : []
}

/** The member if it is a string that says something. */
export function textAt(parent: Json | undefined, field: string): string | undefined {
  const value = memberAt(parent, field)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function memberAt(parent: Json | undefined, field: string): Json | undefined {
  return isObject(parent) && Object.hasOwn(parent, field) ? parent[field] : undefined
}
