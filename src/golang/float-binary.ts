import { decompose, shiftRoundingToEven } from './float-parts.ts'

/** strconv's format 'b' of a magnitude: `4503599627370496p-52`. */
export function formatBinaryFloat(magnitude: number, bits: 32 | 64): string {
  const { mantissa, exponent } = decompose(magnitude, bits)
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`
}

/** strconv's format 'x' of a magnitude: `0x1.8p+00`; precision -1 takes as many digits as are needed. */
export function formatHexFloat(magnitude: number, precision: number): string {
  const { leading, fraction, exponent } = normalizedHex(magnitude, precision)
  const size = String(Math.abs(exponent)).padStart(2, '0')
  const point = fraction === '' ? '' : `.${fraction}`
  return `0x${leading}${point}p${exponent < 0 ? '-' : '+'}${size}`
}

function normalizedHex(
  magnitude: number,
  precision: number,
): { leading: string; fraction: string; exponent: number } {
  if (magnitude === 0) return { leading: '0', fraction: '0'.repeat(Math.max(precision, 0)), exponent: 0 }
  const parts = decompose(magnitude, 64)
  const length = parts.mantissa.toString(2).length
  // One bit before the point and 52, that is 13 hex digits, after it.
  let mantissa = parts.mantissa << BigInt(53 - length)
  let exponent = parts.exponent + length - 1
  if (precision < 0) {
    return { leading: '1', fraction: hexFraction(mantissa, 13).replace(/0+$/, ''), exponent }
  }
  const kept = Math.min(precision, 13)
  if (kept < 13) mantissa = shiftRoundingToEven(mantissa, BigInt(4 * (13 - kept)))
  if (mantissa >> BigInt(4 * kept) === 2n) {
    mantissa >>= 1n
    exponent++
  }
  return { leading: '1', fraction: hexFraction(mantissa, kept).padEnd(precision, '0'), exponent }
}

function hexFraction(mantissa: bigint, digits: number): string {
  if (digits === 0) return ''
  const fraction = mantissa & ((1n << BigInt(4 * digits)) - 1n)
  return fraction.toString(16).padStart(digits, '0')
}
