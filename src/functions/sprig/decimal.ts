/** The little of shopspring/decimal that Sprig's arithmetic on floats needs. */
import { formatFloat } from '../../golang/float.ts'
import { goError } from './errors.ts'

/** value × 10^exponent. */
export interface Decimal {
  readonly value: bigint
  readonly exponent: number
}

/** Digits after the point of a quotient: decimal.DivisionPrecision. */
const divisionPlaces = 16

/** decimal.NewFromFloat: the fewest digits that are this float. Throws SprigError for NaN and the infinities. */
export function fromFloat(float: number): Decimal {
  if (!Number.isFinite(float))
    throw goError(`Cannot create a Decimal from ${formatFloat(float, 'g', -1, 64)}`)
  const [mantissa = '0', exponent = '0'] = float.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

/** The nearest float. */
export function toFloat(decimal: Decimal): number {
  return Number(`${decimal.value}e${decimal.exponent}`)
}

export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { value: rescaled(a, exponent) + rescaled(b, exponent), exponent }
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { value: -b.value, exponent: b.exponent })
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent }
}

/** The quotient with 16 digits after the point, halves rounded away from zero. Throws SprigError for division by 0. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw goError('decimal division by 0')
  const shift = a.exponent - b.exponent + divisionPlaces
  const dividend = shift > 0 ? a.value * 10n ** BigInt(shift) : a.value
  const divisor = shift < 0 ? b.value * 10n ** BigInt(-shift) : b.value
  const quotient = dividend / divisor
  const rest = dividend % divisor
  const isNearer = 2n * magnitude(rest) >= magnitude(divisor)
  const away = dividend < 0n === divisor < 0n ? 1n : -1n
  return { value: isNearer ? quotient + away : quotient, exponent: -divisionPlaces }
}

function rescaled({ value, exponent }: Decimal, wanted: number): bigint {
  return value * 10n ** BigInt(exponent - wanted)
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
