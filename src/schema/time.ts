import { quoteTime } from '../golang/time-quote.ts'

/** A point in time as Go's time.Time holds it: seconds since 1970 in UTC, and nanoseconds within the second. */
export interface Instant {
  readonly seconds: number
  readonly nanos: number
}

const layout = '2006-01-02T15:04:05Z07:00'

/** Go's zero time.Time: the first second of the year 1. metav1.Time writes it as null. */
export const zeroTime: Instant = { seconds: -62_135_596_800, nanos: 0 }

/** True for the zero value, `IsZero` of Go. */
export function isZeroTime(time: Instant): boolean {
  return time.seconds === zeroTime.seconds && time.nanos === 0
}

/**
 * time.Parse of an RFC 3339 text as metav1.Time reads it: an hour of one digit and a fraction are accepted. Gives the
 * error as Go words it instead of the time, e.g. `parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"`.
 */
export function parseTime(text: string): Instant | string {
  const reader: Reader = { text, rest: text, error: undefined }
  const year = number(reader, '2006', 4, 4)
  const month = part(reader, '-', '01', 2, 1, 12, 'month')
  const day = part(reader, '-', '02', 2, 0, 99, 'day')
  const hour = part(reader, 'T', '15', 1, 0, 23, 'hour')
  const minute = part(reader, ':', '04', 2, 0, 59, 'minute')
  const second = part(reader, ':', '05', 2, 0, 59, 'second')
  const nanos = fraction(reader)
  const offset = zone(reader)
  if (reader.error === undefined && reader.rest !== '')
    fail(reader, `: extra text: ${quoteTime(reader.rest)}`)
  if (reader.error === undefined && (day < 1 || day > daysIn(year, month))) fail(reader, ': day out of range')
  if (reader.error !== undefined) return reader.error
  return { seconds: secondsAt(year, month, day) + hour * 3600 + minute * 60 + second - offset, nanos }
}

/** The form in which metav1.Time is written: `2026-11-24T05:38:00Z`. */
export function formatRfc3339(time: Instant): string {
  const { date, clock } = parts(time)
  return `${date}T${clock}Z`
}

/** What Go's String prints for a time in UTC: `2026-11-24 05:38:00.5 +0000 UTC`. */
export function formatTime(time: Instant): string {
  const { date, clock } = parts(time)
  const nanos = time.nanos === 0 ? '' : `.${String(time.nanos).padStart(9, '0').replace(/0+$/, '')}`
  return `${date} ${clock}${nanos} +0000 UTC`
}

/** Where parsing stands; the first error stops all that follows. */
interface Reader {
  readonly text: string
  rest: string
  error: string | undefined
}

function part(
  reader: Reader,
  separator: string,
  element: string,
  least: 1 | 2,
  from: number,
  to: number,
  what: string,
): number {
  if (reader.error !== undefined) return 0
  if (!reader.rest.startsWith(separator)) return cannotParse(reader, separator)
  reader.rest = reader.rest.slice(1)
  const value = number(reader, element, least, 2)
  if (reader.error === undefined && (value < from || value > to)) fail(reader, `: ${what} out of range`)
  return value
}

function number(reader: Reader, element: string, least: number, most: number): number {
  let digits = 0
  while (digits < most && isDigit(reader.rest, digits)) digits++
  if (digits < least) return cannotParse(reader, element)
  const value = Number(reader.rest.slice(0, digits))
  reader.rest = reader.rest.slice(digits)
  return value
}

/** A fraction may follow the seconds although the layout has none; digits beyond nanoseconds are cut off. */
function fraction(reader: Reader): number {
  const { rest } = reader
  if (reader.error !== undefined || !(rest.startsWith('.') || rest.startsWith(',')) || !isDigit(rest, 1))
    return 0
  let end = 1
  while (isDigit(rest, end)) end++
  reader.rest = rest.slice(end)
  return Number(rest.slice(1, Math.min(end, 10)).padEnd(9, '0'))
}

function zone(reader: Reader): number {
  if (reader.error !== undefined) return 0
  if (reader.rest.startsWith('Z')) {
    reader.rest = reader.rest.slice(1)
    return 0
  }
  const match = /^([+-])(\d\d):(\d\d)/.exec(reader.rest)
  if (match === null) return cannotParse(reader, 'Z07:00')
  const [whole, sign, hours, minutes] = match
  if (Number(hours) > 24) fail(reader, ': time zone offset hour out of range')
  else if (Number(minutes) > 60) fail(reader, ': time zone offset minute out of range')
  reader.rest = reader.rest.slice(whole.length)
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}

function cannotParse(reader: Reader, element: string): 0 {
  const { rest } = reader
  if (reader.error === undefined)
    fail(reader, ` as ${quoteTime(layout)}: cannot parse ${quoteTime(rest)} as ${quoteTime(element)}`)
  return 0
}

function fail(reader: Reader, message: string): void {
  reader.error = `parsing time ${quoteTime(reader.text)}${message}`
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

function daysIn(year: number, month: number): number {
  return new Date(secondsAt(year, month + 1, 0) * 1000).getUTCDate()
}

function secondsAt(year: number, month: number, day: number): number {
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day) / 1000
}

function parts(time: Instant): { date: string; clock: string } {
  const at = new Date(time.seconds * 1000)
  const year = String(at.getUTCFullYear()).padStart(4, '0')
  const iso = at.toISOString()
  const [, rest = ''] = /-(\d\d-\d\dT[\d:]{8})/.exec(iso) ?? []
  const [monthDay = '', clock = ''] = rest.split('T')
  return { date: `${year}-${monthDay}`, clock }
}
