/** Lists of texts. */
import { compareText } from '../../golang/bytes.ts'
import { goKind, isGoValue, type GoSlice, type Value } from '../../gotemplate/index.ts'
import { StringSlice } from './string-slice.ts'
import { textOf, textsOf } from './text.ts'

/** Sprig's toStrings: a `[]string` itself, else the texts of the items. */
export function toStrings(value: Value): GoSlice {
  return isStringSlice(value) ? value : new StringSlice(textsOf(value))
}

/**
 * Sprig's sortAlpha: the texts in the order of their bytes; nil is the text of it. A `[]string` that a function has
 * made is sorted in place, one of a pod is left alone (in Go it is not).
 */
export function sortAlpha(value: Value): GoSlice {
  if (value === null) return new StringSlice([textOf(value)])
  const slice = value instanceof StringSlice ? value : new StringSlice(textsOf(value))
  slice.array.sort(compareText)
  return slice
}

function isStringSlice(value: Value): value is GoSlice {
  return isGoValue(value) && value.goType === '[]string' && value[goKind] === 'slice'
}
