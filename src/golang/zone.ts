/** Time zones, as far as clocks and layouts need them. */

/** What a zone says of a moment, given in seconds since 1970. */
export interface Zone {
  /** Go's Location.String: `UTC`, `Europe/Berlin`, nothing for an offset without a name. */
  readonly name: string
  /** Seconds east of Greenwich. */
  offset(seconds: bigint): number
  /** The name in force: `CET`; empty if there is none. */
  abbreviation(seconds: bigint): string
}

/** UTC. */
export const utc: Zone = fixedZone('UTC', 0)

/** time.FixedZone: the same offset always. */
export function fixedZone(name: string, offset: number): Zone {
  return { name, offset: () => offset, abbreviation: () => name }
}

/** The moment when clocks in a zone show a reading; where the clocks are being changed, the one that time.Date takes. */
export function fromReading(reading: bigint, zone: Zone): bigint {
  const first = zone.offset(reading)
  return first === 0 ? reading : reading - BigInt(zone.offset(reading - BigInt(first)))
}

/** How zones may be called: no path that leads out of the database, no offset. */
const zoneName = /^[A-Z][A-Za-z0-9+_-]*(?:\/[A-Z][A-Za-z0-9+_-]*)*$/

/** time.LoadLocation of a name in the time zone database; undefined if there is none. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return utc
  if (!zoneName.test(name)) return undefined
  try {
    return databaseZone(name)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Abbreviations that no English of {@link languages} knows, of zones that do not change their clocks. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['Asia/Hong_Kong', 'HKT'],
  ['Asia/Seoul', 'KST'],
  ['Asia/Shanghai', 'CST'],
  ['Asia/Tokyo', 'JST'],
  ['Etc/GMT', 'GMT'],
  ['Europe/Moscow', 'MSK'],
  ['GMT', 'GMT'],
])

/** Languages that know the abbreviations of the zones where they are spoken. */
const languages = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA']

/** A zone of the database that JavaScript has built in. Throws RangeError if it has none of that name. */
function databaseZone(name: string): Zone {
  const numeric = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  const offset = (seconds: bigint): number => parseOffset(zonePart(numeric, seconds))
  let spoken: readonly Intl.DateTimeFormat[] | undefined
  return {
    name,
    offset,
    abbreviation: (seconds) => {
      spoken ??= languages.map((language) => {
        return new Intl.DateTimeFormat(language, { timeZone: name, timeZoneName: 'short' })
      })
      const known = spoken.map((format) => zonePart(format, seconds))
      return abbreviations.get(name) ?? known.find(isAbbreviation) ?? numericName(offset(seconds))
    },
  }
}

/** Beyond what JavaScript's dates reach a zone stays as it was last. */
const greatestSeconds = 8_640_000_000_000n

function zonePart(format: Intl.DateTimeFormat, seconds: bigint): string {
  const least = seconds < -greatestSeconds ? -greatestSeconds : seconds
  const date = new Date(Number(least > greatestSeconds ? greatestSeconds : least) * 1000)
  return format.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? ''
}

function isAbbreviation(text: string): boolean {
  return /^[A-Z]{2,5}$/.test(text)
}

/** `GMT`, `GMT+05:30`, `GMT-07:52:58` in seconds. */
function parseOffset(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -size : size
}

/** What the database calls a zone without an abbreviation: `+03`, `+0545`. */
function numericName(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60)
  const text = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0')
  return (offset < 0 ? '-' : '+') + (text.endsWith('00') ? text.slice(0, 2) : text)
}
