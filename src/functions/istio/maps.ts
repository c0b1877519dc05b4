import {
  goMap,
  isGoValue,
  isList,
  isPlainMap,
  type GoFunction,
  type GoMap,
  type PlainMap,
  type Value,
} from '../../gotemplate/index.ts'
import { fn } from '../define.ts'
import { goJson } from '../marshal.ts'
import { measure } from '../sprig/measure.ts'

/** Functions over maps of strings, from 1.18; they hide Sprig's `omit`. */
export const mapFunctions: readonly [string, GoFunction][] = [
  ['omit', fn(['map[string]string', '...string'], omit)],
  ['strdict', fn(['...string'], strdict)],
  [
    'toJsonMap',
    fn(['...map[string]string'], (...maps) => goJson(merged(maps) ?? goMap(stringMap, new Map()))),
  ],
  ['mergeMaps', fn(['...map[string]string'], (...maps) => merged(maps) ?? goMap(stringMap, null))],
  ['omitNil', fn(['interface {}'], withoutNil)],
]

const stringMap = 'map[string]string'

/** Without some keys; the map itself is not changed. */
function omit(map: GoMap | null, ...keys: string[]): Value {
  const left = entriesOf(map)
  for (const key of keys) left.delete(key)
  return goMap(stringMap, left)
}

/** `strdict "a" "b" "c"` is {a: "b", c: ""}. */
function strdict(...words: string[]): Value {
  const map = new Map<string, string>()
  for (let index = 0; index < words.length; index += 2) map.set(words[index] ?? '', words[index + 1] ?? '')
  return goMap(stringMap, map)
}

/** All entries, later ones win; undefined for no maps at all. */
function merged(maps: readonly (GoMap | null)[]): GoMap | undefined {
  if (maps.length === 0) return undefined
  return goMap(stringMap, new Map(maps.flatMap((map) => [...entriesOf(map)])))
}

function entriesOf(map: GoMap | null): Map<string, Value> {
  return new Map(
    (map?.keys() ?? []).map((key) => [typeof key === 'string' ? key : '', map?.get(key) ?? null]),
  )
}

function withoutNil(value: Value): Value {
  measure(value)
  return omitNil(value)
}

/**
 * Without nulls, at any depth; a map or list that has nothing left becomes null itself. What has no nulls is the
 * same value as before.
 */
function omitNil(value: Value): Value {
  if (value === null || value === undefined || typeof value !== 'object' || isGoValue(value)) return value
  if (isList(value)) return omitFromList(value)
  return isPlainMap(value) ? omitFromMap(value) : value
}

function omitFromList(list: readonly Value[]): Value {
  const left = list.map((item) => omitNil(item)).filter((item) => item !== null && item !== undefined)
  if (left.length === 0) return null
  return left.length === list.length && left.every((item, index) => item === list[index]) ? list : left
}

function omitFromMap(map: PlainMap): Value {
  const entries = Object.entries(map)
    .map(([key, item]): [string, Value] => [key, omitNil(item)])
    .filter(([, item]) => item !== null && item !== undefined)
  if (entries.length === 0) return null
  const isSame =
    entries.length === Object.keys(map).length && entries.every(([key, item]) => map[key] === item)
  return isSame ? map : Object.fromEntries(entries)
}
