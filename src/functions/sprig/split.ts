import { goMap, type GoMap } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { StringSlice } from './string-slice.ts'
import type { FunctionTable } from './table.ts'

/** Functions that take texts apart. */
export const splitFunctions: FunctionTable = [
  [
    'splitList',
    returns('[]string', ['string', 'string'], (separator, text) => new StringSlice(split(text, separator))),
  ],
  [
    'split',
    returns('map[string]string', ['string', 'string'], (separator, text) => numbered(split(text, separator))),
  ],
  [
    'splitn',
    returns('map[string]string', ['string', 'int', 'string'], (separator, count, text) => {
      return numbered(splitAtMost(text, separator, count))
    }),
  ],
]

/** strings.Split; without a separator into characters. */
function split(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator)
}

/** strings.SplitN: the last part is the rest. */
function splitAtMost(text: string, separator: string, count: bigint): string[] {
  if (count < 0n) return split(text, separator)
  const parts: string[] = []
  let rest = text
  while (parts.length < count - 1n) {
    const at = separator === '' ? firstCharacter(rest) : rest.indexOf(separator)
    if (at < 0) break
    parts.push(rest.slice(0, at))
    rest = rest.slice(at + separator.length)
  }
  const hasRest = separator !== '' || rest !== ''
  return count > 0n && hasRest ? [...parts, rest] : parts
}

/** The length of the first of several characters; -1 if there is but one. */
function firstCharacter(text: string): number {
  const length = (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1
  return text.length > length ? length : -1
}

/** `{_0: first, _1: second}` */
function numbered(parts: readonly string[]): GoMap {
  return goMap('map[string]string', new Map(parts.map((part, i) => [`_${i}`, part])))
}
