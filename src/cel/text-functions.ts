import { RE2JS, RE2JSException } from 're2js'
import { trimSpace } from '../golang/unicode.ts'
import { CelFailure, CelNotKnown } from './errors.ts'
import { ofTexts, table, type CelFunction } from './table.ts'
import { inOrder, kindOf, listOf, type Value } from './value.ts'

/** All of them count in code points, as Go's runes. */
export const textMethods = table({
  startsWith: ofTexts(2, (text = '', start = '') => text.startsWith(start)),
  endsWith: ofTexts(2, (text = '', end = '') => text.endsWith(end)),
  contains: ofTexts(2, (text = '', part = '') => text.includes(part)),
  matches: ofTexts(2, (text = '', pattern = '') => regexp(pattern).matcher(text).find()),
  find: ofTexts(2, (text = '', pattern = '') => allMatches(text, pattern, 1n)[0] ?? ''),
  findAll: withCount(2, (text, [pattern = ''], count) => listOf(allMatches(text, pattern, count ?? -1n))),
  lowerAscii: ofTexts(1, (text = '') => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  upperAscii: ofTexts(1, (text = '') => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  trim: ofTexts(1, (text = '') => trimSpace(text)),
  reverse: ofTexts(1, (text = '') => Array.from(text).toReversed().join('')),
  charAt: (text, index) => {
    if (typeof text !== 'string' || typeof index !== 'bigint') return undefined
    const runes = Array.from(text)
    if (index === BigInt(runes.length)) return ''
    return runes[position(index, runes.length)]
  },
  substring: (text, from, to, more) => {
    if (typeof text !== 'string' || typeof from !== 'bigint' || more !== undefined) return undefined
    const runes = Array.from(text)
    const end = to ?? BigInt(runes.length)
    if (typeof end !== 'bigint') return undefined
    if (to !== undefined && from > end) throw outside(from)
    return runes.slice(position(from, runes.length), position(end, runes.length)).join('')
  },
  indexOf: withCount(2, (text, [part = ''], from) => indexOf(Array.from(text), Array.from(part), from)),
  lastIndexOf: withCount(2, (text, [part = ''], from) =>
    lastIndexOf(Array.from(text), Array.from(part), from),
  ),
  split: withCount(2, (text, [separator = ''], count) => listOf(split(text, separator, count ?? -1n))),
  replace: withCount(3, (text, [old = '', by = ''], count) => replace(text, old, by, count ?? -1n)),
  format: (pattern, args) =>
    typeof pattern === 'string' && typeof args === 'object' && args?.kind === 'list'
      ? format(pattern, inOrder(args))
      : undefined,
})

export const textFunctions = table({
  matches: ofTexts(2, (text = '', pattern = '') => regexp(pattern).matcher(text).find()),
})

/** A function of texts, with an integer behind them or none. */
function withCount(
  count: number,
  call: (text: string, texts: readonly string[], number: bigint | undefined) => Value,
): CelFunction {
  return (...args) => {
    const [first, ...texts] = args.slice(0, count).filter((arg) => typeof arg === 'string')
    const number = args[count]
    if (first === undefined || texts.length !== count - 1 || args.length > count + 1) return undefined
    return number === undefined || typeof number === 'bigint' ? call(first, texts, number) : undefined
  }
}

/** Longer patterns take too long to compile, and are nobody's. */
const longestPattern = 5000

function regexp(pattern: string): RE2JS {
  if (pattern.length > longestPattern) throw new CelNotKnown('a regular expression is too long')
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new CelNotKnown(`regular expression: ${error.message}`, { cause: error })
  }
}

/** FindAllString: at most so many matches, all for a negative count. */
function allMatches(text: string, pattern: string, count: bigint): readonly string[] {
  const matcher = regexp(pattern).matcher(text)
  const found: string[] = []
  let end = -1
  while (BigInt(found.length) !== count && matcher.find()) {
    // An empty match right behind another is none in Go.
    if (matcher.start() !== matcher.end() || matcher.start() !== end) found.push(matcher.group() ?? '')
    end = matcher.end()
  }
  return found
}

/** An index of so many runes, or just behind them. Throws CelFailure. */
function position(index: bigint, length: number): number {
  if (index < 0n || index > BigInt(length)) throw outside(index)
  return Number(index)
}

function outside(index: bigint): CelFailure {
  return new CelFailure(`index out of range: ${index}`)
}

function indexOf(runes: readonly string[], part: readonly string[], from = 0n): bigint {
  if (from < 0n) throw outside(from)
  // API servers of some releases fail.
  if (from > BigInt(runes.length)) throw new CelNotKnown('indexOf() from behind the end of a text')
  for (let at = Number(from); at <= runes.length - part.length; at++)
    if (isAt(runes, part, at)) return BigInt(at)
  return -1n
}

function lastIndexOf(runes: readonly string[], part: readonly string[], from?: bigint): bigint {
  if (from !== undefined && from < 0n) throw outside(from)
  if (from !== undefined && from >= BigInt(runes.length))
    throw new CelNotKnown('lastIndexOf() from behind the end of a text')
  const last = runes.length - part.length
  for (let at = from === undefined ? last : Math.min(Number(from), last); at >= 0; at--)
    if (isAt(runes, part, at)) return BigInt(at)
  return -1n
}

function isAt(runes: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((rune, index) => runes[at + index] === rune)
}

/** strings.SplitN. */
function split(text: string, separator: string, count: bigint): readonly string[] {
  if (count === 0n) return []
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  if (count < 0n || BigInt(parts.length) <= count) return parts
  const kept = Number(count) - 1
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)]
}

/** strings.Replace. */
function replace(text: string, old: string, by: string, count: bigint): string {
  const most = count < 0n ? Infinity : Number(count)
  if (old === '') {
    const runes = [...Array.from(text), '']
    return runes.map((rune, index) => (index < most ? by : '') + rune).join('')
  }
  const parts = text.split(old)
  return parts.reduce((done, part, index) => done + (index <= most ? by : old) + part)
}

/** The verbs that need no rules of their own: %s and %d of texts and integers. */
function format(pattern: string, args: readonly Value[]): string {
  let next = 0
  const text = pattern.replace(/%(%|[^]?)/g, (_, verb: string) => {
    if (verb === '%') return '%'
    const arg = args[next++]
    if (arg === undefined) throw new CelFailure('index out of range')
    if (typeof arg === 'bigint' && (verb === 's' || verb === 'd')) return String(arg)
    if ((typeof arg === 'string' || typeof arg === 'boolean') && verb === 's') return String(arg)
    throw new CelNotKnown(`format() of a ${kindOf(arg)} with %${verb} is not known here`)
  })
  return text
}
