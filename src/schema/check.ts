import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { mismatch } from './mismatch.ts'
import { scalarFits } from './scalars.ts'
import type { StructType, Type } from './types.ts'
import { fieldNamed } from './types.ts'

/**
 * Checks a user's object as Go's decoder would: wrong JSON types, numbers out of range, bad quantities, times and
 * port names throw a {@link SchemaError} with the decoder's text, such as `json: cannot unmarshal string into Go
 * struct field ContainerPort.spec.containers.ports.containerPort of type int32`. Unknown fields pass, as does null
 * anywhere. Nothing is allocated for an object that is right.
 */
export function check(type: StructType, json: Json): void {
  if (!fits(type, json)) throw mismatch(type, json)
}

/**
 * Whether Go's decoder takes the value for the type.
 *
 * @param patch The value is a strategic merge patch, whose maps may hold `$patch` among their entries.
 */
export function fits(type: Type, value: Json, patch = false): boolean {
  if (value === null) return true
  switch (type.kind) {
    case 'scalar':
      return scalarFits(type.base, value)
    case 'struct':
      return isObject(value) && structFits(type, value, patch)
    case 'slice':
      return isList(value) && value.every((item) => fits(type.element, item, patch))
  }
  return isObject(value) && mapFits(type.element, value, patch)
}

function structFits(type: StructType, object: JsonObject, patch: boolean): boolean {
  for (const name in object) {
    const field = type.byJsonName.get(name) ?? fieldNamed(type, name)
    if (field !== undefined && !fits(field.type, object[name] ?? null, patch)) return false
  }
  return true
}

function mapFits(element: Type, object: JsonObject, patch: boolean): boolean {
  for (const key in object) {
    if (!fits(element, object[key] ?? null, patch) && !(patch && key === '$patch')) return false
  }
  return true
}
