import { char, isBlank, isBreak, isBreakOrEnd, isFlowIndicator, isGap } from './characters.ts'
import type { Cursor } from './cursor.ts'

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
])

/** Escapes of a code point: the letter and how many hexadecimal digits follow. */
const hexEscapes: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/**
 * Reads a scalar without quotes, over several lines if they are indented enough. Returns its text; the cursor then
 * stands at the next token, which may be some lines further.
 */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): string {
  let text = ''
  let join = ''
  while (!cursor.isDocumentMarker()) {
    const start = cursor.at
    const end = plainRun(cursor, inFlow)
    if (end === start) break
    text = join === '' ? cursor.text.slice(start, end) : text + join + cursor.text.slice(start, end)
    if (!isBreak(cursor.code())) break
    join = foldPlain(cursor, indent)
    if (!inFlow && cursor.column < indent) break
  }
  return text
}

/**
 * Goes over the part of a plain scalar that is on this line, and over the blanks after it; returns where it ends.
 * It ends before `: `, ` #` and, inside brackets, before their indicators.
 */
function plainRun(cursor: Cursor, inFlow: boolean): number {
  const { text } = cursor
  const start = cursor.at
  let at = start
  let end = at
  for (;;) {
    const code = text.charCodeAt(at)
    if (code > char.closeBrace ? !isBreak(code) : isOrdinary[code] === 1) {
      end = ++at
      continue
    }
    if (code === char.space || code === char.tab) {
      at++
      continue
    }
    if (isBreakOrEnd(code)) break
    if (code === char.colon && isGap(text.charCodeAt(at + 1))) break
    if (code === char.hash && (at > end || at === start)) break
    if (inFlow && isFlowIndicator(code)) break
    end = ++at
  }
  cursor.at = at
  return end
}

/** 1 for the characters up to `}` that mean nothing inside of a plain scalar. */
const isOrdinary = Uint8Array.from({ length: char.closeBrace + 1 }, (_, code) => {
  const isSpecial = isGap(code) || isFlowIndicator(code) || code === char.colon || code === char.hash
  return isSpecial ? 0 : 1
})

/** Goes to the first character of the next line that has one; one break is a space, of several the first is dropped. */
function foldPlain(cursor: Cursor, indent: number): string {
  const first = cursor.takeBreak()
  let rest = ''
  for (;;) {
    const code = cursor.code()
    if (code === char.tab && cursor.column < indent) {
      throw cursor.fault('found a tab character that violates indentation')
    }
    if (isBlank(code)) cursor.at++
    else if (isBreak(code)) rest += cursor.takeBreak()
    else return joinBreaks(first, rest)
  }
}

function joinBreaks(first: string, rest: string): string {
  if (first !== '\n') return first + rest
  return rest === '' ? ' ' : rest
}

/** Reads a scalar in single or double quotes and returns its text. */
export function scanQuoted(cursor: Cursor): string {
  const quote = cursor.code()
  cursor.at++
  let text = ''
  for (;;) {
    if (cursor.isDocumentMarker()) throw cursor.fault('found unexpected document indicator')
    const start = cursor.at
    const code = quotedRun(cursor, quote)
    if (code === char.end) throw cursor.fault('found unexpected end of stream')
    const run = cursor.text.slice(start, cursor.at)
    if (code === quote && (quote === char.doubleQuote || cursor.code(1) !== quote)) {
      cursor.at++
      return text + run
    }
    if (code === quote) {
      text += `${run}'`
      cursor.at += 2
    } else if (code === char.backslash) {
      text += run + scanEscape(cursor)
    } else {
      text += withoutBlanksAtEnd(run) + joinBreaks(cursor.takeBreak(), skipEmptyLines(cursor))
    }
  }
}

/** Goes to the next quote, escape or break, or to the end, and returns the character there. */
function quotedRun(cursor: Cursor, quote: number): number {
  const { text } = cursor
  let at = cursor.at
  let code = text.charCodeAt(at)
  while (code !== quote && !isBreakOrEnd(code) && (code !== char.backslash || quote === char.singleQuote)) {
    code = text.charCodeAt(++at)
  }
  cursor.at = at
  return code
}

function withoutBlanksAtEnd(run: string): string {
  let end = run.length
  while (end > 0 && isBlank(run.charCodeAt(end - 1))) end--
  return run.slice(0, end)
}

function skipEmptyLines(cursor: Cursor): string {
  let breaks = ''
  for (;;) {
    if (isBlank(cursor.code())) cursor.at++
    else if (isBreak(cursor.code())) breaks += cursor.takeBreak()
    else return breaks
  }
}

function scanEscape(cursor: Cursor): string {
  cursor.at++
  if (isBreak(cursor.code())) {
    cursor.takeBreak()
    return skipEmptyLines(cursor)
  }
  const letter = cursor.text.charAt(cursor.at)
  const simple = simpleEscapes.get(letter)
  if (simple !== undefined) {
    cursor.at++
    return simple
  }
  const width = hexEscapes.get(letter)
  if (width === undefined) throw cursor.fault('found unknown escape character')
  return scanHexEscape(cursor, width)
}

function scanHexEscape(cursor: Cursor, width: number): string {
  const digits = cursor.text.slice(cursor.at + 1, cursor.at + 1 + width)
  if (!/^[0-9a-fA-F]+$/.test(digits)) throw cursor.fault('did not find expected hexdecimal number')
  const code = Number.parseInt(digits, 16)
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw cursor.fault('found invalid Unicode character escape code')
  }
  cursor.at += 1 + width
  return String.fromCodePoint(code)
}
