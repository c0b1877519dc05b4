import { isAscii } from './bytes.ts'

/**
 * Go maps a letter to one letter; JavaScript maps some to several (`ß` to `SS`, which Go leaves alone) or by other
 * tables. These are the code points for which that shows, Unicode 15 as Go 1.26 has it.
 */
const upperExceptions: ReadonlyMap<number, number> = new Map([
  ...shifted(0x1f80, 0x1f87, 8),
  ...shifted(0x1f90, 0x1f97, 8),
  ...shifted(0x1fa0, 0x1fa7, 8),
  ...shifted(0x1fb3, 0x1fb3, 9),
  ...shifted(0x1fc3, 0x1fc3, 9),
  ...shifted(0x1ff3, 0x1ff3, 9),
  // Letters that later versions of Unicode have given a capital.
  ...shifted(0x019b, 0x019b, 0),
  ...shifted(0x0264, 0x0264, 0),
])

/** Letters whose title case is not their upper case: digraphs, and Georgian, which has no title case. */
const titleExceptions: ReadonlyMap<number, number> = new Map([
  ...[0x01c5, 0x01c8, 0x01cb, 0x01f2].flatMap((title) => [title - 1, title, title + 1].map(to(title))),
  ...shifted(0x10d0, 0x10fa, 0),
  ...shifted(0x10fd, 0x10ff, 0),
])

const dottedCapitalI = 0x0130

/** strings.ToUpper: letter by letter; what is no UTF-8 becomes U+FFFD if there is anything beyond ASCII. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapRunes(text, upperRune)
}

/** strings.ToLower, see {@link toUpper}. */
export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapRunes(text, lowerRune)
}

/** strings.Title: the first letter of each word, a word being what stands between separators. */
export function toTitle(text: string): string {
  let startsWord = true
  return mapRunes(text, (char) => {
    const mapped = startsWord ? titleRune(char) : char
    startsWord = isSeparator(char)
    return mapped
  })
}

/** unicode.ToUpper of one character. */
export function upperRune(char: string): string {
  return single(char, upperExceptions.get(char.codePointAt(0) ?? 0), char.toUpperCase())
}

/** unicode.ToLower of one character. */
export function lowerRune(char: string): string {
  return char.codePointAt(0) === dottedCapitalI ? 'i' : single(char, undefined, char.toLowerCase())
}

/** unicode.ToTitle of one character. */
export function titleRune(char: string): string {
  const exception = titleExceptions.get(char.codePointAt(0) ?? 0)
  return exception === undefined ? upperRune(char) : String.fromCodePoint(exception)
}

/** unicode.IsSpace of a code point. */
export function isSpace(rune: number): boolean {
  if (rune <= 0xff) return rune === 0x20 || (rune >= 0x09 && rune <= 0x0d) || rune === 0x85 || rune === 0xa0
  if (rune >= 0x2000 && rune <= 0x200a) return true
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(rune)
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

/** strings.Map for a function that drops nothing: each character, U+FFFD for a byte that is no UTF-8. */
export function mapRunes(text: string, map: (char: string) => string): string {
  let result = ''
  for (const char of text.toWellFormed()) result += map(char)
  return result
}

const letterOrDigit = /^[\p{L}\p{Nd}]/u

function isSeparator(char: string): boolean {
  const rune = char.codePointAt(0) ?? 0
  if (rune <= 0x7f) return !/[0-9A-Za-z_]/.test(char)
  return !letterOrDigit.test(char) && isSpace(rune)
}

/** What JavaScript maps to if that is one character, else the character itself. */
function single(char: string, exception: number | undefined, mapped: string): string {
  if (exception !== undefined) return String.fromCodePoint(exception)
  const first = mapped.codePointAt(0) ?? 0
  return mapped.length === (first > 0xffff ? 2 : 1) ? mapped : char
}

function shifted(from: number, last: number, by: number): [number, number][] {
  return Array.from({ length: last - from + 1 }, (_, i) => [from + i, from + i + by])
}

function to(title: number): (rune: number) => [number, number] {
  return (rune) => [rune, title]
}
