import { isByteSurrogate } from './bytes.ts'
import { isPrint } from './print.ts'

/** Text that Go writes between double quotes as it is. */
const plainText = /^[ !#-[\]-~]*$/

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
])

/** strconv.Quote: `"a\n\u00ad"`; a byte that is no UTF-8 (see bytes.ts) is `\xff`. */
export function quote(text: string): string {
  return plainText.test(text) ? `"${text}"` : quoteWith(text, '"', false)
}

/** strconv.QuoteToASCII: like {@link quote}, with everything beyond ASCII escaped. */
export function quoteToAscii(text: string): string {
  return plainText.test(text) ? `"${text}"` : quoteWith(text, '"', true)
}

/** strconv.QuoteRune of a code point: `'☺'`; what is no code point is quoted as U+FFFD. */
export function quoteRune(rune: number): string {
  return quoteWith(runeToString(rune), "'", false)
}

/** strconv.QuoteRuneToASCII: `'\u263a'`. */
export function quoteRuneToAscii(rune: number): string {
  return quoteWith(runeToString(rune), "'", true)
}

/** strconv.CanBackquote: can the text stand between backquotes, on one line, unchanged? */
export function canBackquote(text: string): boolean {
  for (const char of text) {
    const rune = char.codePointAt(0) ?? 0
    if ((rune < 0x20 && rune !== 0x09) || rune === 0x60 || rune === 0x7f) return false
    if (rune === 0xfeff || isByteSurrogate(rune)) return false
  }
  return true
}

/** `string(rune)` of Go: what is no code point gives U+FFFD. */
export function runeToString(rune: number): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff)
  return valid ? String.fromCodePoint(rune) : '\ufffd'
}

function quoteWith(text: string, mark: '"' | "'", asciiOnly: boolean): string {
  let result: string = mark
  for (const char of text) result += escapeRune(char, mark, asciiOnly)
  return result + mark
}

function escapeRune(char: string, mark: string, asciiOnly: boolean): string {
  if (char === mark || char === '\\') return `\\${char}`
  const rune = char.codePointAt(0) ?? 0
  if (isByteSurrogate(rune)) return `\\x${hex(rune - 0xdc00, 2)}`
  if (rune < 0x80 || !asciiOnly) {
    if (isPrint(rune)) return char
  }
  const short = shortEscapes.get(rune)
  if (short !== undefined) return short
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}
