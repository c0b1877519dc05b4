import { parseQuantity, QuantityError } from '../kubernetes/quantity.ts'
import { aligned, compareQuantities } from './compare.ts'
import { CelFailure, CelNotKnown } from './errors.ts'
import { table, type CelFunction } from './table.ts'
import type { QuantityValue, Value } from './value.ts'

/** Kubernetes' quantities (k8s.io/apiserver/pkg/cel/library/quantity.go). */
export const quantityFunctions = table({
  quantity: (text) => (typeof text === 'string' ? read(text) : undefined),
  isQuantity: (text) => {
    if (typeof text !== 'string') return undefined
    try {
      return read(text).kind === 'quantity'
    } catch (error) {
      if (error instanceof CelFailure) return false
      throw error
    }
  },
})

export const quantityMethods = table({
  sign: (a) => (isQuantity(a) ? BigInt(Math.sign(Number(a.value))) : undefined),
  isGreaterThan: pair((a, b) => compareQuantities(a, b) > 0),
  isLessThan: pair((a, b) => compareQuantities(a, b) < 0),
  compareTo: pair((a, b) => BigInt(Math.sign(compareQuantities(a, b)))),
  add: arithmetic((a, b) => a + b),
  sub: arithmetic((a, b) => a - b),
  isInteger: (a) => (isQuantity(a) ? integer(a) !== undefined : undefined),
  asInteger: (a) => {
    if (!isQuantity(a)) return undefined
    const value = integer(a)
    if (value === undefined) throw new CelFailure('cannot convert value to integer')
    return value
  },
})

function read(text: string): QuantityValue {
  // Kubernetes takes blanks off in JSON only.
  if (text !== text.trim() || text === '') throw new CelFailure('quantities must match a regular expression')
  try {
    const { unscaled, scale } = parseQuantity(text)
    return { kind: 'quantity', value: unscaled, scale, isResult: false }
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error
    throw new CelFailure(error.message, { cause: error })
  }
}

function isQuantity(value: Value | undefined): value is QuantityValue {
  return typeof value === 'object' && value?.kind === 'quantity'
}

function pair(call: (a: QuantityValue, b: QuantityValue) => Value): CelFunction {
  return (a, b) => (isQuantity(a) && isQuantity(b) ? call(a, b) : undefined)
}

function arithmetic(call: (a: bigint, b: bigint) => bigint): CelFunction {
  return (a, other) => {
    const b =
      typeof other === 'bigint'
        ? ({ kind: 'quantity', value: other, scale: 0, isResult: false } as const)
        : other
    if (!isQuantity(a) || !isQuantity(b)) return undefined
    const [left, right, scale] = aligned(a, b)
    if (other === -(2n ** 63n)) throw new CelNotKnown('Go has no such number with the other sign')
    return { kind: 'quantity', value: call(left, right), scale, isResult: true }
  }
}

/** Go says no of some that are whole, by how they were written: only of those that are none at all that is certain. */
function integer({ value, scale }: QuantityValue): bigint | undefined {
  if (scale < 0) {
    if (value % 10n ** BigInt(-scale) !== 0n) return undefined
    throw new CelNotKnown('a quantity with a fraction that is none')
  }
  const whole = value * 10n ** BigInt(scale)
  if (whole === -(2n ** 63n)) throw new CelNotKnown('the least of all integers')
  return BigInt.asIntN(64, whole) === whole ? whole : undefined
}
