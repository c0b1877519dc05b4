import { byteToString, normalize } from './bytes.ts'
import { runeToString } from './quote.ts'

/** One character of a literal: its code point or byte, whether it was a byte escape, and where the next begins. */
export interface UnquotedChar {
  readonly value: number
  readonly isByte: boolean
  readonly next: number
}

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
  ['\\', 0x5c],
])

const hexEscapeWidths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/** strconv.Unquote of a Go literal in double, single or back quotes; undefined where Go says `invalid syntax`. */
export function unquote(literal: string): string | undefined {
  const mark = literal[0]
  if (literal.length < 2 || literal.at(-1) !== mark) return undefined
  const body = literal.slice(1, -1)
  if (mark === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '')
  if ((mark !== '"' && mark !== "'") || body.includes('\n')) return undefined
  if (mark === '"' && !body.includes('\\') && !body.includes('"')) return body.toWellFormed()
  return mark === '"' ? unquoteString(body) : unquoteSingle(body)
}

/**
 * strconv.UnquoteChar: the first character of `body`, which stands between quotes `mark`; undefined where Go says
 * `invalid syntax`.
 */
export function unquoteChar(body: string, mark: '"' | "'"): UnquotedChar | undefined {
  const first = body.codePointAt(0)
  if (first === undefined || body[0] === mark) return undefined
  if (body[0] !== '\\') return { value: first, isByte: false, next: first > 0xffff ? 2 : 1 }
  return unquoteEscape(body, mark)
}

function unquoteString(body: string): string | undefined {
  let result = ''
  let rest = body
  while (rest !== '') {
    const backslash = rest.indexOf('\\')
    const plain = backslash < 0 ? rest : rest.slice(0, backslash)
    if (plain.includes('"')) return undefined
    // A byte that is no UTF-8 and not written as an escape is lost here, as in Go.
    result += plain.toWellFormed()
    if (backslash < 0) break
    const char = unquoteChar(rest.slice(backslash, backslash + 10), '"')
    if (char === undefined) return undefined
    result += charToString(char)
    rest = rest.slice(backslash + char.next)
  }
  return normalize(result)
}

function unquoteSingle(body: string): string | undefined {
  // Go takes two quotes with nothing between for the empty string.
  if (body === '') return ''
  const char = unquoteChar(body, "'")
  return char !== undefined && char.next === body.length ? charToString(char) : undefined
}

function charToString({ value, isByte }: UnquotedChar): string {
  return isByte ? byteToString(value) : runeToString(value)
}

function unquoteEscape(body: string, mark: '"' | "'"): UnquotedChar | undefined {
  const kind = body[1] ?? ''
  if (kind === '"' || kind === "'") {
    return kind === mark ? { value: kind.charCodeAt(0), isByte: false, next: 2 } : undefined
  }
  const simple = simpleEscapes.get(kind)
  if (simple !== undefined) return { value: simple, isByte: false, next: 2 }
  if (kind >= '0' && kind <= '7') {
    const digits = body.slice(1, 4)
    const value = /^[0-7]{3}$/.test(digits) ? Number.parseInt(digits, 8) : 256
    return value > 255 ? undefined : { value, isByte: true, next: 4 }
  }
  const width = hexEscapeWidths.get(kind)
  if (width === undefined) return undefined
  const digits = body.slice(2, 2 + width)
  if (digits.length < width || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
  const value = Number.parseInt(digits, 16)
  if (kind === 'x') return { value, isByte: true, next: 4 }
  const valid = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
  return valid ? { value, isByte: false, next: 2 + width } : undefined
}
