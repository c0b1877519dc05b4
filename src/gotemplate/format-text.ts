/** fmt's ways to write strings and characters. */
import { encode } from '../golang/bytes.ts'
import { isPrint } from '../golang/print.ts'
import {
  canBackquote,
  quote,
  quoteRune,
  quoteRuneToAscii,
  quoteToAscii,
  runeToString,
} from '../golang/quote.ts'
import { type Flags, pad, padBlank, padBy } from './format-flags.ts'

const greatestRune = 0x10ffffn

/** `%s`: as it is, cut to the precision. */
export function formatText(flags: Flags, text: string): string {
  return pad(flags, truncate(flags, text))
}

/** `%q`: quoted, or in backquotes with `#` where that can be. */
export function formatQuoted(flags: Flags, text: string): string {
  const cut = truncate(flags, text)
  if (flags.sharp && canBackquote(cut)) return pad(flags, `\`${cut}\``)
  return pad(flags, flags.plus ? quoteToAscii(cut) : quote(cut))
}

/** `%x` of the bytes; with a blank between them by flag. */
export function formatHex(flags: Flags, text: string, upper: boolean): string {
  const bytes = encode(text)
  const count = Math.min(bytes.length, flags.precision ?? bytes.length)
  if (count === 0) return padBy(flags, '', flags.width ?? 0)
  const prefix = flags.sharp ? '0x' : ''
  const pairs: string[] = []
  for (const byte of bytes.subarray(0, count)) pairs.push(byte.toString(16).padStart(2, '0'))
  const hex = prefix + pairs.join(flags.space ? ` ${prefix}` : '')
  return pad(flags, upper ? hex.toUpperCase() : hex)
}

/** `%c`: the character of a code point. */
export function formatChar(flags: Flags, code: bigint): string {
  return pad(flags, runeToString(toRune(code)))
}

/** `%q` of a number: the character as a Go literal. */
export function formatQuotedChar(flags: Flags, code: bigint): string {
  const rune = toRune(code)
  return pad(flags, flags.plus ? quoteRuneToAscii(rune) : quoteRune(rune))
}

/** `%U`: `U+0078`, with `#` and the character behind it. */
export function formatUnicode(flags: Flags, code: bigint): string {
  return padBlank(flags, unicodeText(code, flags.sharp, flags.precision))
}

/** `U+0078`, or `U+0078 'x'` if the character is asked for and printable. */
export function unicodeText(code: bigint, withCharacter: boolean, digits = 4): string {
  const word = BigInt.asUintN(64, code)
  const text = `U+${word.toString(16).toUpperCase().padStart(Math.max(digits, 4), '0')}`
  const shown = withCharacter && word <= greatestRune && isPrint(Number(word))
  return shown ? `${text} '${runeToString(Number(word))}'` : text
}

function toRune(code: bigint): number {
  return code >= 0n && code <= greatestRune ? Number(code) : 0xfffd
}

function truncate({ precision }: Flags, text: string): string {
  if (precision === undefined || text.length <= precision) return text
  let end = 0
  for (let count = 0; count < precision && end < text.length; count++) {
    const code = text.charCodeAt(end)
    end += code >= 0xd800 && code <= 0xdbff ? 2 : 1
  }
  return text.slice(0, end)
}
