import { readDecimal, readHexFloat, readSpecialFloat } from './float-literal.ts'
import { quote } from './quote.ts'

/** A text that is no number, or one that does not fit: strconv.NumError, with Go's message. */
export class NumError extends Error {
  readonly code: 'syntax' | 'range'
  /** What Go returns beside the error: the nearest value of the type if the text was out of range, else zero. */
  readonly nearest: bigint | number | boolean

  constructor(func: string, text: string, code: 'syntax' | 'range', nearest: bigint | number | boolean) {
    const reason = code === 'range' ? 'value out of range' : 'invalid syntax'
    super(`strconv.${func}: parsing ${quote(text)}: ${reason}`)
    this.name = 'NumError'
    this.code = code
    this.nearest = nearest
  }
}

const trueTexts: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const falseTexts: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/** Digits of one number that a double holds exactly. */
const shortNumber = /^[0-9]{1,15}$/

/** strconv.ParseBool. Throws NumError. */
export function parseBool(text: string): boolean {
  if (trueTexts.has(text)) return true
  if (falseTexts.has(text)) return false
  throw new NumError('ParseBool', text, 'syntax', false)
}

/** strconv.Atoi. Throws NumError, whose message names Atoi. */
export function atoi(text: string): bigint {
  return signed('Atoi', text, 10, 64)
}

/**
 * strconv.ParseInt: an optional sign, then digits that must fit `bits` bits. Base 0 takes the base from the prefix
 * (0x, 0o, 0, 0b) and allows underscores between digits; else the base is 2 to 36. Throws NumError.
 */
export function parseInt(text: string, base: number, bits: number): bigint {
  return signed('ParseInt', text, base, bits)
}

/** strconv.ParseUint: like {@link parseInt} without a sign. Throws NumError. */
export function parseUint(text: string, base: number, bits: number): bigint {
  const magnitude = readUnsigned(text, base, bits)
  if (magnitude === undefined) throw new NumError('ParseUint', text, 'syntax', 0n)
  if (magnitude === 'overflow') throw new NumError('ParseUint', text, 'range', (1n << BigInt(bits)) - 1n)
  return magnitude
}

/**
 * strconv.ParseFloat: decimal or hexadecimal (`0x1.8p1`), with underscores where Go's literals allow them; inf,
 * infinity and nan in any case. Throws NumError; a number beyond the type has ±Infinity as its nearest value.
 */
export function parseFloat(text: string, bits: 32 | 64): number {
  const special = readSpecialFloat(text)
  if (special !== undefined) return special
  const digits = text.replaceAll('_', '')
  const value = readDecimal(digits, bits) ?? readHexFloat(digits, bits)
  if (value === undefined || !underscoresFit(text)) throw new NumError('ParseFloat', text, 'syntax', 0)
  if (Math.abs(value) === Infinity) throw new NumError('ParseFloat', text, 'range', value)
  return value
}

function signed(func: string, text: string, base: number, bits: number): bigint {
  const negative = text.startsWith('-')
  const digits = negative || text.startsWith('+') ? text.slice(1) : text
  const magnitude = readUnsigned(digits, base, bits)
  if (magnitude === undefined) throw new NumError(func, text, 'syntax', 0n)
  const limit = 1n << BigInt(bits - 1)
  const greatest = negative ? limit : limit - 1n
  if (magnitude === 'overflow' || magnitude > greatest) {
    throw new NumError(func, text, 'range', negative ? -limit : greatest)
  }
  return negative ? -magnitude : magnitude
}

/** The number; undefined for bad syntax. As in Go, a number found too great hides bad syntax after it. */
function readUnsigned(text: string, base: number, bits: number): bigint | 'overflow' | undefined {
  if (text === '') return undefined
  const fromPrefix = base === 0
  const radix = fromPrefix ? baseOfPrefix(text) : base
  const digits = fromPrefix ? withoutPrefix(text) : text
  const greatest = (1n << BigInt(bits)) - 1n
  if (radix === 10 && shortNumber.test(digits)) {
    const value = BigInt(digits)
    return value > greatest ? 'overflow' : value
  }
  let value = 0n
  for (const char of digits) {
    if (char === '_' && fromPrefix) continue
    const digit = digitValue(char)
    if (digit >= radix) return undefined
    value = value * BigInt(radix) + BigInt(digit)
    if (value > greatest) return 'overflow'
  }
  return fromPrefix && !underscoresFit(text) ? undefined : value
}

function baseOfPrefix(text: string): number {
  if (!text.startsWith('0')) return 10
  const letter = text.length > 2 ? text.charAt(1).toLowerCase() : ''
  if (letter === 'x') return 16
  return letter === 'b' ? 2 : 8
}

function withoutPrefix(text: string): string {
  if (!text.startsWith('0')) return text
  return /^0[box]./is.test(text) ? text.slice(2) : text.slice(1)
}

/** The value of a digit in bases up to 36; what is no digit counts as 36. */
function digitValue(char: string): number {
  const code = char.charCodeAt(0)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return code < 0x80 && lower >= 0x61 && lower <= 0x7a ? lower - 0x61 + 10 : 36
}

/** Underscores stand between two digits, or between a base prefix and a digit. */
function underscoresFit(text: string): boolean {
  if (!text.includes('_')) return true
  const body = text.replace(/^[+-]/, '')
  const prefixed = /^0[box]/i.test(body)
  const digits = /^0x/i.test(body) ? /[0-9a-f]/i : /[0-9]/
  let previous = prefixed ? '0' : ''
  for (const char of prefixed ? body.slice(2) : body) {
    if (char === '_' && !digits.test(previous)) return false
    if (previous === '_' && !digits.test(char)) return false
    previous = char
  }
  return previous !== '_'
}
