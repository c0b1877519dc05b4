import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type MutableJson,
  setMember,
} from '../golang/json-value.ts'
import { canonicalScalar, zeroScalar } from './scalars.ts'
import type { StructType, Type } from './types.ts'
import { writtenValue, type WriteOptions } from './written.ts'

/**
 * The object that Go's encoder would write, as plain JSON: what `kube-inject` emits for a workload, with
 * `status: {}`, `strategy: {}`, `creationTimestamp: null` and the like. Which of them there are is in the tables, by
 * the minor of the type. Unknown members are kept by default. The value must fit the type (see `check`).
 */
export function complete(type: Type, json: Json, options: WriteOptions = {}): Json {
  switch (type.kind) {
    case 'scalar':
      return json === null ? zeroScalar(type.base) : canonicalScalar(type.base, json)
    case 'struct':
      return completeStruct(type, isObject(json) ? json : {}, options)
    case 'slice':
      return isList(json) ? json.map((item) => complete(type.element, item, options)) : null
  }
  return isObject(json) ? completeMap(type.element, json, options) : null
}

function completeStruct(type: StructType, object: JsonObject, options: WriteOptions): JsonObject {
  const out: MutableJson = {}
  for (const field of type.fields) {
    const value = writtenValue(field, object[field.jsonName])
    if (value !== undefined)
      out[field.jsonName] = value === null ? null : complete(field.type, value, options)
  }
  if (options.unknown === 'drop') return out
  for (const name of Object.keys(object)) {
    if (!type.byJsonName.has(name)) setMember(out, name, object[name] ?? null)
  }
  return out
}

function completeMap(element: Type, map: JsonObject, options: WriteOptions): JsonObject {
  const out: MutableJson = {}
  for (const key of Object.keys(map)) setMember(out, key, complete(element, map[key] ?? null, options))
  return out
}
