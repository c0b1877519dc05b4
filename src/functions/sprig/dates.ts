import { DurationError, formatDuration, parseDuration } from '../../golang/duration.ts'
import { NumError, parseInt } from '../../golang/parse.ts'
import type { Moment } from '../../golang/time-format.ts'
import { parseTime, TimeError } from '../../golang/time-parse.ts'
import { loadZone, utc, type Zone } from '../../golang/zone.ts'
import { type GoStruct, isScalar, type Value } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { SprigError } from './errors.ts'
import {
  addNanoseconds,
  momentAt,
  momentAtSeconds,
  nanosecondsBetween,
  rounded,
  zeroSeconds,
} from './moment.ts'
import type { SprigOptions } from './options.ts'
import { named, type FunctionTable } from './table.ts'
import { clampedDuration, TimeValue } from './time-value.ts'

const dateLayout = '2006-01-02'
const second = 1_000_000_000n

/** Functions over times and durations. */
export function dateFunctions(options: SprigOptions): FunctionTable {
  const local = options.zone ?? utc
  const zoneOf = zones(local)
  const now = (): Moment => momentAt(options.now())
  const time = (moment: Moment, zone: Zone): TimeValue => new TimeValue(moment, zone, local)
  const format = (layout: string, date: Value, zone: string): string =>
    time(momentOf(date, dateTypes) ?? now(), zoneOf(zone)).format(layout)
  const since = (moment: Moment): bigint => clampedDuration(nanosecondsBetween(moment, now()))
  const parse = (layout: string, text: string): TimeValue => {
    const { moment, zone } = parseTime(layout, text, local)
    return time(moment, zone)
  }
  return [
    ['now', returns('time.Time', [], () => time(now(), local))],
    ['date', returns('string', ['string', 'interface {}'], (layout, date) => format(layout, date, 'Local'))],
    ...named(['dateInZone', 'date_in_zone'], returns('string', ['string', 'interface {}', 'string'], format)),
    ['htmlDate', returns('string', ['interface {}'], (date) => format(dateLayout, date, 'Local'))],
    [
      'htmlDateInZone',
      returns('string', ['interface {}', 'string'], (date, zone) => format(dateLayout, date, zone)),
    ],
    ...named(
      ['dateModify', 'date_modify'],
      returns('time.Time', ['string', 'time.Time'], (by, date) => {
        return orElse(() => moved(asTime(date), by), asTime(date))
      }),
    ),
    ...named(
      ['mustDateModify', 'must_date_modify'],
      returns('time.Time', ['string', 'time.Time'], (by, date) => moved(asTime(date), by)),
    ),
    [
      'toDate',
      returns('time.Time', ['string', 'string'], (layout, text) => {
        return orElse(() => parse(layout, text), time({ seconds: zeroSeconds, nanos: 0 }, utc))
      }),
    ],
    ['mustToDate', returns('time.Time', ['string', 'string'], parse)],
    ['unixEpoch', returns('string', ['time.Time'], (date) => String(asTime(date).moment.seconds))],
    [
      'ago',
      returns('string', ['interface {}'], (date) => {
        return formatDuration(rounded(since(momentOf(date, agoTypes) ?? now()), second))
      }),
    ],
    ['duration', returns('string', ['interface {}'], durationText)],
    ['durationRound', returns('string', ['interface {}'], (value) => roughly(nanosecondsIn(value, since)))],
  ]
}

/** Zones that are remembered. There are some 600, but case makes no difference to JavaScript. */
const rememberedZones = 64

/** Zones by name, the unknown being UTC, as in Sprig. */
function zones(local: Zone): (name: string) => Zone {
  const known = new Map([['Local', local]])
  return (name) => {
    const zone = known.get(name) ?? loadZone(name)
    if (zone !== undefined && known.size < rememberedZones) known.set(name, zone)
    return zone ?? utc
  }
}

/** Numbers of these types are seconds since 1970; what is no time else is now. */
const dateTypes: ReadonlySet<string> = new Set(['int64', 'int32'])
const agoTypes: ReadonlySet<string> = new Set(['int64'])

function momentOf(date: Value, types: ReadonlySet<string>): Moment | undefined {
  if (date instanceof TimeValue) return date.moment
  if (typeof date === 'bigint') return momentAtSeconds(date)
  if (!isScalar(date) || !types.has(date.goType) || typeof date.scalar !== 'bigint') return undefined
  return momentAtSeconds(date.scalar)
}

function asTime(value: GoStruct): TimeValue {
  if (value instanceof TimeValue) return value
  throw new SprigError('unavailable', `a ${value.goType} of this kind cannot be used here`)
}

function moved(time: TimeValue, by: string): TimeValue {
  return time.at(addNanoseconds(time.moment, parseDuration(by)))
}

/** What Sprig gives for a text that is no time or duration. */
function orElse(run: () => TimeValue, otherwise: TimeValue): TimeValue {
  try {
    return run()
  } catch (error) {
    if (error instanceof TimeError || error instanceof DurationError) return otherwise
    throw error
  }
}

/** Seconds, in a text or an int64, as a duration; everything else, an int too, is none. */
function durationText(seconds: Value): string {
  const count = typeof seconds === 'string' ? integerOf(seconds) : (int64Of(seconds) ?? 0n)
  return formatDuration(BigInt.asIntN(64, count * second))
}

/** What Go gives even for a number that is out of range. */
function integerOf(text: string): bigint {
  try {
    return parseInt(text, 10, 64)
  } catch (error) {
    if (error instanceof NumError && typeof error.nearest === 'bigint') return error.nearest
    throw error
  }
}

function int64Of(value: Value): bigint | undefined {
  return isScalar(value) && value.goType === 'int64' && typeof value.scalar === 'bigint'
    ? value.scalar
    : undefined
}

/** A duration in a text or an int64, or the time since a time. */
function nanosecondsIn(value: Value, since: (moment: Moment) => bigint): bigint {
  if (value instanceof TimeValue) return since(value.moment)
  if (typeof value !== 'string') return int64Of(value) ?? 0n
  try {
    return parseDuration(value)
  } catch (error) {
    if (error instanceof DurationError) return 0n
    throw error
  }
}

const hour = 3600n * second

const roughUnits: readonly (readonly [string, bigint])[] = [
  ['y', 365n * 24n * hour],
  ['mo', 30n * 24n * hour],
  ['d', 24n * hour],
  ['h', hour],
  ['m', 60n * second],
  ['s', second],
]

/** The greatest unit that the duration is more than one of: `2h` for 2h59m, but `60m` for one hour. */
function roughly(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds
  for (const [name, unit] of roughUnits) if (magnitude > unit) return `${magnitude / unit}${name}`
  return '0s'
}
