/** Arithmetic on moments. */
import { dayOf } from '../../golang/civil.ts'
import { readingOf, type Moment } from '../../golang/time-format.ts'
import { fromReading, type Zone } from '../../golang/zone.ts'

const second = 1_000_000_000n
const secondsInDay = 86_400n

/** The first second of the year 1, Go's zero time. */
export const zeroSeconds = -62_135_596_800n

/** The moment so many nanoseconds since 1970. */
export function momentAt(nanoseconds: bigint): Moment {
  const nanos = ((nanoseconds % second) + second) % second
  return { seconds: (nanoseconds - nanos) / second, nanos: Number(nanos) }
}

/** time.Unix, whose seconds wrap around where they do not fit 64 bits since the year 1. */
export function momentAtSeconds(seconds: bigint): Moment {
  return { seconds: BigInt.asIntN(64, seconds - zeroSeconds) + zeroSeconds, nanos: 0 }
}

/** Time.Add. */
export function addNanoseconds(moment: Moment, nanoseconds: bigint): Moment {
  return momentAt(nanosecondsOf(moment) + nanoseconds)
}

/** The nanoseconds from one moment to another. */
export function nanosecondsBetween(from: Moment, to: Moment): bigint {
  return nanosecondsOf(to) - nanosecondsOf(from)
}

/** Whole units of so many nanoseconds since 1970, counted down before it. */
export function unitsSince1970(moment: Moment, unit: bigint): bigint {
  const nanoseconds = nanosecondsOf(moment)
  return (nanoseconds - (((nanoseconds % unit) + unit) % unit)) / unit
}

/** Time.AddDate: the date changes, the time of day stays; 31 February is 3 March or 2 March. */
export function addDate(
  moment: Moment,
  zone: Zone,
  by: { readonly years: bigint; readonly months: bigint; readonly days: bigint },
): Moment {
  const { year, month, day, hour, minute, second } = readingOf(moment, zone)
  const days = dayOf(year + Number(by.years), month + Number(by.months), day + Number(by.days))
  const reading = BigInt(days) * secondsInDay + BigInt((hour * 60 + minute) * 60 + second)
  return { seconds: fromReading(reading, zone), nanos: moment.nanos }
}

/** Time.Truncate: down to a multiple of a duration since the zero time. */
export function truncated(moment: Moment, duration: bigint): Moment {
  if (duration <= 0n) return moment
  const since = nanosecondsOf(moment) - zeroSeconds * second
  return momentAt(nanosecondsOf(moment) - (((since % duration) + duration) % duration))
}

/** Duration.Round: the nearest multiple, halves away from zero. */
export function rounded(duration: bigint, to: bigint): bigint {
  const magnitude = duration < 0n ? -duration : duration
  const rest = magnitude % to
  const down = magnitude - rest
  const nearest = 2n * rest >= to ? down + to : down
  return duration < 0n ? -nearest : nearest
}

function nanosecondsOf({ seconds, nanos }: Moment): bigint {
  return seconds * second + BigInt(nanos)
}
