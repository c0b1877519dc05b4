import { CelFailure, CelNotKnown, noOverload } from './errors.ts'
import {
  inOrder,
  kindOf,
  known,
  whole,
  type ListValue,
  type MapValue,
  type QuantityValue,
  type Value,
} from './value.ts'

/** `==`: numbers of all types are compared, values of other types are different. */
export function equals(a: Value, b: Value): boolean {
  const [left, right] = [number(known(a)), number(known(b))]
  if (left !== undefined && right !== undefined) return order(left, right) === 0
  if (a === null || b === null) return a === b
  if (isOfObject(a) && kindOf(a) !== kindOf(b))
    throw new CelNotKnown('an object is compared with what is none')
  if (isOfKubernetes(a) && kindOf(a) !== kindOf(b)) throw noOverload(`${kindOf(a)} == ${kindOf(b)}`)
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  if (a.kind === 'list' && b.kind === 'list') return equalLists(a, b)
  if (a.kind === 'map' && b.kind === 'map') return equalMaps(a, b)
  if (a.kind === 'bytes' && b.kind === 'bytes') return Buffer.compare(a.value, b.value) === 0
  if (a.kind === 'duration' && b.kind === 'duration') return a.value === b.value
  if (a.kind === 'timestamp' && b.kind === 'timestamp')
    return a.value.seconds === b.value.seconds && a.value.nanos === b.value.nanos
  if (a.kind === 'type' && b.kind === 'type') return a.value === b.value
  if (a.kind === 'optional' && b.kind === 'optional') {
    return a.value === undefined || b.value === undefined ? a.value === b.value : equals(a.value, b.value)
  }
  if (a.kind === 'quantity' && b.kind === 'quantity') {
    // API servers fail, since what they have added up is of another type of Go's.
    if (a.isResult || b.isResult) throw new CelNotKnown('a sum of quantities is compared by ==')
    return compareQuantities(a, b) === 0
  }
  if (a.kind === 'ip' && b.kind === 'ip') return a.value === b.value && a.family === b.family
  if (a.kind === 'cidr' && b.kind === 'cidr') return a.length === b.length && equals(a.address, b.address)
  if (a.kind === 'url' && b.kind === 'url') {
    if (a.text === b.text) return true
    throw new CelNotKnown('two URLs are written differently')
  }
  return false
}

/** API servers from 1.37 on have objects as Go's types, and fail where others say no. */
function isOfObject(value: Value): boolean {
  return typeof value === 'object' && (value?.kind === 'list' || value?.kind === 'map') && value.isObject
}

/** Kubernetes' own types fail where CEL's say no. */
function isOfKubernetes(value: Value): boolean {
  return ['quantity', 'ip', 'cidr', 'url'].includes(kindOf(value))
}

function equalLists(a: ListValue, b: ListValue): boolean {
  if (whole(a).length !== whole(b).length) return false
  const others = inOrder(b)
  return inOrder(a).every((item, index) => equals(item, others[index] ?? null))
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  for (const value of [...a.entries.values(), ...b.entries.values()]) known(value)
  if (a.entries.size !== b.entries.size) return false
  for (const [key, value] of a.entries) {
    const other = find(b, key)
    if (other === undefined || !equals(value, other)) return false
  }
  return true
}

/** The value of a key, of which 1, 1u and 1.0 are the same. */
export function find(map: MapValue, key: Value): Value | undefined {
  const direct = map.entries.get(key)
  if (direct !== undefined || number(key) === undefined) return direct
  for (const [other, value] of map.entries) if (equals(other, key)) return value
  return undefined
}

/** `<` and its like: negative, zero or positive. Throws CelFailure. */
export function compare(a: Value, b: Value): number {
  const [left, right] = [number(known(a)), number(known(b))]
  if (left !== undefined && right !== undefined) {
    const result = order(left, right)
    if (Number.isNaN(result)) throw new CelFailure('NaN values cannot be ordered')
    return result
  }
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    if (a.kind === 'bytes' && b.kind === 'bytes') return Buffer.compare(a.value, b.value)
    if (a.kind === 'duration' && b.kind === 'duration') return order(a.value, b.value)
    if (a.kind === 'timestamp' && b.kind === 'timestamp')
      return order(a.value.seconds, b.value.seconds) || order(a.value.nanos, b.value.nanos)
  }
  throw noOverload(`${kindOf(a)} < ${kindOf(b)}`)
}

/** The number that it is, of whatever type; undefined for others. */
function number(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return typeof value === 'object' && value?.kind === 'uint' ? value.value : undefined
}

/** Negative, zero or positive; NaN if none of them holds. Beside a double, an integer is one. */
function order(a: bigint | number, b: bigint | number): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN
  const [left, right] = [Number(a), Number(b)]
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN
}

/** By bytes of UTF-8, that is by code points. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** As far apart as powers of ten may be to be brought together. */
const greatestScale = 1000

export function compareQuantities(a: QuantityValue, b: QuantityValue): number {
  const [left, right] = aligned(a, b)
  return order(left, right)
}

/** Two quantities in the unit of the finer one. */
export function aligned(a: QuantityValue, b: QuantityValue): readonly [a: bigint, b: bigint, scale: number] {
  const scale = Math.min(a.scale, b.scale)
  if (Math.max(a.scale, b.scale) - scale > greatestScale) throw new CelNotKnown('a quantity is too great')
  const at = (value: QuantityValue): bigint => value.value * 10n ** BigInt(value.scale - scale)
  return [at(a), at(b), scale]
}
