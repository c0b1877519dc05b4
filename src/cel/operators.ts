import type { Moment } from '../golang/time-format.ts'
import { compare, equals, find } from './compare.ts'
import { CelFailure, CelNotKnown, noOverload } from './errors.ts'
import type { BinaryOperator } from './expression.ts'
import { kindOf, known, listOf, surelyThere, uintOf, whole, type Value } from './value.ts'

/** A binary operator on its values. Throws CelFailure. */
export function binary(operator: BinaryOperator, a: Value, b: Value): Value {
  switch (operator) {
    case '==':
      return equals(a, b)
    case '!=':
      return !equals(a, b)
    case '<':
      return compare(a, b) < 0
    case '<=':
      return compare(a, b) <= 0
    case '>':
      return compare(a, b) > 0
    case '>=':
      return compare(a, b) >= 0
    case 'in':
      return isIn(a, b)
    default:
      return arithmetic(operator, known(a), known(b))
  }
}

/** `!` and `-`. Throws CelFailure. */
export function unary(operator: '!' | '-', value: Value): Value {
  if (operator === '!' && typeof value === 'boolean') return !value
  if (operator === '-' && typeof value === 'number') return -value
  if (operator === '-' && typeof value === 'bigint') return int(-value)
  throw noOverload(`${operator}${kindOf(value)}`)
}

function isIn(key: Value, of: Value): boolean {
  if (typeof of === 'object' && of?.kind === 'list') return of.items.some((item) => equals(item, key))
  if (typeof of !== 'object' || of?.kind !== 'map') throw noOverload(`${kindOf(key)} in ${kindOf(of)}`)
  // Some API servers say no, others fail.
  if (of.isObject && typeof key !== 'string') throw new CelNotKnown('it looks for a key that is no text')
  const found = find(of, key)
  if (found !== undefined) surelyThere(found)
  return found !== undefined
}

type Arithmetic = '+' | '-' | '*' | '/' | '%'

function arithmetic(operator: Arithmetic, a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(integers(operator, a, b))
  if (typeof a === 'number' && typeof b === 'number' && operator !== '%') return doubles(operator, a, b)
  if (typeof a === 'string' && typeof b === 'string' && operator === '+') return a + b
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    if (a.kind === 'uint' && b.kind === 'uint') return uint(integers(operator, a.value, b.value))
    if (operator === '+' && a.kind === 'list' && b.kind === 'list')
      return listOf([...whole(a), ...whole(b)], a.isOrdered && b.isOrdered)
    if (operator === '+' && a.kind === 'bytes' && b.kind === 'bytes')
      return { kind: 'bytes', value: Buffer.concat([a.value, b.value]) }
    const time = operator === '+' || operator === '-' ? times(operator, a, b) : undefined
    if (time !== undefined) return time
  }
  throw noOverload(`${kindOf(a)} ${operator} ${kindOf(b)}`)
}

function integers(operator: Arithmetic, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      if (b === 0n) throw new CelFailure('division by zero')
      return a / b
    default:
      if (b === 0n) throw new CelFailure('modulus by zero')
      // The quotient does not fit, so that Go has no remainder either.
      if (b === -1n && a === -(2n ** 63n)) throw overflow('integer')
      return a % b
  }
}

function doubles(operator: Exclude<Arithmetic, '%'>, a: number, b: number): number {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  return operator === '*' ? a * b : a / b
}

const second = 1_000_000_000n

function times(operator: '+' | '-', a: Value, b: Value): Value | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return undefined
  if (a.kind === 'duration' && b.kind === 'duration')
    return durationOf(operator === '+' ? a.value + b.value : a.value - b.value)
  if (a.kind === 'timestamp' && b.kind === 'duration')
    return timestampOf(nanosOf(a.value) + (operator === '+' ? b.value : -b.value))
  if (a.kind === 'duration' && b.kind === 'timestamp' && operator === '+')
    return timestampOf(a.value + nanosOf(b.value))
  if (a.kind === 'timestamp' && b.kind === 'timestamp' && operator === '-')
    return durationOf(nanosOf(a.value) - nanosOf(b.value))
  return undefined
}

function nanosOf({ seconds, nanos }: Moment): bigint {
  return seconds * second + BigInt(nanos)
}

function timestampOf(nanoseconds: bigint): Value {
  const nanos = ((nanoseconds % second) + second) % second
  return timestamp({ seconds: (nanoseconds - nanos) / second, nanos: Number(nanos) })
}

/** 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z. */
const [firstSecond, lastSecond] = [-62_135_596_800n, 253_402_300_799n]

/** A time between the years 1 and 9999. Throws CelFailure for others. */
export function timestamp(value: Moment): Value {
  if (value.seconds < firstSecond || value.seconds > lastSecond) throw overflow('timestamp')
  return { kind: 'timestamp', value }
}

/** A duration that fits. Throws CelFailure. */
export function durationOf(nanoseconds: bigint): Value {
  if (BigInt.asIntN(64, nanoseconds) !== nanoseconds) throw overflow('duration')
  return { kind: 'duration', value: nanoseconds }
}

/** An integer of 64 bits. Throws CelFailure for one that does not fit. */
export function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw overflow('integer')
  return value
}

/** One without a sign. */
export function uint(value: bigint): Value {
  if (BigInt.asUintN(64, value) !== value) throw overflow('unsigned integer')
  return uintOf(value)
}

function overflow(what: string): CelFailure {
  return new CelFailure(`${what} overflow`)
}
