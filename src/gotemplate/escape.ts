/** The escapers html, js and urlquery. */
import { encode } from '../golang/bytes.ts'
import { isPrint } from '../golang/print.ts'

const htmlEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** Text that can stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[\0"'&<>]/g, (char) => htmlEscapes.get(char) ?? char)
}

const jsEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
])

/** Text that can stand in a JavaScript string; a byte that is no UTF-8 stays. */
export function escapeJs(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is escaped
  return text.replaceAll(/[\0-\x1f\\'"<>&=]|[^\0-\x7f]/gu, (char) => {
    const rune = char.codePointAt(0) ?? 0
    if (rune >= 0x80 && (!char.isWellFormed() || isPrint(rune))) return char
    return jsEscapes.get(char) ?? `\\u${rune.toString(16).toUpperCase().padStart(4, '0')}`
  })
}

/** url.QueryEscape: letters, digits, `-_.~`, a plus for a blank, and percent signs. */
export function escapeQuery(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text
  let result = ''
  for (const byte of encode(text)) {
    const char = String.fromCharCode(byte)
    if (/[\w.~-]/.test(char)) result += char
    else result += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return result
}
