/** `[]string` values whose array Sprig's functions can get at: sortAlpha sorts such a slice in place, as in Go. */
import { compareText } from '../../golang/bytes.ts'
import { goKind, goSlice, isGoValue, type GoSlice, type Value } from '../../gotemplate/index.ts'
import { textOf, textsOf } from './text.ts'

/** The arrays behind the slices that functions have made. Those of a pod are not in here. */
const arrays = new WeakMap<GoSlice, string[]>()

/** A `[]string` over the array. */
export function stringSlice(array: string[]): GoSlice {
  const slice = goSlice('[]string', array)
  arrays.set(slice, array)
  return slice
}

/** Sprig's toStrings: a `[]string` itself, else the texts of the items. */
export function toStrings(value: Value): GoSlice {
  return isStringSlice(value) ? value : stringSlice(textsOf(value))
}

/** Sprig's sortAlpha: the texts in the order of their bytes; anything but a list is a list of itself. */
export function sortAlpha(value: Value): GoSlice {
  if (value === null) return stringSlice([textOf(value)])
  const slice = toStrings(value)
  const array = arrays.get(slice)
  if (array === undefined) return stringSlice(textsOf(slice).sort(compareText))
  array.sort(compareText)
  return slice
}

function isStringSlice(value: Value): value is GoSlice {
  return isGoValue(value) && value.goType === '[]string' && value[goKind] === 'slice'
}
