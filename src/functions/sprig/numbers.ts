import { atoi, NumError, parseInt } from '../../golang/parse.ts'
import { sprintOne, type GoFunction, type Value } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { toFloat64, toInt64 } from './cast.ts'
import { add, divide, fromFloat, multiply, subtract, toFloat, type Decimal } from './decimal.ts'
import { runtimeError } from './errors.ts'
import { round } from './round.ts'
import { sequence, until, untilStep } from './sequence.ts'
import { named, type FunctionTable } from './table.ts'

/** Functions over numbers. Integers are 64 bits and wrap around. */
export const numberFunctions: FunctionTable = [
  ['atoi', returns('int', ['string'], (text) => orNearest(() => atoi(text)))],
  ['int', returns('int', ['interface {}'], toInt64)],
  ['int64', returns('int64', ['interface {}'], toInt64)],
  ['float64', returns('float64', ['interface {}'], toFloat64)],
  ['toDecimal', returns('int64', ['interface {}'], toDecimal)],

  ['add1', returns('int64', ['interface {}'], (value) => wrapped(toInt64(value) + 1n))],
  ['add', returns('int64', ['...interface {}'], (...values) => wrapped(total(values)))],
  ['sub', returns('int64', ['interface {}', 'interface {}'], (a, b) => wrapped(toInt64(a) - toInt64(b)))],
  ['div', returns('int64', ['interface {}', 'interface {}'], (a, b) => wrapped(toInt64(a) / divisor(b)))],
  ['mod', returns('int64', ['interface {}', 'interface {}'], (a, b) => toInt64(a) % divisor(b))],
  ['mul', returns('int64', ['interface {}', '...interface {}'], product)],
  ...named(
    ['max', 'biggest'],
    returns('int64', ['interface {}', '...interface {}'], (first, ...others) => {
      return others.map(toInt64).reduce((best, next) => (next > best ? next : best), toInt64(first))
    }),
  ),
  [
    'min',
    returns('int64', ['interface {}', '...interface {}'], (first, ...others) => {
      return others.map(toInt64).reduce((best, next) => (next < best ? next : best), toInt64(first))
    }),
  ],

  ['add1f', returns('float64', ['interface {}'], (value) => fold(value, [1n], add))],
  ['addf', returns('float64', ['...interface {}'], (...values) => fold(0, values, add))],
  ['subf', floats(subtract)],
  ['mulf', floats(multiply)],
  ['divf', floats(divide)],
  ['maxf', extreme(Math.max)],
  ['minf', extreme(Math.min)],
  ['ceil', returns('float64', ['interface {}'], (value) => Math.ceil(toFloat64(value)))],
  ['floor', returns('float64', ['interface {}'], (value) => Math.floor(toFloat64(value)))],
  [
    'round',
    returns('float64', ['interface {}', 'int', '...float64'], (value, places, ...roundOn) => {
      return round(toFloat64(value), Number(places), roundOn[0] ?? 0.5)
    }),
  ],

  ['until', returns('[]int', ['int'], until)],
  ['untilStep', returns('[]int', ['int', 'int', 'int'], untilStep)],
  ['seq', returns('string', ['...int'], (...params) => sequence(params))],
]

function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

function total(values: readonly Value[]): bigint {
  return values.reduce((sum: bigint, value) => sum + toInt64(value), 0n)
}

function product(first: Value, ...others: Value[]): bigint {
  return others.reduce((result: bigint, value) => wrapped(result * toInt64(value)), toInt64(first))
}

function divisor(value: Value): bigint {
  const integer = toInt64(value)
  if (integer === 0n) throw runtimeError('integer divide by zero')
  return integer
}

type Operation = (a: Decimal, b: Decimal) => Decimal

/** The operation from left to right, on the decimals that the floats print as. */
function fold(first: Value, others: readonly Value[], operation: Operation): number {
  let result = fromFloat(toFloat64(first))
  for (const value of others) result = operation(result, fromFloat(toFloat64(value)))
  return toFloat(result)
}

function floats(operation: Operation): GoFunction {
  return returns('float64', ['interface {}', '...interface {}'], (first, ...others) =>
    fold(first, others, operation),
  )
}

function extreme(best: (a: number, b: number) => number): GoFunction {
  return returns('float64', ['interface {}', '...interface {}'], (first, ...others) => {
    return others.map(toFloat64).reduce((found, next) => extremeOf(best, found, next), toFloat64(first))
  })
}

/** An infinity on the winning side wins even over NaN, in Go. */
function extremeOf(best: (a: number, b: number) => number, a: number, b: number): number {
  const winner = best(-Infinity, Infinity)
  return a === winner || b === winner ? winner : best(a, b)
}

/** Sprig's toDecimal reads an octal number. */
function toDecimal(value: Value): bigint {
  try {
    return parseInt(sprintOne(value), 8, 64)
  } catch (error) {
    if (error instanceof NumError) return 0n
    throw error
  }
}

/** What Go gives beside the error. */
function orNearest(read: () => bigint): bigint {
  try {
    return read()
  } catch (error) {
    if (error instanceof NumError && typeof error.nearest === 'bigint') return error.nearest
    throw error
  }
}
