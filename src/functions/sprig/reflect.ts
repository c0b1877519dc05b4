/** What Go's reflect tells of a value. */
import {
  goKind,
  type GoMap,
  isGoValue,
  isList,
  isPlainMap,
  isPointer,
  type PlainMap,
  typeText,
  type Value,
} from '../../gotemplate/index.ts'
import { nilDereference } from './errors.ts'
import { StringSlice } from './string-slice.ts'

/** fmt's `%T`. */
export function typeName(value: Value): string {
  return value === null || value === undefined ? '<nil>' : typeText(value)
}

/** reflect's Kind.String: `slice`, `map`, `int64`, `ptr`; `invalid` for nil. */
export function kindName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'float64'
    case 'bigint':
      return 'int'
    case 'boolean':
      return 'bool'
  }
  if (value === null || value === undefined) return 'invalid'
  if (!isGoValue(value)) return isList(value) ? 'slice' : 'map'
  if (value[goKind] === 'nil') return value.goType.startsWith('func') ? 'func' : 'ptr'
  return isPointer(value) ? 'ptr' : value[goKind]
}

/**
 * The elements of a slice or array; undefined for everything else. Throws SprigError for nil, whose type Go cannot
 * even ask for.
 */
export function elementsOf(value: Value): readonly Value[] | undefined {
  if (value === null || value === undefined) throw nilDereference()
  return elementsIfAny(value)
}

/** Like {@link elementsOf}, but nil has none. */
export function elementsIfAny(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value
  if (value instanceof StringSlice) return value.array
  if (!isGoValue(value) || isPointer(value)) return undefined
  if (value[goKind] !== 'slice' && value[goKind] !== 'array') return undefined
  const list = value
  return Array.from({ length: list.length }, (_, index) => list.at(index))
}

/** A map with string keys as functions read it, whatever holds it; nil is an empty one. */
export interface Dict {
  readonly keys: () => readonly string[]
  /** The entry, or undefined if there is none. */
  readonly get: (key: string) => Value
}

/** An argument of type `map[string]interface {}`. */
export function dictOf(map: PlainMap | GoMap | null): Dict {
  if (map === null) return { keys: () => [], get: () => undefined }
  if (isPlainMap(map)) {
    return { keys: () => Object.keys(map), get: (key) => (Object.hasOwn(map, key) ? map[key] : undefined) }
  }
  return { keys: () => map.keys().filter((key) => typeof key === 'string'), get: (key) => map.get(key) }
}
