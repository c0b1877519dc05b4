import { byteLength, byteSlice, decode, encode, normalize } from './bytes.ts'
import { quote } from './quote.ts'

/** The parts of a URL that differ in what must be escaped. */
export type UrlPart = 'path' | 'host' | 'zone' | 'userinfo' | 'fragment'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'
const hostCharacters = `${letters}!"$&'()*+,:;<=>[]`

/** What stands for itself in each part: RFC 3986 as net/url of Go 1.26 reads it. */
const plainCharacters: Readonly<Record<UrlPart, ReadonlySet<string>>> = {
  path: new Set(`${letters}$&+,/:;=@`),
  host: new Set(hostCharacters),
  zone: new Set(hostCharacters),
  userinfo: new Set(`${letters}$&+,;=`),
  fragment: new Set(`${letters}!$&()*+,/:;=?@`),
}

const escapeSequences = /(?:%[0-9A-Fa-f]{2})+/g

/** Writes every byte that may not stand for itself as `%XX`. */
export function escapeUrl(text: string, part: UrlPart): string {
  const plain = plainCharacters[part]
  let escaped = ''
  for (const char of text) escaped += plain.has(char) ? char : percent(char)
  return escaped
}

/** Reads `%XX`. Throws an Error with Go's message: `invalid URL escape "%zz"`. */
export function unescapeUrl(text: string, part: UrlPart): string {
  if (part === 'host' || part === 'zone') checkHostCharacters(text, part)
  else checkEscapes(text)
  if (!text.includes('%')) return text
  return normalize(
    text.replaceAll(escapeSequences, (found) => decode(Buffer.from(found.replaceAll('%', ''), 'hex'))),
  )
}

function percent(char: string): string {
  let escaped = ''
  for (const byte of encode(char)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return escaped
}

function checkEscapes(text: string): void {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) escapeAt(text, at)
}

/** The byte of the escape there. */
function escapeAt(text: string, at: number): number {
  const digits = text.slice(at + 1, at + 3)
  if (!/^[0-9A-Fa-f]{2}$/.test(digits)) throw badEscape(text.slice(at, at + 3))
  return Number.parseInt(digits, 16)
}

/** In a host only bytes beyond ASCII may be escaped, in a zone also those that need no escape. */
function checkHostCharacters(text: string, part: 'host' | 'zone'): void {
  const plain = plainCharacters[part]
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '%') {
      const byte = escapeAt(text, at)
      const fits = part === 'host' ? byte >= 0x80 : byte === 0x20 || plain.has(String.fromCharCode(byte))
      if (!fits && byte !== 0x25) throw badEscape(text.slice(at, at + 3))
      at += 2
    } else if (char < '\u0080' && !plain.has(char)) {
      throw new Error(`invalid character ${quote(char)} in host name`)
    }
  }
}

/** Names the first three bytes. */
function badEscape(text: string): Error {
  return new Error(`invalid URL escape ${quote(byteSlice(text, 0, Math.min(byteLength(text), 3)))}`)
}
