import { decode } from '../../golang/bytes.ts'
import { isSpace, lowerRune, titleRune, upperRune } from '../../golang/unicode.ts'
import { returns } from '../define.ts'
import { camelCase, lowerCase } from './case.ts'
import type { FunctionTable } from './table.ts'
import { toBinary } from './text.ts'
import { abbreviate, wrap } from './wrap.ts'

/** Functions over the words and letters of texts. Some go by bytes and spoil what is not ASCII, as Sprig's do. */
export const wordFunctions: FunctionTable = [
  ['camelcase', returns('string', ['string'], camelCase)],
  ['snakecase', returns('string', ['string'], (text) => lowerCase(text, '_'))],
  ['kebabcase', returns('string', ['string'], (text) => lowerCase(text, '-'))],
  ['swapcase', returns('string', ['string'], swapCase)],
  ['untitle', returns('string', ['string'], untitle)],
  ['initials', returns('string', ['string'], initials)],
  ['nospace', returns('string', ['string'], withoutSpace)],
  ['abbrev', returns('string', ['int', 'string'], (width, text) => abbreviate(0n, width, text))],
  ['abbrevboth', returns('string', ['int', 'int', 'string'], abbreviate)],
  ['wrap', returns('string', ['int', 'string'], (width, text) => wrap(text, width, '\n', false))],
  [
    'wrapWith',
    returns('string', ['int', 'string', 'string'], (width, separator, text) => {
      return wrap(text, width, separator === '' ? '\n' : separator, true)
    }),
  ],
]

const upper = /^\p{Lu}/u
const lower = /^\p{Ll}/u
const title = /^\p{Lt}/u

/** Capitals to small letters and small letters to capitals, to title case where a word begins. */
function swapCase(text: string): string {
  let result = ''
  let startsWord = true
  for (const char of text.toWellFormed()) {
    if (upper.test(char) || title.test(char)) {
      result += lowerRune(char)
      startsWord = false
    } else if (lower.test(char)) {
      result += startsWord ? titleRune(char) : upperRune(char)
      startsWord = false
    } else {
      result += char
      startsWord = isSpace(char.codePointAt(0) ?? 0)
    }
  }
  return result
}

/** The first letter of every word small. */
function untitle(text: string): string {
  let result = ''
  let startsWord = true
  for (const char of text.toWellFormed()) {
    const isBlank = isSpace(char.codePointAt(0) ?? 0)
    result += startsWord && !isBlank ? lowerRune(char) : char
    startsWord = isBlank || (startsWord && isBlank)
  }
  return result
}

/** The first byte of every word, taken for a character. */
function initials(text: string): string {
  let result = ''
  let startsWord = true
  for (const char of toBinary(text)) {
    const isBlank = isSpace(char.charCodeAt(0))
    if (startsWord && !isBlank) result += char
    startsWord = isBlank
  }
  return result
}

/** Without blanks; if there are any, every byte of the rest is taken for a character. */
function withoutSpace(text: string): string {
  const binary = toBinary(text)
  let kept = ''
  for (const char of binary) if (!isSpace(char.charCodeAt(0))) kept += char
  return kept.length === binary.length ? decode(Buffer.from(binary, 'latin1')) : kept
}
