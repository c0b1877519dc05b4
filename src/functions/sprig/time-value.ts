/** time.Time as templates see it. */
import { marshalText } from '../../golang/json.ts'
import {
  formatTime,
  monthNames,
  readingOf,
  weekdayNames,
  type Moment,
  type Reading,
} from '../../golang/time-format.ts'
import { utc, type Zone } from '../../golang/zone.ts'
import {
  goKind,
  type GoMethod,
  goScalar,
  type GoScalar,
  type GoStruct,
  integerOf,
  type Value,
} from '../../gotemplate/index.ts'
import { durationValue } from './duration-value.ts'
import type { Identified } from './equal.ts'
import { goError } from './errors.ts'
import {
  addDate,
  addNanoseconds,
  nanosecondsBetween,
  truncated,
  unitsSince1970,
  zeroSeconds,
} from './moment.ts'

const goType = 'time.Time'
const textLayout = '2006-01-02 15:04:05.999999999 -0700 MST'
const jsonLayout = '2006-01-02T15:04:05.999999999Z07:00'

/** A time.Time: a moment and the zone that it is shown in. */
export class TimeValue implements GoStruct, Identified {
  readonly goType = goType
  readonly moment: Moment
  readonly zone: Zone
  readonly #local: Zone

  /** @param local What the method Local goes by. */
  constructor(moment: Moment, zone: Zone, local: Zone) {
    this.moment = moment
    this.zone = zone
    this.#local = local
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  get identity(): string {
    const { seconds, nanos } = this.moment
    return `${seconds} ${nanos} ${this.zone.name}`
  }

  field(): Value {
    return undefined
  }

  fieldNames(): readonly string[] {
    return []
  }

  toText(): string {
    return this.format(textLayout)
  }

  format(layout: string): string {
    return formatTime(this.moment, this.zone, layout)
  }

  /** The same clock at another moment. */
  at(moment: Moment): TimeValue {
    return new TimeValue(moment, this.zone, this.#local)
  }

  plain(): string {
    return this.format(jsonLayout)
  }

  /** What goJson writes. */
  marshalJson(): string {
    const { year } = readingOf(this.moment, this.zone)
    if (year < 0 || year > 9999) {
      const reason = 'Time.MarshalJSON: year outside of range [0,9999]'
      throw goError(`json: error calling MarshalJSON for type ${goType}: ${reason}`)
    }
    return marshalText(this.plain())
  }

  method(name: string): GoMethod | undefined {
    const getter = getters.get(name)
    if (getter === undefined) return this.#other(name)
    return method([], () => getter(readingOf(this.moment, this.zone), this))
  }

  #other(name: string): GoMethod | undefined {
    switch (name) {
      case 'Format':
        return method(['string'], (layout) => this.format(typeof layout === 'string' ? layout : ''))
      case 'UTC':
        return method([], () => new TimeValue(this.moment, utc, this.#local))
      case 'Local':
        return method([], () => new TimeValue(this.moment, this.#local, this.#local))
      case 'Add':
        return method(['time.Duration'], (by) => this.at(addNanoseconds(this.moment, integerIn(by))))
      case 'AddDate':
        return method(['int', 'int', 'int'], (years, months, days) => {
          const by = { years: integerIn(years), months: integerIn(months), days: integerIn(days) }
          return this.at(addDate(this.moment, this.zone, by))
        })
      case 'Truncate':
        return method(['time.Duration'], (to) => this.at(truncated(this.moment, integerIn(to))))
      default:
        return this.#comparison(name)
    }
  }

  #comparison(name: string): GoMethod | undefined {
    const since = (other: Value): bigint =>
      other instanceof TimeValue ? nanosecondsBetween(other.moment, this.moment) : 0n
    switch (name) {
      case 'Before':
        return method([goType], (other) => since(other) < 0n)
      case 'After':
        return method([goType], (other) => since(other) > 0n)
      case 'Equal':
        return method([goType], (other) => since(other) === 0n)
      case 'Compare':
        return method([goType], (other) => (since(other) > 0n ? 1n : since(other) < 0n ? -1n : 0n))
      case 'Sub':
        return method([goType], (other) => durationValue(clampedDuration(since(other))))
      default:
        return undefined
    }
  }
}

/** A method without parameters. */
type Getter = (reading: Reading, time: TimeValue) => Value

const getters: ReadonlyMap<string, Getter> = new Map<string, Getter>([
  ['Year', ({ year }) => BigInt(year)],
  ['Month', ({ month }) => namedInt('time.Month', month, monthNames[month - 1])],
  ['Day', ({ day }) => BigInt(day)],
  ['Weekday', ({ weekday }) => namedInt('time.Weekday', weekday, weekdayNames[weekday])],
  ['YearDay', ({ yearDay }) => BigInt(yearDay)],
  ['Hour', ({ hour }) => BigInt(hour)],
  ['Minute', ({ minute }) => BigInt(minute)],
  ['Second', ({ second }) => BigInt(second)],
  ['Nanosecond', ({ nanos }) => BigInt(nanos)],
  ['Unix', (_, { moment }) => int64(unitsSince1970(moment, 1_000_000_000n))],
  ['UnixMilli', (_, { moment }) => int64(unitsSince1970(moment, 1_000_000n))],
  ['UnixMicro', (_, { moment }) => int64(unitsSince1970(moment, 1_000n))],
  ['UnixNano', (_, { moment }) => int64(unitsSince1970(moment, 1n))],
  ['String', (_, time) => time.toText()],
  ['IsZero', (_, { moment }) => moment.seconds === zeroSeconds && moment.nanos === 0],
])

function int64(value: bigint): GoScalar {
  return goScalar('int64', 'int64', BigInt.asIntN(64, value))
}

function namedInt(type: string, value: number, name = ''): GoScalar {
  const shown = method([], () => name)
  return {
    ...goScalar('int', type, BigInt(value)),
    toText: () => name,
    method: (wanted) => (wanted === 'String' ? shown : undefined),
  }
}

function method(params: readonly string[], call: (...args: Value[]) => Value): GoMethod {
  return { params, call }
}

/** The integer in an argument that the engine has checked. */
function integerIn(value: Value): bigint {
  return integerOf(value) ?? 0n
}

/** A duration is at most 292 years; what is longer is cut. */
export function clampedDuration(nanoseconds: bigint): bigint {
  const limit = 2n ** 63n
  if (nanoseconds >= limit) return limit - 1n
  return nanoseconds < -limit ? -limit : nanoseconds
}
