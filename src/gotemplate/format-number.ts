/** fmt's ways to write numbers. */
import { formatFloat, type FloatFormat } from '../golang/float.ts'
import { type Flags, pad, padBlank, padBy } from './format-flags.ts'

/** How an integer verb writes: its base, and `%O`'s own prefix. */
export interface IntegerStyle {
  readonly base: 2 | 8 | 10 | 16
  readonly upper?: boolean
  readonly octalPrefix?: boolean
}

/** An integer with sign, prefix, zeros and padding as the flags ask. */
export function formatInteger(
  flags: Flags,
  value: bigint,
  { base, upper, octalPrefix }: IntegerStyle,
): string {
  const negative = value < 0n
  if (flags.precision === 0 && value === 0n) return padBlank(flags, '')
  const digits = (negative ? -value : value).toString(base).padStart(leadingZeros(flags, negative), '0')
  const prefixed = prefixOf(flags, base, digits) + digits
  const cased = upper === true ? prefixed.toUpperCase() : prefixed
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  return padBlank(flags, sign + (octalPrefix === true ? '0o' : '') + cased)
}

/** The digits to be shown at least: the precision, or the width that `0` fills, without the sign. */
function leadingZeros(flags: Flags, negative: boolean): number {
  if (flags.precision !== undefined) return flags.precision
  if (!flags.zero || flags.minus || flags.width === undefined) return 0
  return flags.width - (negative || flags.plus || flags.space ? 1 : 0)
}

function prefixOf({ sharp }: Flags, base: number, digits: string): string {
  if (!sharp || base === 10) return ''
  if (base === 2) return '0b'
  if (base === 16) return '0x'
  return digits.startsWith('0') ? '' : '0'
}

/** A float; the precision is the verb's own unless the flags have one. */
export function formatFloatVerb(
  flags: Flags,
  value: number,
  bits: 32 | 64,
  format: FloatFormat,
  precision: number,
): string {
  const digits = flags.precision ?? precision
  const plain = formatFloat(value, format, digits, bits)
  const signed = plain.startsWith('-') || plain.startsWith('+') ? plain : `+${plain}`
  const sign = flags.space && signed.startsWith('+') && !flags.plus ? ' ' : signed.charAt(0)
  const magnitude = signed.slice(1)
  if (magnitude === 'Inf' || magnitude === 'NaN') return formatSpecial(flags, sign, magnitude)
  const shown = flags.sharp && format !== 'b' ? withPoint(magnitude, format, digits) : magnitude
  if (sign === '+' && !flags.plus) return pad(flags, shown)
  const missing = (flags.width ?? 0) - shown.length - 1
  // Zeros stand between the sign and the digits.
  if (flags.zero && !flags.minus && missing > 0) return sign + padBy(flags, shown, missing)
  return pad(flags, sign + shown)
}

function formatSpecial(flags: Flags, sign: string, magnitude: string): string {
  const bare = magnitude === 'NaN' && !flags.space && !flags.plus
  return padBlank(flags, bare ? magnitude : sign + magnitude)
}

/** `#`: a decimal point always, and the zeros at the end that `%g` drops. */
function withPoint(magnitude: string, format: FloatFormat, precision: number): string {
  const isHex = format === 'x' || format === 'X'
  const tailAt = magnitude.search(isHex ? /[pP]/ : /[eE]/)
  const number = tailAt < 0 ? magnitude : magnitude.slice(0, tailAt)
  const tail = tailAt < 0 ? '' : magnitude.slice(tailAt)
  const pointed = number.includes('.') ? number : `${number}.`
  if (format !== 'g' && format !== 'G' && format !== 'x') return pointed + tail
  const wanted = precision < 0 ? 6 : precision
  const significant = number.replace('.', '').replace(/^0+/, '').length
  // A lone 0 counts as a digit.
  const counted = number === '0' ? 1 : significant
  return pointed + '0'.repeat(Math.max(wanted - counted, 0)) + tail
}
