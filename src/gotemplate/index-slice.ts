/** index, slice and len: what is inside lists, maps and strings. All throw an Error with Go's message. */
import { byteAt, byteLength, byteSlice } from '../golang/bytes.ts'
import { prepareArgument } from './arguments.ts'
import { typedScalar } from './typed.ts'
import { integerOf, kindOf, parseType, pointedType, typeText } from './types.ts'
import { goKind, type GoMap, type GoValue, isGoValue, isList, type PlainMap, type Value } from './values.ts'

/** `index x 1 "a"` is x[1]["a"]. */
export function index(item: Value, keys: readonly Value[]): Value {
  if (item === null || item === undefined) throw new Error('index of untyped nil')
  let found: Value = item
  for (const key of keys) found = indexOnce(found, key)
  return found
}

/** `slice x 1 2` is x[1:2], `slice x 1 2 3` is x[1:2:3]. A list's capacity is its length here. */
export function slice(item: Value, keys: readonly Value[]): Value {
  if (item === null || item === undefined) throw new Error('slice of untyped nil')
  const target = followed(item) ?? nilPointer('slice')
  if (keys.length > 3) throw new Error(`too many slice indexes: ${keys.length}`)
  if (typeof target === 'string') {
    if (keys.length === 3) throw new Error('cannot 3-index slice a string')
    const [from, to] = bounds(keys, byteLength(target))
    return byteSlice(target, from, to)
  }
  if (isList(target)) return target.slice(...bounds(keys, target.length))
  if (isGoValue(target) && 'elemType' in target && 'length' in target) {
    return target.slice(...bounds(keys, target.length))
  }
  throw new Error(`can't slice item of type ${pointedType(target)}`)
}

/** The length of a list or map, or of a string in bytes. */
export function len(item: Value): number {
  // Go stumbles here, over a value that is no value.
  if (item === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value')
  const target = followed(item) ?? nilPointer('len')
  if (typeof target === 'string') return byteLength(target)
  if (isList(target)) return target.length
  if (isGoValue(target)) return sizeOf(target) ?? noLength(target)
  return typeof target === 'object' ? Object.keys(target).length : noLength(target)
}

function sizeOf(target: GoValue): number | undefined {
  switch (target[goKind]) {
    case 'slice':
    case 'array':
      return target.length
    case 'map':
      return target.size
    default:
      return undefined
  }
}

function noLength(target: Value): never {
  throw new Error(`len of type ${pointedType(target)}`)
}

function nilPointer(func: string): never {
  throw new Error(`${func} of nil pointer`)
}

/** What a pointer points to, strings of all types as plain ones; undefined for nil. */
function followed(value: Value): Exclude<Value, null | undefined> | undefined {
  if (value === null || value === undefined) return undefined
  if (!isGoValue(value)) return value
  if (value[goKind] === 'nil') return undefined
  return value[goKind] === 'string' && typeof value.scalar === 'string' ? value.scalar : value
}

function indexOnce(item: Value, key: Value): Value {
  const target = followed(item) ?? nilPointer('index')
  if (typeof target === 'string') {
    const bytes = byteLength(target)
    return typedScalar(BigInt(byteAt(target, element(key, bytes, 'string'))), 'uint8')
  }
  if (isList(target)) return target[element(key, target.length, 'slice')]
  if (typeof target === 'object' && !isGoValue(target)) return plainEntry(target, key)
  if (isGoValue(target)) {
    if (target[goKind] === 'map') return typedEntry(target, key)
    if (target[goKind] === 'slice' || target[goKind] === 'array') {
      return target.at(element(key, target.length, target[goKind]))
    }
  }
  throw new Error(`can't index item of type ${pointedType(target)}`)
}

/** An index within the length. Go lets the length itself pass, and stumbles over it when it looks there. */
function element(key: Value, length: number, kind: 'string' | 'slice' | 'array'): number {
  const at = toIndex(key, length)
  if (at === length) throw new Error(`reflect: ${kind} index out of range`)
  return at
}

function toIndex(key: Value, greatest: number): number {
  if (key === null || key === undefined) throw new Error('cannot index slice/array with nil')
  const integer = integerOf(key)
  if (integer === undefined) throw new Error(`cannot index slice/array with type ${typeText(key)}`)
  const signed = BigInt.asIntN(64, integer)
  if (signed < 0n || signed > BigInt(greatest)) throw new Error(`index out of range: ${signed}`)
  return Number(signed)
}

function bounds(keys: readonly Value[], length: number): [from: number, to: number] {
  const [from = 0, to = length, capacity = to] = keys.map((key) => toIndex(key, length))
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`)
  if (to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`)
  return [from, to]
}

const stringType = parseType('string')

function plainEntry(map: PlainMap, key: Value): Value {
  const name = prepareArgument(key, stringType)
  // A missing key gives the zero value of the element type, which is nil.
  return typeof name === 'string' && Object.hasOwn(map, name) ? map[name] : null
}

function typedEntry(map: GoMap, key: Value): Value {
  const prepared = prepareArgument(key, parseType(map.keyType))
  const kind = kindOf(prepared)
  if (kind === 'map' || kind === 'slice' || kind === 'func') {
    throw new Error(`runtime error: hash of unhashable type ${typeText(prepared)}`)
  }
  return map.get(prepared) ?? map.zero()
}
