/** How a quantity was written, which decides how it is printed. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** A number of resource.Quantity: unscaled × 10^scale. */
export interface Quantity {
  readonly unscaled: bigint
  readonly scale: number
  readonly format: QuantityFormat
  /** The text itself where Kubernetes takes it for canonical and prints it unchanged: `1e3`, `+5`, `00100`. */
  readonly written: string | undefined
}

/** A text that is no quantity; the message is Kubernetes' own. */
export class QuantityError extends Error {
  readonly code: 'format' | 'numeric' | 'suffix'

  constructor(code: QuantityError['code']) {
    super(messages[code])
    this.name = 'QuantityError'
    this.code = code
  }
}

const messages = {
  format: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  numeric: 'unable to parse numeric part of quantity',
  suffix: "unable to parse quantity's suffix",
}

const nano = -9
const milli = -3
const maxInt64 = 2n ** 63n - 1n

/** Digits that an int64 is sure to hold; with more, Kubernetes changes to big decimals and forgets the text. */
const int64Digits = 18

/** Nobody writes a quantity this long; BigInt's quadratic time would be an attack. */
const longestText = 1000

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
])
const binarySuffixes: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
])
const suffixOfDecimal = inverse(decimalSuffixes)
const suffixOfBinary = inverse(binarySuffixes)

function inverse(map: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map(Array.from(map, ([suffix, exponent]) => [exponent, suffix]))
}

/** Sign, digits before and behind the point, suffix. All of it may be empty: `-` is zero. */
const shape = /^([-+]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/

/** The common forms, that need no big numbers: `100m`, `128Mi`, `2`, `1Gi`. */
const common = /^([1-9][0-9]{0,8})([mkMG]|[KMG]i)?$/

/** What Kubernetes says against a text as a quantity; undefined if it is one. */
export function quantityError(text: string): string | undefined {
  if (common.test(text)) return undefined
  try {
    parseQuantity(text)
    return undefined
  } catch (error) {
    if (error instanceof QuantityError) return error.message
    throw error
  }
}

/** Is it a quantity? */
export function isQuantityText(text: string): boolean {
  return quantityError(text) === undefined
}

/**
 * A quantity as Kubernetes prints it after reading: `0.5` is `500m`, `1024Mi` is `1Gi`, `1000` is `1k`, but `1e3`
 * stays. Blanks around it do not count. Throws QuantityError.
 */
export function canonicalQuantity(text: string): string {
  const match = common.exec(text)
  if (match === null) return formatQuantity(parseQuantity(text))
  const [, digits = '', suffix = ''] = match
  return suffix.endsWith('i')
    ? commonBinary(text, Number(digits), suffix)
    : commonDecimal(text, digits, suffix)
}

function commonDecimal(text: string, digits: string, suffix: string): string {
  if (!digits.endsWith('000')) return text
  let kept = digits
  let exponent = decimalSuffixes.get(suffix) ?? 0
  for (; kept.endsWith('000'); exponent += 3) kept = kept.slice(0, -3)
  return kept + (suffixOfDecimal.get(exponent) ?? '')
}

function commonBinary(text: string, value: number, suffix: string): string {
  if (value % 8 !== 0) return text
  let kept = value
  let exponent = binarySuffixes.get(suffix) ?? 0
  for (; kept % 1024 === 0; exponent += 10) kept /= 1024
  return kept + (suffixOfBinary.get(exponent) ?? '')
}

/**
 * A quantity rounded up to thousandths and printed, as Kubernetes' defaults do to requests and limits: `3.14159` is
 * `3142m`. Throws QuantityError.
 */
export function roundUpToMilli(text: string): string {
  return common.test(text) ? canonicalQuantity(text) : formatQuantity(roundUp(parseQuantity(text), milli))
}

/** The quantity in whole units, rounded up: `1500m` is 2. Zero if it is beyond int64. Throws QuantityError. */
export function valueCeil(text: string): bigint {
  const { unscaled, scale } = roundUp(parseQuantity(text), 0)
  if (scale > int64Digits) return 0n
  const value = unscaled * 10n ** BigInt(scale)
  return value > maxInt64 || value < -maxInt64 - 1n ? 0n : value
}

/** What Go's strings.TrimSpace takes off, but for what JSON escapes: Kubernetes reads the text with its escapes. */
const outerBlanks =
  /^[ \x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+|[ \x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/g

/** Reads a quantity as resource.Quantity's UnmarshalJSON does. Throws QuantityError. */
export function parseQuantity(text: string): Quantity {
  if (text.length > longestText) throw new QuantityError('format')
  const trimmed = text.replace(outerBlanks, '')
  if (trimmed === '0') return { unscaled: 0n, scale: 0, format: 'DecimalSI', written: trimmed }
  const match = trimmed === '' ? null : shape.exec(trimmed)
  if (match === null) throw new QuantityError('format')
  const [, sign, integer = '', fraction = '', suffix = ''] = match
  const number = { sign: sign === '-' ? -1n : 1n, integer: integer || '0', fraction }
  const binary = binarySuffixes.get(suffix)
  if (binary !== undefined) return parseBinary(trimmed, number, binary)
  return parseDecimal(trimmed, number, suffix)
}

interface Digits {
  readonly sign: bigint
  /** Without zeros in front. */
  readonly integer: string
  readonly fraction: string
}

function parseDecimal(text: string, { sign, integer, fraction }: Digits, suffix: string): Quantity {
  const si = decimalSuffixes.get(suffix)
  const format = si === undefined ? 'DecimalExponent' : 'DecimalSI'
  const scale = (si ?? exponentOf(suffix)) - fraction.length
  const digits = integer + fraction
  const unscaled = sign * BigInt(digits)
  if (digits.length > int64Digits || scale < nano)
    return roundUp({ unscaled, scale, format, written: undefined }, nano)
  const isCanonical = scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0')
  return { unscaled, scale, format, written: isCanonical ? text : undefined }
}

/** The exponent of `e3`, `E-3`; Kubernetes cuts it to 32 bits. */
function exponentOf(suffix: string): number {
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) throw new QuantityError('suffix')
  const exponent = BigInt(suffix.slice(suffix[1] === '+' ? 2 : 1))
  if (exponent > maxInt64 || exponent < -maxInt64 - 1n) throw new QuantityError('suffix')
  return Number(BigInt.asIntN(32, exponent))
}

function parseBinary(text: string, { sign, integer, fraction }: Digits, exponent: number): Quantity {
  const magnitude = BigInt(integer + fraction) * 2n ** BigInt(exponent)
  // 1Mi has some 6 decimal digits; Kubernetes keeps the product within 15.
  if (fraction === '' && integer.length + Math.trunc(exponent * 0.3) < 15) {
    const isCanonical = BigInt(integer) % 8n !== 0n
    return {
      unscaled: sign * magnitude,
      scale: 0,
      format: 'BinarySI',
      written: isCanonical ? text : undefined,
    }
  }
  const scale = -fraction.length
  const rounded = roundUp({ unscaled: magnitude, scale, format: 'BinarySI', written: undefined }, nano)
  return { ...limited(rounded), unscaled: sign * limited(rounded).unscaled }
}

/** Binary quantities end at 2^63 − 1; less than 1 is printed in thousandths. */
function limited(quantity: Quantity): Quantity {
  const { unscaled, scale } = quantity
  const one = 10n ** BigInt(-scale)
  if (unscaled > maxInt64 * one) return { ...quantity, unscaled: maxInt64, scale: 0 }
  return unscaled > 0n && unscaled < one ? { ...quantity, format: 'DecimalSI' } : quantity
}

/** Rounds away from zero to a multiple of 10^scale. */
function roundUp(quantity: Quantity, scale: number): Quantity {
  const { unscaled, format } = quantity
  const digits = scale - quantity.scale
  if (digits <= 0) return quantity
  const sign = unscaled < 0n ? -1n : 1n
  // With more digits to drop than there are, the power of ten need not be computed.
  if (digits > longestText + 60)
    return { unscaled: unscaled === 0n ? 0n : sign, scale, format, written: undefined }
  const unit = 10n ** BigInt(digits)
  return { unscaled: sign * ((sign * unscaled + unit - 1n) / unit), scale, format, written: undefined }
}

/** Prints a quantity as Kubernetes does: the greatest suffix without a fraction. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.written !== undefined) return quantity.written
  if (quantity.unscaled === 0n) return '0'
  const isBinary = quantity.format === 'BinarySI' && isPrintedBinary(quantity)
  return isBinary ? formatBinary(quantity) : formatDecimal(quantity)
}

/** Not below 1024, and not with a fraction. */
function isPrintedBinary({ unscaled, scale }: Quantity): boolean {
  const one = 10n ** BigInt(-scale)
  const magnitude = unscaled < 0n ? -unscaled : unscaled
  return magnitude >= 1024n * one && magnitude % one === 0n
}

function formatBinary({ unscaled, scale }: Quantity): string {
  let value = unscaled / 10n ** BigInt(-scale)
  let exponent = 0
  for (; value % 1024n === 0n; exponent += 10) value /= 1024n
  return `${value}${suffixOfBinary.get(exponent) ?? ''}`
}

function formatDecimal({ unscaled, scale, format }: Quantity): string {
  const digits = String(unscaled)
  const kept = digits.replace(/0+$/, '')
  let exponent = scale + digits.length - kept.length
  let zeros = ''
  for (; exponent % 3 !== 0; exponent--) zeros += '0'
  return kept + zeros + decimalSuffix(exponent, format)
}

/** Beyond E there is no suffix, and Kubernetes prints none: 10^21 written in digits becomes `1`. */
function decimalSuffix(exponent: number, format: QuantityFormat): string {
  if (format !== 'DecimalExponent') return suffixOfDecimal.get(exponent) ?? ''
  return exponent === 0 ? '' : `e${exponent}`
}
