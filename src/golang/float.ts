import { formatBinaryFloat, formatHexFloat } from './float-binary.ts'
import { decompose } from './float-parts.ts'

/** The formats of strconv.FormatFloat. */
export type FloatFormat = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X'

/** A decimal number without sign: 0.DIGITS × 10^point; digits have no zeros at either end, and zero has none. */
interface Decimal {
  readonly digits: string
  readonly point: number
}

/**
 * A float as text, exactly as strconv.FormatFloat: `formatFloat(1e6, 'g', -1, 64)` is `1e+06`.
 * A precision of -1 takes the fewest digits that read back as the same number; others round the exact value, ties
 * to even. With 32 bits the value must be a float32 already (Math.fround).
 */
export function formatFloat(value: number, format: FloatFormat, precision: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return 'NaN'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return sign === '' ? '+Inf' : '-Inf'
  // In this range JavaScript's own notation is %g's.
  if (format === 'g' && precision < 0 && bits === 64 && magnitude >= 1e-4 && magnitude < 1e6) {
    return String(value)
  }
  if (format === 'b') return sign + formatBinaryFloat(magnitude, bits)
  if (format === 'x' || format === 'X') {
    const text = sign + formatHexFloat(magnitude, precision)
    return format === 'x' ? text : text.toUpperCase()
  }
  return sign + formatDecimal(magnitude, format, precision, bits)
}

function formatDecimal(magnitude: number, format: FloatFormat, precision: number, bits: 32 | 64): string {
  const shortest = precision < 0
  if (format === 'f') {
    const decimal = shortest
      ? shortestDecimal(magnitude, bits)
      : roundAfterPoint(exactDecimal(magnitude), precision)
    return plain(decimal, shortest ? Math.max(decimal.digits.length - decimal.point, 0) : precision)
  }
  if (format === 'e' || format === 'E') {
    const decimal = shortest
      ? shortestDecimal(magnitude, bits)
      : round(exactDecimal(magnitude), precision + 1)
    return exponential(decimal, shortest ? Math.max(decimal.digits.length - 1, 0) : precision, format)
  }
  const wanted = precision === 0 ? 1 : precision
  const decimal = shortest ? shortestDecimal(magnitude, bits) : round(exactDecimal(magnitude), wanted)
  return general(decimal, shortest ? 6 : wanted, shortest, format === 'g' ? 'e' : 'E')
}

/** %g: with an exponent if it is less than -4 or too great for the digits asked for (6 if none were). */
function general(decimal: Decimal, wanted: number, shortest: boolean, letter: 'e' | 'E'): string {
  const { digits, point } = decimal
  const exponent = point - 1
  const limit = !shortest && wanted > digits.length && digits.length >= point ? digits.length : wanted
  if (digits !== '' && (exponent < -4 || exponent >= limit)) {
    return exponential(decimal, digits.length - 1, letter)
  }
  return plain(decimal, Math.max(digits.length - point, 0))
}

/** %f: `123.45` with this many digits after the point. */
function plain({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  if (precision === 0) return whole
  const fraction = '0'.repeat(Math.min(Math.max(-point, 0), precision)) + digits.slice(Math.max(point, 0))
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`
}

/** %e: `1.2345e+02` with this many digits after the point; the exponent has two digits at least. */
function exponential({ digits, point }: Decimal, precision: number, letter: 'e' | 'E'): string {
  const exponent = digits === '' ? 0 : point - 1
  const mantissa = digits.padEnd(precision + 1, '0')
  const fraction = precision > 0 ? `.${mantissa.slice(1, precision + 1)}` : ''
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${mantissa.slice(0, 1)}${fraction}${letter}${exponent < 0 ? '-' : '+'}${size}`
}

function shortestDecimal(magnitude: number, bits: 32 | 64): Decimal {
  if (magnitude === 0) return { digits: '', point: 0 }
  if (bits === 32) return shortestFloat32(magnitude)
  const [mantissa = '', exponent = ''] = magnitude.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

/** The fewest digits inside the interval that rounds to this float32; of several the nearest. */
function shortestFloat32(magnitude: number): Decimal {
  const { mantissa, exponent } = decompose(magnitude, 32)
  // In quarters of the last place, because the gap below a power of two is half as wide as the one above.
  const lowerGap = mantissa === 0x800000n && exponent > -149 ? 1n : 2n
  const middle = scaleToDecimal(mantissa * 4n, exponent - 2)
  const unit = scaleToDecimal(1n, exponent - 2)
  const inclusive = mantissa % 2n === 0n
  const low = middle.value - lowerGap * unit.value
  const high = middle.value + 2n * unit.value
  const inside = (value: bigint): boolean =>
    (value > low && value < high) || (inclusive && (value === low || value === high))
  const length = middle.value.toString().length
  for (let kept = 1; kept < length; kept++) {
    const step = 10n ** BigInt(length - kept)
    const down = middle.value - (middle.value % step)
    const up = down + step
    const nearest = (up - middle.value) * 2n > step ? [down, up] : [up, down]
    const found = nearest.find(inside)
    if (found !== undefined) return toDecimal(found.toString(), middle.scale)
  }
  return toDecimal(middle.value.toString(), middle.scale)
}

/** All digits of a float: it is a multiple of a power of two, so the expansion ends. */
function exactDecimal(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 0 }
  const { mantissa, exponent } = decompose(magnitude, 64)
  const { value, scale } = scaleToDecimal(mantissa, exponent)
  return toDecimal(value.toString(), scale)
}

/** mantissa × 2^exponent as value × 10^-scale. */
function scaleToDecimal(mantissa: bigint, exponent: number): { value: bigint; scale: number } {
  if (exponent >= 0) return { value: mantissa << BigInt(exponent), scale: 0 }
  return { value: mantissa * 5n ** BigInt(-exponent), scale: -exponent }
}

function toDecimal(digits: string, scale: number): Decimal {
  return { digits: withoutTrailingZeros(digits), point: digits.length - scale }
}

function roundAfterPoint(decimal: Decimal, precision: number): Decimal {
  return round(decimal, decimal.point + precision)
}

/** The decimal with this many digits kept: the nearest, and of two equally near ones the even one. */
function round(decimal: Decimal, kept: number): Decimal {
  const { digits, point } = decimal
  if (kept >= digits.length) return decimal
  if (kept < 0) return { digits: '', point: 0 }
  const head = digits.slice(0, kept)
  if (!roundsUp(digits, kept)) return { digits: withoutTrailingZeros(head), point: head === '' ? 0 : point }
  const raised = (BigInt(head === '' ? '0' : head) + 1n).toString()
  const carried = raised.length > kept ? 1 : 0
  return { digits: withoutTrailingZeros(raised), point: point + carried }
}

function roundsUp(digits: string, kept: number): boolean {
  const next = digits.charCodeAt(kept) - 0x30
  if (next !== 5 || digits.length > kept + 1) return next >= 5
  return kept > 0 && digits.charCodeAt(kept - 1) % 2 === 1
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}
