/** Makers of values with a Go type, for functions whose results have one. */
import { compareText } from '../golang/bytes.ts'
import { elementOf, type GoType, isScalarKind, mapParts, parseType } from './types.ts'
import {
  goKind,
  type GoComplex,
  type GoMap,
  type GoNil,
  type GoScalar,
  type GoSlice,
  isGoValue,
  type ScalarKind,
  type Value,
} from './values.ts'

/** A map's key without its type. */
export type PlainKey = string | bigint | number | boolean

/** A number, string or boolean of a type: `goScalar('int64', 'time.Duration', 5n)`. */
export function goScalar(kind: ScalarKind, goType: string, scalar: PlainKey): GoScalar {
  return { [goKind]: kind, goType, scalar }
}

export function goComplex(real: number, imaginary: number): GoComplex {
  return { [goKind]: 'complex128', goType: 'complex128', real, imaginary }
}

/** A nil pointer (or func) of a type. */
export function goNil(goType: string): GoNil {
  return { [goKind]: 'nil', goType }
}

/** A slice of a type: `goSlice('[]string', ['a'])`; null makes the nil slice. */
export function goSlice(goType: string, elements: readonly Value[] | null): GoSlice {
  const items = elements ?? []
  return {
    [goKind]: 'slice',
    goType,
    elemType: elementOf(goType),
    isNil: elements === null,
    length: items.length,
    at: (index) => items[index],
    slice: (from, to) => goSlice(goType, items.slice(from, to)),
  }
}

/** A map of a type: `goMap('map[string]int', new Map([['a', 1n]]))`; null makes the nil map. */
export function goMap(goType: string, entries: ReadonlyMap<PlainKey, Value> | null): GoMap {
  const { key: keyType, elem: elemType } = mapParts(goType)
  const items: ReadonlyMap<PlainKey, Value> = entries ?? new Map()
  return {
    [goKind]: 'map',
    goType,
    keyType,
    elemType,
    isNil: entries === null,
    size: items.size,
    keys: () => [...items.keys()].sort(comparePlain).map((key) => typedScalar(key, keyType)),
    get: (key) => items.get(plainKey(key)),
    zero: () => zeroOf(parseType(elemType)),
  }
}

/** A number, string or boolean as a value of a basic type: plain for the types that JavaScript has. */
export function typedScalar(scalar: PlainKey, goType: string): Value {
  if (goType === 'string' || goType === 'int' || goType === 'float64' || goType === 'bool') return scalar
  const { kind, text } = parseType(goType)
  return isScalarKind(kind) ? goScalar(kind, text, scalar) : scalar
}

/** The zero value of a type; nil for types that only their package knows. */
export function zeroOf(type: GoType): Value {
  const { kind, text } = type
  switch (kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'float32':
    case 'float64':
      return typedScalar(0, text)
    case 'complex64':
    case 'complex128':
      return goComplex(0, 0)
    case 'map':
      return goMap(text, null)
    case 'slice':
      return goSlice(text, null)
    case 'pointer':
    case 'func':
      return goNil(text)
    case 'interface':
    case 'reflect':
    case 'named':
    case 'array':
      return null
    default:
      return typedScalar(0n, text)
  }
}

function plainKey(key: Value): PlainKey {
  if (isGoValue(key) && 'scalar' in key) return key.scalar
  return typeof key === 'string' || typeof key === 'bigint' || typeof key === 'number' || key === true
    ? key
    : false
}

function comparePlain(left: PlainKey, right: PlainKey): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (left === right) return 0
  return left < right ? -1 : 1
}
