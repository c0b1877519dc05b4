import { find } from './compare.ts'
import { CelFailure, CelNotKnown, noOverload } from './errors.ts'
import {
  kindOf,
  known,
  none,
  optionalOf,
  surelyThere,
  type ListValue,
  type OptionalValue,
  type Value,
} from './value.ts'

/** `of.field` and `of[key]`. Throws CelFailure for what is not there. */
export function at(of: Value, key: Value): Value {
  if (isOptional(of)) return optionalAt(of, key)
  const found = of === null ? undefined : lookUp(of, key)
  if (found === undefined) throw new CelFailure(`no such key: ${describe(key)}`)
  return known(found)
}

/** `of.?field` and `of[?key]`: nothing where it is not there. */
export function optionalAt(of: Value, key: Value): OptionalValue {
  if (isOptional(of)) return of.value === undefined ? none : optionalAt(of.value, key)
  // API servers of some releases fail where others find nothing.
  const isPlain = typeof key === 'string' || (typeof key === 'bigint' && !isObject(of))
  if (!isPlain) throw new CelNotKnown(`[?…] with a ${kindOf(key)}`)
  const found = typeof of === 'object' && of !== null ? lookUp(of, key) : undefined
  return found === undefined ? none : optionalOf(known(found))
}

/** `has(of.field)` */
export function has(of: Value, field: string): boolean {
  if (isOptional(of)) return of.value !== undefined && has(of.value, field)
  if (typeof of === 'object' && of !== null) {
    const found = lookUp(of, field)
    if (found !== undefined) surelyThere(found)
    return found !== undefined
  }
  // What has no members has none of that name.
  return false
}

/** An object of JSON. */
function isObject(value: Value): boolean {
  return typeof value === 'object' && value?.kind === 'map' && value.isObject
}

function isOptional(value: Value): value is OptionalValue {
  return typeof value === 'object' && value?.kind === 'optional'
}

function lookUp(of: Value, key: Value): Value | undefined {
  if (typeof of === 'object' && of?.kind === 'map') {
    if (of.isObject && typeof key !== 'string') throw noOverload(`map[${kindOf(key)}]`)
    return find(of, key)
  }
  if (typeof of === 'object' && of?.kind === 'list') return item(of, key)
  throw noOverload(`${kindOf(of)}[${kindOf(key)}]`)
}

function item({ items, isOrdered }: ListValue, key: Value): Value | undefined {
  if (typeof key === 'bigint') {
    if (!isOrdered) throw new CelNotKnown('it depends on the order of the keys of a map')
    return key < 0n ? undefined : items[Number(key)]
  }
  // API servers of some releases take whole ones of these.
  if (typeof key === 'number' || (typeof key === 'object' && key?.kind === 'uint'))
    throw new CelNotKnown('an index is no integer')
  throw noOverload(`list[${kindOf(key)}]`)
}

function describe(key: Value): string {
  return typeof key === 'string' || typeof key === 'bigint' ? String(key) : kindOf(key)
}
