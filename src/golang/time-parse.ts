/** time.ParseInLocation. */
import { dayOf, dayOfYear, daysIn } from './civil.ts'
import { type Moment, monthNames, weekdayNames } from './time-format.ts'
import { type Layout, type LayoutElement, readLayout } from './time-layout.ts'
import { quoteTime } from './time-quote.ts'
import { fixedZone, fromReading, utc, type Zone } from './zone.ts'

/** A text that is no time of the layout; the message is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError'
  readonly code = 'time'
}

export interface ParsedTime {
  readonly moment: Moment
  readonly zone: Zone
}

/** Reads a time by a layout, in a zone unless the text names another. Throws TimeError. */
export function parseTime(layout: string, text: string, local: Zone): ParsedTime {
  return new TimeParser(readLayout(layout), text, local).parse()
}

/** What an element's text is not; the element that failed is told by the caller. */
class Misfit extends Error {}

/** A number that is one, but not in range: `: month out of range`. */
class OutOfRange extends Error {}

const shortMonths = monthNames.map((name) => name.slice(0, 3))
const shortWeekdays = weekdayNames.map((name) => name.slice(0, 3))

class TimeParser {
  readonly #layout: Layout
  readonly #text: string
  readonly #local: Zone
  /** What is still to be read. */
  #rest: string

  #year = 0
  #month: number | undefined
  #day: number | undefined
  #yearDay: number | undefined
  #hour = 0
  #minute = 0
  #second = 0
  #nanos = 0
  #half: 'am' | 'pm' | undefined
  #isUtc = false
  #offset: number | undefined
  #abbreviation = ''

  constructor(layout: Layout, text: string, local: Zone) {
    this.#layout = layout
    this.#text = text
    this.#rest = text
    this.#local = local
  }

  parse(): ParsedTime {
    const { pieces, suffix } = this.#layout
    for (const [i, { prefix, element }] of pieces.entries()) {
      this.#skip(prefix)
      this.#element(element, pieces[i + 1]?.element)
    }
    this.#skip(suffix)
    if (this.#rest !== '') throw this.#fault(`: extra text: ${quoteTime(this.#rest)}`)
    if (this.#half === 'pm' && this.#hour < 12) this.#hour += 12
    if (this.#half === 'am' && this.#hour === 12) this.#hour = 0
    this.#settleDay()
    return this.#result()
  }

  /** Text between elements; a run of blanks counts as one. */
  #skip(expected: string): void {
    let wanted = expected
    while (wanted !== '') {
      const blank = wanted.startsWith(' ')
      if (blank ? this.#rest !== '' && !this.#rest.startsWith(' ') : this.#rest[0] !== wanted[0]) {
        throw this.#cannotParse(this.#rest, expected)
      }
      wanted = blank ? withoutBlanks(wanted) : wanted.slice(1)
      this.#rest = blank ? withoutBlanks(this.#rest) : this.#rest.slice(1)
    }
  }

  #element(element: LayoutElement, next: LayoutElement | undefined): void {
    const start = this.#rest
    try {
      this.#read(element, next)
    } catch (error) {
      if (error instanceof OutOfRange) throw this.#fault(`: ${error.message} out of range`)
      if (error instanceof Misfit) throw this.#cannotParse(start, element.text)
      throw error
    }
  }

  #read({ kind, text }: LayoutElement, next: LayoutElement | undefined): void {
    switch (kind) {
      case 'year':
        this.#year = fullYear(atoi(this.#take(2)))
        return
      case 'longYear':
        if (!isDigit(this.#rest.charAt(0))) throw new Misfit()
        this.#year = atoi(this.#take(4))
        return
      case 'month':
      case 'longMonth':
        this.#month = this.#word(kind === 'month' ? shortMonths : monthNames) + 1
        return
      case 'numMonth':
      case 'zeroMonth':
        this.#month = inRange('month', this.#number(kind === 'zeroMonth'), 1, 12)
        return
      case 'weekday':
      case 'longWeekday':
        this.#word(kind === 'weekday' ? shortWeekdays : weekdayNames)
        return
      case 'day':
      case 'underDay':
      case 'zeroDay':
        if (kind === 'underDay' && this.#rest.startsWith(' ')) this.#rest = this.#rest.slice(1)
        this.#day = this.#number(kind === 'zeroDay')
        return
      case 'underYearDay':
      case 'zeroYearDay':
        this.#yearDay = this.#threeDigits(kind === 'zeroYearDay')
        return
      case 'hour':
        this.#hour = inRange('hour', this.#number(false), 0, 23)
        return
      case 'hour12':
      case 'zeroHour12':
        this.#hour = inRange('hour', this.#number(kind === 'zeroHour12'), 0, 12)
        return
      case 'minute':
      case 'zeroMinute':
        this.#minute = inRange('minute', this.#number(kind === 'zeroMinute'), 0, 59)
        return
      case 'second':
      case 'zeroSecond':
        this.#second = inRange('second', this.#number(kind === 'zeroSecond'), 0, 59)
        // A fraction may follow that the layout does not ask for.
        if (next?.kind !== 'fraction' && next?.kind !== 'trimmedFraction') this.#optionalFraction()
        return
      case 'PM':
      case 'pm':
        this.#half = halfOfDay(this.#take(2), kind)
        return
      case 'isoOffset':
      case 'offset':
        if (kind === 'isoOffset' && this.#rest.startsWith('Z')) this.#utc(1)
        else this.#readOffset(text)
        return
      case 'zone':
        if (this.#rest.startsWith('UTC')) this.#utc(3)
        else this.#abbreviation = this.#take(zoneLength(this.#rest))
        return
      case 'fraction':
        this.#nanos = nanosOf(this.#take(text.length))
        return
      case 'trimmedFraction':
        this.#optionalFraction()
    }
  }

  #take(length: number): string {
    if (length === 0 || this.#rest.length < length) throw new Misfit()
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }

  /** One digit or two. */
  #number(isTwoDigits: boolean): number {
    const length = isDigit(this.#rest.charAt(1)) ? 2 : 1
    if (!isDigit(this.#rest.charAt(0)) || (isTwoDigits && length === 1)) throw new Misfit()
    return Number(this.#take(length))
  }

  #threeDigits(isPadded: boolean): number {
    if (!isPadded) this.#rest = this.#rest.replace(/^ {1,2}/, '')
    const digits = /^[0-9]{0,3}/.exec(this.#rest)?.[0] ?? ''
    if (isPadded && digits.length < 3) throw new Misfit()
    return Number(this.#take(digits.length))
  }

  /** The index of the name that comes next, in letters of any case. */
  #word(names: readonly string[]): number {
    const index = names.findIndex(
      (name) => this.#rest.slice(0, name.length).toLowerCase() === name.toLowerCase(),
    )
    this.#take(names[index]?.length ?? 0)
    return index
  }

  #optionalFraction(): void {
    const fraction = /^[.,][0-9]+/.exec(this.#rest)?.[0]
    if (fraction !== undefined) this.#nanos = nanosOf(this.#take(fraction.length))
  }

  #utc(length: number): void {
    this.#isUtc = true
    this.#take(length)
  }

  /** `+02:00` in the form of the sample. */
  #readOffset(sample: string): void {
    const taken = this.#take(sample.length)
    const hasColons = sample.includes(':')
    if (hasColons && (taken[3] !== ':' || (sample.length > 6 && taken[6] !== ':'))) throw new Misfit()
    // A number out of range is worse than what is no number, and of several Go names the last.
    const pairs = taken.slice(1).match(hasColons ? /[^:]{2}/g : /../gs) ?? []
    const broken = pairs.findIndex((pair) => !/^[0-9]{2}$/.test(pair))
    const numbers = pairs.slice(0, broken < 0 ? pairs.length : broken).map(Number)
    const [hours = 0, minutes = 0, seconds = 0] = numbers
    inRange('time zone offset second', seconds, 0, 60)
    inRange('time zone offset minute', minutes, 0, 60)
    inRange('time zone offset hour', hours, 0, 24)
    if (broken >= 0 || (taken[0] !== '+' && taken[0] !== '-')) throw new Misfit()
    const size = (hours * 60 + minutes) * 60 + seconds
    this.#offset = taken[0] === '-' ? -size : size
  }

  /** The month and day, from the day of the year if that was given. */
  #settleDay(): void {
    if (this.#yearDay !== undefined) {
      const date = dayOfYear(this.#year, this.#yearDay)
      if (date === undefined) throw this.#fault(': day-of-year out of range')
      if (this.#month !== undefined && this.#month !== date.month)
        throw this.#fault(': day-of-year does not match month')
      if (this.#day !== undefined && this.#day !== date.day)
        throw this.#fault(': day-of-year does not match day')
      this.#month = date.month
      this.#day = date.day
    }
    this.#month ??= 1
    this.#day ??= 1
    if (this.#day < 1 || this.#day > daysIn(this.#year, this.#month)) throw this.#fault(': day out of range')
  }

  #result(): ParsedTime {
    const days = dayOf(this.#year, this.#month ?? 1, this.#day ?? 1)
    const reading = BigInt(days) * 86_400n + BigInt((this.#hour * 60 + this.#minute) * 60 + this.#second)
    const at = (seconds: bigint, zone: Zone): ParsedTime => ({
      moment: { seconds, nanos: this.#nanos },
      zone,
    })
    if (this.#isUtc) return at(reading, utc)
    const local = this.#local
    if (this.#offset !== undefined) {
      const seconds = reading - BigInt(this.#offset)
      const isLocal =
        local.offset(seconds) === this.#offset &&
        (this.#abbreviation === '' || local.abbreviation(seconds) === this.#abbreviation)
      return at(seconds, isLocal ? local : fixedZone(this.#abbreviation, this.#offset))
    }
    const seconds = fromReading(reading, local)
    if (this.#abbreviation === '' || local.abbreviation(seconds) === this.#abbreviation)
      return at(seconds, local)
    // A name that is not known here; of GMT+3 the hours are known, but they do not move the clock.
    const hours = /^GMT([+-]\d+)$/.exec(this.#abbreviation)?.[1] ?? '0'
    return at(reading, fixedZone(this.#abbreviation, Number(hours) * 3600))
  }

  #fault(message: string): TimeError {
    return new TimeError(`parsing time ${quoteTime(this.#text)}${message}`)
  }

  #cannotParse(found: string, element: string): TimeError {
    const layout = quoteTime(this.#layout.source)
    return this.#fault(` as ${layout}: cannot parse ${quoteTime(found)} as ${quoteTime(element)}`)
  }
}

function withoutBlanks(text: string): string {
  return text.replace(/^ +/, '')
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

/** A number with an optional sign, as the package reads it. */
function atoi(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) throw new Misfit()
  return Number(text)
}

function inRange(what: string, value: number, least: number, greatest: number): number {
  if (value < least || value > greatest) throw new OutOfRange(what)
  return value
}

/** 69 is 1969, 68 is 2068. */
function fullYear(year: number): number {
  return year + (year >= 69 ? 1900 : 2000)
}

function halfOfDay(text: string, kind: 'PM' | 'pm'): 'am' | 'pm' {
  if (text === (kind === 'PM' ? 'PM' : 'pm')) return 'pm'
  if (text === (kind === 'PM' ? 'AM' : 'am')) return 'am'
  throw new Misfit()
}

/** `.5`, `,123456789`; more digits than nanoseconds are cut off. */
function nanosOf(text: string): number {
  if (!/^[.,]/.test(text)) throw new Misfit()
  const digits = text.slice(1, 10)
  const value = inRange('fractional second', atoi(digits), 0, Infinity)
  return value * 10 ** (9 - digits.length)
}

/** How long the name of a time zone is that a text begins with; 0 if it begins with none. */
function zoneLength(text: string): number {
  const special = /^(?:ChST|MeST|WITA(?![A-Z])|GMT(?:[+-]0*(?:[0-9]|1[0-9]|2[0-3])(?![0-9]))?)/.exec(text)
  if (special !== null) return special[0].length
  const signed = /^[+-]0*(?:[0-9]|1[0-9]|2[0-3])(?![0-9])/.exec(text)
  if (signed !== null) return signed[0].length
  const letters = /^[A-Z]{1,6}/.exec(text)?.[0] ?? ''
  const fits =
    letters.length === 3 || ((letters.length === 4 || letters.length === 5) && letters.endsWith('T'))
  return fits ? letters.length : 0
}
