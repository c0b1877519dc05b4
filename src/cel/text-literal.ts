import { CelNotKnown } from './errors.ts'
import type { Value } from './value.ts'

const opening = /((?:[rR][bB]|[bB][rR]|[rRbB])?)("""|'''|"|')/y
const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]))/y

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '?': '?',
}

/** A text or bytes that begin there, with their escapes read. Throws CelNotKnown for what is none. */
export function readLiteral(source: string, start: number): { readonly value: Value; readonly end: number } {
  opening.lastIndex = start
  const [all = '', prefix = '', quote = ''] = opening.exec(source) ?? []
  const isRaw = /r/i.test(prefix)
  const isBytes = /b/i.test(prefix)
  const bytes: number[] = []
  let text = ''
  let at = start + all.length
  while (!source.startsWith(quote, at)) {
    const char = source.charAt(at)
    if (char === '' || (quote.length === 1 && (char === '\n' || char === '\r'))) throw unended()
    if (char === '\\' && !isRaw) {
      escape.lastIndex = at
      const match = escape.exec(source)
      if (match === null) throw unended()
      const code = codeOf(match)
      if (isBytes && match[2] === undefined && match[3] === undefined && match[5] === undefined)
        bytes.push(code)
      else if (isBytes) bytes.push(...Buffer.from(String.fromCodePoint(code)))
      else text += String.fromCodePoint(code)
      at = escape.lastIndex
      continue
    }
    const whole = String.fromCodePoint(source.codePointAt(at) ?? 0)
    const line = whole === '\r' ? '\n' : whole
    if (isBytes) bytes.push(...Buffer.from(line))
    else text += line
    at += source.startsWith('\r\n', at) ? 2 : whole.length
  }
  const end = at + quote.length
  return { value: isBytes ? { kind: 'bytes', value: Uint8Array.from(bytes) } : text, end }
}

function codeOf([, x, u, long, octal, letter]: RegExpExecArray): number {
  if (octal !== undefined) return Number.parseInt(octal, 8)
  const hex = x ?? u ?? long
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw unended()
    return code
  }
  const meant = Object.hasOwn(letters, letter ?? '') ? letters[letter ?? ''] : undefined
  if (meant === undefined) throw unended()
  return meant.codePointAt(0) ?? 0
}

function unended(): CelNotKnown {
  return new CelNotKnown('a text does not end, or an escape in it is not understood here')
}
