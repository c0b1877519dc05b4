import { isList, isObject, type Json } from '../golang/json-value.ts'
import { isEmptyScalar, zeroScalar } from './scalars.ts'
import type { Field, Type } from './types.ts'

/** What to do with members that the type does not have. */
export interface WriteOptions {
  /** `drop` them, as Go does, or `keep` them behind the known ones. */
  readonly unknown?: 'drop' | 'keep'
}

/**
 * What Go's encoder has in a field: the value itself, what it writes for an absent one, or undefined where it leaves
 * the field out.
 */
export function writtenValue(field: Field, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return field.absent
  if (field.pointer || !field.omitEmpty) return value
  return isEmpty(field, value) ? undefined : value
}

/** What Go's decoder makes of null where a value has to stand: as a list's item, as a map's value. */
export function zeroOf(type: Type): Json {
  if (type.kind === 'scalar') return zeroScalar(type.base)
  return type.kind === 'struct' ? {} : null
}

function isEmpty(field: Field, value: Json): boolean {
  const { type } = field
  if (type.kind === 'scalar') return isEmptyScalar(type.base, value)
  if (type.kind === 'slice') return isList(value) && value.length === 0
  return type.kind === 'map' && isObject(value) && isMemberless(value)
}

function isMemberless(object: object): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return false
  return true
}
