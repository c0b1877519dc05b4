import { addressFunctions, addressMethods } from './address-functions.ts'
import { conversions } from './conversions.ts'
import { listFunctions, listMethods } from './list-functions.ts'
import { optionalFunctions, optionalMethods } from './optional-functions.ts'
import { quantityFunctions, quantityMethods } from './quantity-functions.ts'
import type { CelFunction, Table } from './table.ts'
import { textFunctions, textMethods } from './text-functions.ts'
import { timeMethods } from './time-functions.ts'
import { urlFunctions, urlMethods } from './url-functions.ts'

/** Functions that are called by their name, `size(x)`, or in a name space, `sets.contains(a, b)`. */
export const functions: Table = joined([
  conversions,
  textFunctions,
  listFunctions,
  optionalFunctions,
  quantityFunctions,
  addressFunctions,
  urlFunctions,
])

/** Functions that are called on a value, which is their first argument: `x.size()`. */
export const methods: Table = joined([
  textMethods,
  listMethods,
  timeMethods,
  optionalMethods,
  quantityMethods,
  addressMethods,
  urlMethods,
])

/** The first words of functions such as `sets.contains`. */
export const spaces: ReadonlySet<string> = new Set(['format', 'ip', 'lists', 'optional', 'sets', 'strings'])

/** Of a name with several kinds of values, the first function whose values fit. */
function joined(tables: readonly Table[]): Table {
  const all = new Map<string, CelFunction>()
  for (const [name, call] of tables.flatMap((table) => [...table])) {
    const before = all.get(name)
    all.set(name, before === undefined ? call : (...args) => before(...args) ?? call(...args))
  }
  return all
}
