import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import type { Field, StructType, Type } from './types.ts'

/**
 * The inverse of {@link complete}, as far as there is one: the object without what Go's encoder writes where there is
 * nothing: `status: {}`, `strategy: {}`, `resources: {}`, `serviceName: ""`, any null. People leave that out.
 */
export function abridge(type: Type, json: Json): Json {
  switch (type.kind) {
    case 'struct':
      return isObject(json) ? abridgeStruct(type, json) : json
    case 'slice':
      return isList(json) ? json.map((item) => abridge(type.element, item)) : json
    case 'map':
      return isObject(json) ? mapValues(json, (value) => abridge(type.element, value)) : json
  }
  return json
}

function abridgeStruct(type: StructType, object: JsonObject): JsonObject {
  const members = Object.entries(object).map(([name, value = null]): [string, Json, Field | undefined] => {
    const field = type.byJsonName.get(name)
    return [name, field === undefined ? value : abridge(field.type, value), field]
  })
  return Object.fromEntries(
    members.filter(([, value, field]) => field === undefined || !isNothing(field, value)),
  )
}

/** What Go writes for a field that holds nothing; a pointer's `{}` says something: `emptyDir: {}`. */
function isNothing({ absent, type }: Field, value: Json): boolean {
  if (value === null) return true
  if (absent === undefined || absent === null) return false
  return type.kind === 'struct' ? isObject(value) && Object.keys(value).length === 0 : value === absent
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value ?? null)]))
}
