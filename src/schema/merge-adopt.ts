import { decodeError } from './errors.ts'
import { isPlainFrozen } from './frozen.ts'
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type MutableJson,
  setMember,
} from '../golang/json-value.ts'
import { quantityError, quantityText } from './scalars.ts'
import type { MapType, ScalarType, SliceType, StructType, Type } from './types.ts'
import { zeroOf } from './written.ts'

/** What differs between versions of Kubernetes' library. */
export interface MergeOptions {
  /**
   * A null inside a value that the original does not have: `drop` it, as the library does since 1.24, or let the
   * decoder make it a `zero` value (`labels: {a: null}` becomes `a: ""`).
   *
   * Default: `drop`.
   */
  readonly nulls?: 'drop' | 'zero'

  /**
   * An item or object with a `$patch` inside a value that the original does not have: `drop` it, as the library
   * does since 1.28, or `keep` it as an ordinary one.
   *
   * Default: `drop`.
   */
  readonly directives?: 'drop' | 'keep'
}

/**
 * A patch's value where the original has none, as it stands after decoding: without nulls and directives. Undefined
 * if nothing is left of it. Shares what needs no change.
 */
export function adopt(type: Type | undefined, value: Json, options: MergeOptions): Json | undefined {
  if (isPlainFrozen(value)) return value
  if (type?.kind === 'slice' && isList(value)) return adoptList(type, value, options)
  if (type?.kind === 'map' && isObject(value)) return adoptMap(type, value, options)
  if (type?.kind === 'struct' && isObject(value)) return adoptStruct(type, value, options)
  return value
}

function adoptList(type: SliceType, list: readonly Json[], options: MergeOptions): readonly Json[] {
  const adopted: Json[] = []
  let changed = false
  for (const item of list) {
    const to = item === null ? zeroOf(type.element) : adopt(type.element, item, options)
    if (to !== item) changed = true
    if (to !== undefined) adopted.push(to)
  }
  return changed ? adopted : list
}

function adoptMap(type: MapType, map: JsonObject, options: MergeOptions): JsonObject | undefined {
  if (options.directives !== 'keep' && Object.hasOwn(map, '$patch')) return undefined
  return adoptMembers(map, (name, value) => {
    if (name === '$patch' && type.element.kind === 'scalar') refuseMisfit(type.element, value)
    if (value !== null) return adopt(type.element, value, options)
    return options.nulls === 'zero' ? zeroOf(type.element) : undefined
  })
}

/** A directive that is kept is an entry like any other: fine among strings, no quantity. */
function refuseMisfit(type: ScalarType, value: Json): void {
  const error = type.base === 'quantity' ? quantityError(quantityText(value)) : undefined
  if (error !== undefined) throw decodeError(error)
}

function adoptStruct(type: StructType, object: JsonObject, options: MergeOptions): JsonObject | undefined {
  if (options.directives !== 'keep' && Object.hasOwn(object, '$patch')) return undefined
  return adoptMembers(object, (name, value) => {
    // To the decoder a directive is an unknown field, and null an absent one.
    if (value === null || name.startsWith('$')) return undefined
    return adopt(type.byJsonName.get(name)?.type, value, options)
  })
}

/** The object with each member mapped, those that map to undefined left out. */
function adoptMembers(object: JsonObject, map: (name: string, value: Json) => Json | undefined): JsonObject {
  let adopted: MutableJson | undefined
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null
    const to = map(name, value)
    if (to === value) continue
    adopted ??= { ...object }
    if (to === undefined) delete adopted[name]
    else setMember(adopted, name, to)
  }
  return adopted ?? object
}
