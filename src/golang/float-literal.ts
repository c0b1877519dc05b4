import { compose, decompose, roundToOdd } from './float-parts.ts'

const decimalPattern = /^[+-]?(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:e([+-]?[0-9]+))?$/i
const hexPattern = /^([+-]?)0x(?:([0-9a-f]+)(?:\.([0-9a-f]*))?|\.([0-9a-f]+))p([+-]?[0-9]+)$/i

/** Beyond this every hexadecimal float is zero or infinite, whatever its digits. */
const greatestExponent = 100_000

/** inf, infinity (with a sign or without) and nan; undefined for everything else. */
export function readSpecialFloat(text: string): number | undefined {
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (match === null) return undefined
  const [, sign, word = ''] = match
  if (word.toLowerCase() === 'nan') return sign === '' ? Number.NaN : undefined
  return sign === '-' ? -Infinity : Infinity
}

/** A decimal literal of Go without underscores; undefined if it is none. */
export function readDecimal(text: string, bits: 32 | 64): number | undefined {
  const match = decimalPattern.exec(text)
  if (match === null) return undefined
  const value = Number(text)
  const magnitude = Math.abs(value)
  const bothRound = bits === 32 && magnitude > 1e-46 && magnitude < 1e39
  if (!bothRound) return bits === 32 ? Math.fround(value) : value
  // Rounding twice would err where the double lies halfway between two float32.
  const [, whole = '', fraction = match[3] ?? '', , exponent = '0'] = match
  const order = compareDecimal(BigInt(whole + fraction), Number(exponent) - fraction.length, magnitude)
  const odd = roundToOdd(magnitude, order)
  return Math.fround(value < 0 ? -odd : odd)
}

/** A hexadecimal literal of Go (`0x1.8p-3`) without underscores; undefined if it is none. */
export function readHexFloat(text: string, bits: 32 | 64): number | undefined {
  const match = hexPattern.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = match[4] ?? '', , power = '0'] = match
  const mantissa = BigInt(`0x${whole}${fraction}`)
  const exponent = Math.max(Math.min(Number(power), greatestExponent), -greatestExponent)
  const magnitude = compose(mantissa, exponent - 4 * fraction.length, bits)
  return sign === '-' ? -magnitude : magnitude
}

/** How digits × 10^exponent compares with a double: -1, 0 or 1. */
function compareDecimal(digits: bigint, exponent: number, magnitude: number): number {
  const parts = decompose(magnitude, 64)
  const left = digits * powerOf(10n, exponent) * powerOf(2n, -parts.exponent)
  const right = parts.mantissa * powerOf(2n, parts.exponent) * powerOf(10n, -exponent)
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** A negative power is 1 here: it stands on the other side of the comparison. */
function powerOf(base: bigint, exponent: number): bigint {
  return exponent > 0 ? base ** BigInt(exponent) : 1n
}
