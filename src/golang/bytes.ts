/**
 * Go strings are bytes; ours are JavaScript strings. A byte that is no UTF-8 is kept as the lone low surrogate
 * U+DC80 … U+DCFF (U+DC00 + byte), so that what came in goes out again and `%q` can show it as `\xff`.
 */

const firstByteSurrogate = 0xdc80
const lastByteSurrogate = 0xdcff
const surrogateOffset = 0xdc00
const replacement = 0xfffd
const surrogate = /[\ud800-\udfff]/

/** The length in bytes, as Go's `len`. */
export function byteLength(text: string): number {
  if (text.isWellFormed()) return Buffer.byteLength(text)
  let length = 0
  for (const char of text) length += runeLength(char.codePointAt(0) ?? 0)
  return length
}

/** True if every byte is ASCII, so that byte offsets and string offsets are the same. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/** The bytes of a Go string. A lone surrogate that stands for no byte becomes U+FFFD. */
export function encode(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text)
  const bytes: number[] = []
  for (const char of text) {
    const rune = char.codePointAt(0) ?? 0
    if (isByteSurrogate(rune)) bytes.push(rune - surrogateOffset)
    else pushRune(bytes, isSurrogate(rune) ? replacement : rune)
  }
  return Uint8Array.from(bytes)
}

/** The Go string of these bytes. Each byte that is no UTF-8 becomes one lone surrogate. */
export function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (!text.includes('\ufffd')) return text
  let result = ''
  for (let at = 0; at < bytes.length;) {
    const [rune, width] = decodeRune(bytes, at)
    result += String.fromCodePoint(rune)
    at += width
  }
  return result
}

/**
 * The same bytes in their one spelling. Needed where strings were joined: the single bytes e2, 82, ac side by side
 * are a euro sign to Go.
 */
export function normalize(text: string): string {
  return text.isWellFormed() ? text : decode(encode(text))
}

/** `text[from:to]` of Go, in bytes; 0 <= from <= to <= byteLength(text). */
export function byteSlice(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : decode(encode(text).subarray(from, to))
}

/** `text[index]` of Go: one byte; 0 <= index < byteLength(text). */
export function byteAt(text: string, index: number): number {
  return (isAscii(text) ? text.charCodeAt(index) : encode(text)[index]) ?? 0
}

/** The one-byte Go string of a byte. */
export function byteToString(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : surrogateOffset + byte)
}

/** True for a code point that stands for a byte that is no UTF-8. */
export function isByteSurrogate(rune: number): boolean {
  return rune >= firstByteSurrogate && rune <= lastByteSurrogate
}

function isSurrogate(rune: number): boolean {
  return rune >= 0xd800 && rune <= 0xdfff
}

function runeLength(rune: number): number {
  if (rune < 0x80 || isByteSurrogate(rune)) return 1
  if (rune < 0x800) return 2
  return rune < 0x10000 ? 3 : 4
}

function pushRune(bytes: number[], rune: number): void {
  if (rune < 0x80) bytes.push(rune)
  else if (rune < 0x800) bytes.push(0xc0 | (rune >> 6), 0x80 | (rune & 0x3f))
  else if (rune < 0x10000) bytes.push(0xe0 | (rune >> 12), 0x80 | ((rune >> 6) & 0x3f), 0x80 | (rune & 0x3f))
  else {
    bytes.push(
      0xf0 | (rune >> 18),
      0x80 | ((rune >> 12) & 0x3f),
      0x80 | ((rune >> 6) & 0x3f),
      0x80 | (rune & 0x3f),
    )
  }
}

/** The code point at an offset and its width; an invalid byte is its surrogate, of width 1 (as utf8.DecodeRune). */
function decodeRune(bytes: Uint8Array, at: number): [rune: number, width: number] {
  const first = bytes[at] ?? 0
  if (first < 0x80) return [first, 1]
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  let rune = first & (0xff >> (width + 1))
  for (let i = 1; i < width; i++) {
    const next = bytes[at + i] ?? 0
    if (next >> 6 !== 2) return [surrogateOffset + first, 1]
    rune = (rune << 6) | (next & 0x3f)
  }
  const valid =
    first >= 0xc2 && first <= 0xf4 && rune <= 0x10ffff && !isSurrogate(rune) && runeLength(rune) === width
  return valid ? [rune, width] : [surrogateOffset + first, 1]
}

/** Is there anything beyond U+FFFF in a text, or a byte that is no UTF-8? */
export function hasSurrogates(text: string): boolean {
  return surrogate.test(text)
}

/** Go's order of strings, by bytes: negative, zero or positive. UTF-16 order differs where surrogates are involved. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  if (hasSurrogates(left) || hasSurrogates(right)) return Buffer.compare(encode(left), encode(right))
  return left < right ? -1 : 1
}
