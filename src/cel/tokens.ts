import { parseFloat } from '../golang/parse.ts'
import { CelNotKnown } from './errors.ts'
import { readLiteral } from './text-literal.ts'
import { uintOf, type Value } from './value.ts'

/** A piece of an expression. */
export type Token =
  | { readonly kind: 'name'; readonly text: string }
  /** A field in backticks. */
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'number'; readonly value: bigint | number; readonly isUnsigned: boolean }
  | { readonly kind: 'text'; readonly value: Value }
  | { readonly kind: 'sign'; readonly text: string }
  | { readonly kind: 'end' }

const blank = /(?:[ \t\r\n\f]|\/\/[^\n]*)*/y
const name = /[_a-zA-Z][_a-zA-Z0-9]*/y
const quoted = /`([a-zA-Z0-9_.\-/ ]+)`/y
const float = /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/y
const integer = /(0x[0-9a-fA-F]+|[0-9]+)([uU]?)/y
const text = /(?:[rR][bB]|[bB][rR]|[rRbB])?(?:"""[^]*?"""|'''[^]*?'''|"|')/y
const sign = /&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]{}]/y

/** The tokens of an expression. Throws CelNotKnown for what is none. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  for (;;) {
    match(blank)
    if (at === source.length) return [...tokens, { kind: 'end' }]
    text.lastIndex = at
    if (text.test(source)) {
      const literal = readLiteral(source, at)
      at = literal.end
      tokens.push({ kind: 'text', value: literal.value })
      continue
    }
    tokens.push(nextToken(match) ?? stray(source, at))
  }
}

function nextToken(match: (pattern: RegExp) => RegExpExecArray | null): Token | undefined {
  const word = match(name)
  if (word !== null) return { kind: 'name', text: word[0] }
  const field = match(quoted)
  if (field !== null) return { kind: 'quoted', text: field[1] ?? '' }
  const real = match(float)
  if (real !== null) return { kind: 'number', value: parseFloat(real[0], 64), isUnsigned: false }
  const whole = match(integer)
  if (whole !== null) return { kind: 'number', value: BigInt(whole[1] ?? ''), isUnsigned: whole[2] !== '' }
  const mark = match(sign)
  return mark === null ? undefined : { kind: 'sign', text: mark[0] }
}

function stray(source: string, at: number): never {
  throw new CelNotKnown(`${JSON.stringify(source.slice(at, at + 10))} is not understood here`)
}

/** A number with its sign. Throws CelNotKnown for one that does not fit, which the API server refuses. */
export function numberOf(token: Extract<Token, { kind: 'number' }>, isNegative: boolean): Value {
  const { value, isUnsigned } = token
  if (typeof value === 'number') return isNegative ? -value : value
  const signed = isNegative ? -value : value
  if (isUnsigned && BigInt.asUintN(64, signed) === signed) return uintOf(signed)
  if (!isUnsigned && BigInt.asIntN(64, signed) === signed) return signed
  throw new CelNotKnown('a number is too great')
}
