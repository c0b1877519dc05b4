import { byteLength, byteSlice, normalize } from '../../golang/bytes.ts'
import { quote } from '../../golang/quote.ts'
import { toLower, toTitle, toUpper, trimSpace } from '../../golang/unicode.ts'
import { sprintOne, type Value } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { goError, runtimeError } from './errors.ts'
import { checkText } from './limits.ts'
import { named, type FunctionTable } from './table.ts'
import { isSomething, textOf } from './text.ts'

/** Functions over whole texts. */
export const stringFunctions: FunctionTable = [
  ['hello', returns('string', [], () => 'Hello!')],
  ['trim', returns('string', ['string'], trimSpace)],
  ['upper', returns('string', ['string'], toUpper)],
  ['lower', returns('string', ['string'], toLower)],
  ['title', returns('string', ['string'], toTitle)],
  ['trunc', returns('string', ['int', 'string'], truncate)],
  ['substr', returns('string', ['int', 'int', 'string'], substring)],
  ['repeat', returns('string', ['int', 'string'], repeat)],
  ...named(['trimAll', 'trimall'], returns('string', ['string', 'string'], trimAll)),
  [
    'trimSuffix',
    returns('string', ['string', 'string'], (suffix, text) => {
      return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text
    }),
  ],
  [
    'trimPrefix',
    returns('string', ['string', 'string'], (prefix, text) => {
      return text.startsWith(prefix) ? text.slice(prefix.length) : text
    }),
  ],
  ['contains', returns('bool', ['string', 'string'], (part, text) => text.includes(part))],
  ['hasPrefix', returns('bool', ['string', 'string'], (prefix, text) => text.startsWith(prefix))],
  ['hasSuffix', returns('bool', ['string', 'string'], (suffix, text) => text.endsWith(suffix))],
  ['quote', returns('string', ['...interface {}'], (...values) => joinSome(values, (v) => quote(textOf(v))))],
  [
    'squote',
    returns('string', ['...interface {}'], (...values) => joinSome(values, (v) => `'${sprintOne(v)}'`)),
  ],
  ['cat', returns('string', ['...interface {}'], (...values) => joinSome(values, sprintOne))],
  ['indent', returns('string', ['int', 'string'], indent)],
  ['nindent', returns('string', ['int', 'string'], (spaces, text) => `\n${indent(spaces, text)}`)],
  ['replace', returns('string', ['string', 'string', 'string'], replace)],
  [
    'plural',
    returns('string', ['string', 'string', 'int'], (one, many, count) => (count === 1n ? one : many)),
  ],
  ['toString', returns('string', ['interface {}'], textOf)],
]

/** The texts of the values that are not nil, with blanks between. */
function joinSome(values: readonly Value[], show: (value: Value) => string): string {
  return normalize(values.filter(isSomething).map(show).join(' '))
}

/** The first bytes, or with a negative count the last. */
function truncate(count: bigint, text: string): string {
  const length = byteLength(text)
  if (count < 0n) return -count < length ? byteSlice(text, length + Number(count), length) : text
  return count < length ? byteSlice(text, 0, Number(count)) : text
}

/** `text[start:end]` in bytes; a negative start is none, and so is an end that is negative or too great. */
function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(byteLength(text))
  if (start < 0n) {
    if (end < 0n) throw runtimeError(`slice bounds out of range [:${end}]`)
    if (end > length) throw runtimeError(`slice bounds out of range [:${end}] with length ${length}`)
    return byteSlice(text, 0, Number(end))
  }
  const to = end < 0n || end > length ? length : end
  if (start > to) throw runtimeError(`slice bounds out of range [${start}:${to}]`)
  return byteSlice(text, Number(start), Number(to))
}

/** strings.Repeat. */
export function repeat(count: bigint, text: string): string {
  if (count < 0n) throw goError('strings: negative Repeat count')
  checkText(text.length * Number(count))
  return normalize(text.repeat(Number(count)))
}

/** strings.Trim: without the characters of the cutset at both ends. */
function trimAll(cutset: string, text: string): string {
  const cut = new Set(cutset)
  let from = 0
  let to = text.length
  while (from < to) {
    const char = String.fromCodePoint(text.codePointAt(from) ?? 0)
    if (!cut.has(char)) break
    from += char.length
  }
  while (to > from) {
    const isPair = to - from > 1 && (text.codePointAt(to - 2) ?? 0) > 0xffff
    const char = text.slice(to - (isPair ? 2 : 1), to)
    if (!cut.has(char)) break
    to -= char.length
  }
  return text.slice(from, to)
}

/** Every line with blanks before it. */
function indent(spaces: bigint, text: string): string {
  const pad = repeat(spaces, ' ')
  return pad + replace('\n', `\n${pad}`, text)
}

/** strings.ReplaceAll; an empty text is found before every character and at the end. */
function replace(old: string, fresh: string, text: string): string {
  const parts = old === '' ? ['', ...Array.from(text), ''] : text.split(old)
  checkText(text.length + (parts.length - 1) * (fresh.length - old.length))
  return normalize(parts.join(fresh))
}
