/** time.Time's Format and String. */
import { civilDate, dayOf, type CivilDate } from './civil.ts'
import { type ElementKind, readLayout } from './time-layout.ts'
import type { Zone } from './zone.ts'

/** A moment: seconds since 1970 in UTC and nanoseconds within the second. */
export interface Moment {
  readonly seconds: bigint
  readonly nanos: number
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

/** What clocks and calendars in a zone show. */
export interface Reading extends CivilDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanos: number
  /** Seconds east of Greenwich. */
  readonly offset: number
}

const secondsInDay = 86_400n

/** Go's calendar is counted from the 1 March of a year, in 64 bits, so that what is before comes out at its other end. */
const firstSecond = BigInt(dayOf(-292_277_022_400, 3, 1)) * secondsInDay

/** A moment as read in a zone. */
export function readingOf({ seconds, nanos }: Moment, zone: Zone): Reading {
  const offset = zone.offset(seconds)
  const local = BigInt.asUintN(64, seconds + BigInt(offset) - firstSecond) + firstSecond
  const second = Number(((local % secondsInDay) + secondsInDay) % secondsInDay)
  const days = Number((local - BigInt(second)) / secondsInDay)
  return {
    ...civilDate(days),
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    nanos,
    offset,
  }
}

/** Time.Format: `formatTime(moment, utc, '2006-01-02')`. */
export function formatTime(moment: Moment, zone: Zone, layout: string): string {
  const { pieces, suffix } = readLayout(layout)
  const reading = readingOf(moment, zone)
  let text = ''
  for (const { prefix, element } of pieces) {
    text += prefix
    text +=
      element.kind === 'zone'
        ? zoneText(zone.abbreviation(moment.seconds), reading.offset)
        : writers[element.kind](reading, element.text)
  }
  return text + suffix
}

/** What each element shows; `sample` is how the layout has it. */
const writers: Readonly<Record<Exclude<ElementKind, 'zone'>, (reading: Reading, sample: string) => string>> =
  {
    year: ({ year }) => digits(Math.abs(year) % 100, 2),
    longYear: ({ year }) => digits(year, 4),
    month: ({ month }) => monthName(month).slice(0, 3),
    longMonth: ({ month }) => monthName(month),
    numMonth: ({ month }) => String(month),
    zeroMonth: ({ month }) => digits(month, 2),
    weekday: ({ weekday }) => weekdayName(weekday).slice(0, 3),
    longWeekday: ({ weekday }) => weekdayName(weekday),
    day: ({ day }) => String(day),
    underDay: ({ day }) => String(day).padStart(2),
    zeroDay: ({ day }) => digits(day, 2),
    underYearDay: ({ yearDay }) => String(yearDay).padStart(3),
    zeroYearDay: ({ yearDay }) => digits(yearDay, 3),
    hour: ({ hour }) => digits(hour, 2),
    hour12: ({ hour }) => String(hour % 12 || 12),
    zeroHour12: ({ hour }) => digits(hour % 12 || 12, 2),
    minute: ({ minute }) => String(minute),
    zeroMinute: ({ minute }) => digits(minute, 2),
    second: ({ second }) => String(second),
    zeroSecond: ({ second }) => digits(second, 2),
    PM: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
    pm: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
    isoOffset: ({ offset }, sample) => (offset === 0 ? 'Z' : offsetText(sample, offset)),
    offset: ({ offset }, sample) => offsetText(sample, offset),
    fraction: ({ nanos }, sample) => fractionText(sample, nanos),
    trimmedFraction: ({ nanos }, sample) => fractionText(sample, nanos).replace(/[.,]?0*$/, ''),
  }

function monthName(month: number): string {
  return monthNames[month - 1] ?? ''
}

function weekdayName(weekday: number): string {
  return weekdayNames[weekday] ?? ''
}

/** The number with zeros in front; a sign does not count. */
function digits(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0')
}

/** `+02:00` for a sample such as `-07:00` or `Z07:00`. */
function offsetText(sample: string, offset: number): string {
  // Less than a minute is no sign.
  const sign = Math.trunc(offset / 60) < 0 ? '-' : '+'
  const minutes = Math.trunc(Math.abs(offset) / 60)
  const parts = [Math.trunc(minutes / 60), minutes % 60, Math.abs(offset) % 60]
  const wanted = sample.replaceAll(':', '').length
  const shown = wanted === 3 ? 1 : wanted === 5 ? 2 : 3
  const texts = parts.slice(0, shown).map((part) => digits(part, 2))
  return sign + texts.join(sample.includes(':') ? ':' : '')
}

function zoneText(abbreviation: string, offset: number): string {
  return abbreviation === '' ? offsetText('-0700', offset) : abbreviation
}

/** `.123` for a sample such as `.000`; of more than nine digits nine. */
function fractionText(sample: string, nanos: number): string {
  return sample.charAt(0) + digits(nanos, 9).slice(0, sample.length - 1)
}
