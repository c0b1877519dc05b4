import { marshalText } from './json.ts'
import { quoteTime } from './time-quote.ts'

/** A text that is no duration; the message is that of Go's time package or of protojson. */
export class DurationError extends Error {
  readonly code = 'duration'

  constructor(message: string) {
    super(message)
    this.name = 'DurationError'
  }
}

const second = 1_000_000_000n
/** The greatest magnitude there is, that of the least duration: 2^63 ns, some 292 years. */
const limit = 2n ** 63n

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, micro sign
  ['μs', 1_000n], // U+03BC, Greek letter mu
  ['ms', 1_000_000n],
  ['s', second],
  ['m', 60n * second],
  ['h', 3600n * second],
])

/** A number and its unit at the head of a text. */
const part = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/

/**
 * time.ParseDuration, in nanoseconds: `1h2m3.5s`, `-1.5h`, `100us`, `0`. Throws DurationError:
 * `time: missing unit in duration "5"`.
 */
export function parseDuration(text: string): bigint {
  const sign = text.startsWith('-') || text.startsWith('+') ? 1 : 0
  let rest = text.slice(sign)
  if (rest === '0') return 0n
  let total = 0n
  do {
    const [whole = '', integer = '', fraction = '', unit = ''] = part.exec(rest) ?? []
    if (integer === '' && fraction === '') throw invalid(text)
    if (BigInt(significant(integer)) > limit) throw invalid(text)
    total += parsePart(text, integer, fraction, unit)
    if (total > limit) throw invalid(text)
    rest = rest.slice(whole.length)
  } while (rest !== '')
  if (text.startsWith('-')) return -total
  if (total === limit) throw invalid(text)
  return total
}

function parsePart(text: string, integer: string, fraction: string, unit: string): bigint {
  const size = units.get(unit)
  if (unit === '') throw new DurationError(`time: missing unit in duration ${quoteTime(text)}`)
  if (size === undefined)
    throw new DurationError(`time: unknown unit ${quoteTime(unit)} in duration ${quoteTime(text)}`)
  return BigInt(significant(integer)) * size + fractionOf(fraction, size)
}

/** More than 19 digits are too many anyway; cut, they cost nothing. */
function significant(digits: string): string {
  return digits.replace(/^0+/, '').slice(0, 20)
}

/** The fraction as Go computes it, in floats and cut, from as many digits as 63 bits hold. */
function fractionOf(digits: string, size: bigint): bigint {
  let value = 0n
  let used = 0
  while (used < digits.length) {
    const next = value * 10n + BigInt(digits.charCodeAt(used) - 0x30)
    if (value > (limit - 1n) / 10n || next > limit) break
    value = next
    used++
  }
  return BigInt(Math.trunc(Number(value) * (Number(size) / 10 ** used)))
}

function invalid(text: string): DurationError {
  return new DurationError(`time: invalid duration ${quoteTime(text)}`)
}

/** Duration.String: `1h2m3.5s`, `1.5ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (magnitude < 1_000n) return `${sign}${magnitude}ns`
  if (magnitude < 1_000_000n) return `${sign}${decimal(magnitude, 3)}µs`
  if (magnitude < second) return `${sign}${decimal(magnitude, 6)}ms`
  const minutes = magnitude / (60n * second)
  const seconds = `${decimal(magnitude % (60n * second), 9)}s`
  if (minutes === 0n) return sign + seconds
  const hours = minutes / 60n
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`
}

/** `value` / 10^places without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`
}

/** The greatest number of seconds in a google.protobuf.Duration, some 10,000 years. */
const maxProtoSeconds = 315_576_000_000n

/** A google.protobuf.Duration in JSON; no exponent, no zeros in front, at most nine digits of fraction. */
const protoDuration = /^([-+]?)(0|[1-9][0-9]*|(?=\.))(?:\.([0-9]{0,9}))?s$/

/**
 * The nanoseconds of a google.protobuf.Duration in JSON, `1.500s`, as protojson reads it. They may be beyond what a
 * time.Duration holds. Throws DurationError.
 */
export function parseProtoDuration(text: string): bigint {
  const [, sign, seconds, fraction = ''] = protoDuration.exec(text) ?? []
  const whole = BigInt((seconds ?? '').slice(0, 20))
  if (seconds === undefined || whole >= limit) {
    throw new DurationError(`invalid google.protobuf.Duration value ${marshalText(text)}`)
  }
  if (whole > maxProtoSeconds) {
    throw new DurationError(`google.protobuf.Duration value out of range: ${marshalText(text)}`)
  }
  const magnitude = whole * second + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/** A google.protobuf.Duration in JSON: seconds with 0, 3, 6 or 9 digits of fraction. */
export function formatProtoDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const fraction = String(magnitude % second).padStart(9, '0')
  const shown = fraction.replace(/(?:000){1,3}$/, '')
  return `${sign}${magnitude / second}${shown === '' ? '' : '.'}${shown}s`
}
