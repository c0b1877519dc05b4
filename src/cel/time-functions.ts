import { readingOf, type Reading } from '../golang/time-format.ts'
import { fixedZone, loadZone, utc, type Zone } from '../golang/zone.ts'
import { CelNotKnown } from './errors.ts'
import { table, type CelFunction } from './table.ts'

/** Parts of times, in UTC or in a zone, and of durations. */
export const timeMethods = table({
  getFullYear: part(({ year }) => year),
  getMonth: part(({ month }) => month - 1),
  getDate: part(({ day }) => day),
  getDayOfMonth: part(({ day }) => day - 1),
  getDayOfWeek: part(({ weekday }) => weekday),
  getDayOfYear: part(({ yearDay }) => yearDay - 1),
  getHours: part(({ hour }) => hour, 3_600_000_000_000n),
  getMinutes: part(({ minute }) => minute, 60_000_000_000n),
  getSeconds: part(({ second }) => second, 1_000_000_000n),
  getMilliseconds: part(({ nanos }) => Math.floor(nanos / 1e6), 1_000_000n),
})

/** A part of a time; of a duration, how many whole units it has. */
function part(get: (reading: Reading) => number, unit?: bigint): CelFunction {
  return (value, zone, more) => {
    if (typeof value !== 'object' || value === null || more !== undefined) return undefined
    if (value.kind === 'duration' && unit !== undefined && zone === undefined) return value.value / unit
    if (value.kind !== 'timestamp' || (zone !== undefined && typeof zone !== 'string')) return undefined
    return BigInt(get(readingOf(value.value, zone === undefined ? utc : zoneOf(zone))))
  }
}

/** `Europe/Berlin`, `-08:00`. */
function zoneOf(text: string): Zone {
  const [, sign, hours, minutes] = /^([+-]?)([0-9]{2}):([0-9]{2})$/.exec(text) ?? []
  if (hours !== undefined) {
    const seconds = Number(hours) * 3600 + Number(minutes) * 60
    return fixedZone('', sign === '-' ? -seconds : seconds)
  }
  const zone = loadZone(text)
  if (zone === undefined) throw new CelNotKnown(`time zone ${text} is not known here`)
  return zone
}
