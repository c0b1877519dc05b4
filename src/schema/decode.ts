import { fits } from './check.ts'
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type MutableJson,
  setMember,
} from '../golang/json-value.ts'
import { mismatch } from './mismatch.ts'
import { canonicalScalar } from './scalars.ts'
import type { Field, MapType, SliceType, StructType, Type } from './types.ts'
import { fieldNamed } from './types.ts'
import { zeroOf } from './written.ts'

export interface DecodeOptions {
  /**
   * Fields that the type does not have: `drop`, as Go's decoder does, or `keep`. A type of an older Kubernetes minor
   * does not have the fields of newer ones.
   *
   * Default: `drop`.
   */
  readonly unknown?: 'drop' | 'keep'

  /**
   * null as a value in a map: the zero value (`labels: {a: null}` is `a: ""` to Go's decoder), or left out.
   *
   * Default: `zero`.
   */
  readonly mapNulls?: 'zero' | 'drop'

  /**
   * The value is a strategic merge patch: its nulls, which delete, and its directives (`$patch`,
   * `$setElementOrder/…`) stay.
   *
   * Default: false.
   */
  readonly patch?: boolean
}

/**
 * A value such as rendered text gives it, as it stands after Go's decoder and encoder: names in their own case, no
 * unknown fields, no nulls (null list items are zero values), quantities and times in canonical form. What needs no
 * change is the same object as before. Throws a {@link SchemaError} as `check` does, with members in sorted order.
 */
export function decode(type: StructType, json: Json, options: DecodeOptions = {}): Json {
  if (!fits(type, json, options.patch)) throw mismatch(type, json, { sorted: true, patch: options.patch })
  return json === null ? {} : decoded(type, json, options)
}

function decoded(type: Type, value: Json, options: DecodeOptions): Json {
  switch (type.kind) {
    case 'scalar':
      return canonicalScalar(type.base, value)
    case 'slice':
      return isList(value) ? decodedList(type, value, options) : value
    case 'map':
      return isObject(value) ? decodedMap(type, value, options) : value
  }
  return isObject(value) ? decodedStruct(type, value, options) : value
}

function decodedList(type: SliceType, list: readonly Json[], options: DecodeOptions): readonly Json[] {
  let changed: Json[] | undefined
  for (const [index, item] of list.entries()) {
    const to = item === null ? zeroItem(type.element, options) : decoded(type.element, item, options)
    if (to === item) continue
    changed ??= [...list]
    changed[index] = to
  }
  return changed ?? list
}

/** A null item of a patch that merges by key is an error, which the merge has to see. */
function zeroItem(type: Type, options: DecodeOptions): Json {
  return type.kind === 'struct' && options.patch === true ? null : zeroOf(type)
}

function decodedMap(type: MapType, map: JsonObject, options: DecodeOptions): JsonObject {
  let changed: MutableJson | undefined
  for (const [key, value = null] of Object.entries(map)) {
    if (options.patch === true && (value === null || key === '$patch')) continue
    const to = value === null ? zeroOf(type.element) : decoded(type.element, value, options)
    if (to === value) continue
    changed ??= { ...map }
    if (value === null && options.mapNulls === 'drop') delete changed[key]
    else setMember(changed, key, to)
  }
  return changed ?? map
}

function decodedStruct(type: StructType, object: JsonObject, options: DecodeOptions): JsonObject {
  const names = decodingOrder(type, object)
  let changed: MutableJson | undefined
  for (const [index, name] of names.entries()) {
    const value = object[name] ?? null
    const field = type.byJsonName.get(name) ?? fieldNamed(type, name)
    const to = decodedMember(field, name, value, options)
    const same = to === value && (field === undefined || field.jsonName === name)
    if (changed === undefined && same) continue
    changed ??= picked(object, names.slice(0, index))
    if (to !== undefined) put(changed, field, name, to)
  }
  return changed ?? object
}

/** What becomes of a member; undefined if it goes. */
function decodedMember(
  field: Field | undefined,
  name: string,
  value: Json,
  options: DecodeOptions,
): Json | undefined {
  if (field === undefined) return keepsUnknown(name, options) ? value : undefined
  if (value !== null) return decoded(field.type, value, options)
  return options.patch === true ? null : undefined
}

function picked(object: JsonObject, names: readonly string[]): MutableJson {
  const out: MutableJson = {}
  for (const name of names) setMember(out, name, object[name] ?? null)
  return out
}

function put(object: MutableJson, field: Field | undefined, name: string, value: Json): void {
  if (field === undefined) setMember(object, name, value)
  else object[field.jsonName] = joined(field.type, object[field.jsonName], value)
}

function keepsUnknown(name: string, options: DecodeOptions): boolean {
  return options.unknown === 'keep' || (options.patch === true && name.startsWith('$'))
}

/** Names in other cases meet their field again, so the order counts: it is that of Go's encoder, sorted. */
function decodingOrder(type: StructType, object: JsonObject): readonly string[] {
  const names = Object.keys(object)
  const folds = names.some((name) => !type.byJsonName.has(name) && fieldNamed(type, name) !== undefined)
  return folds ? names.sort() : names
}

/** A field that comes twice, as `image` and `Image`: the later value counts, structs and maps are filled further. */
function joined(type: Type, earlier: Json | undefined, later: Json): Json {
  const fills = type.kind === 'struct' || type.kind === 'map'
  return fills && isObject(earlier) && isObject(later) ? { ...earlier, ...later } : later
}
