import { compareText } from '../../golang/bytes.ts'
import type { GoFunction, GoMap, PlainMap, Value } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { deepCopy } from './copy.ts'
import { goError } from './errors.ts'
import { isMap, merge, mergeQuietly } from './merge.ts'
import { newDict, removeEntry, setEntry, writable } from './mutable.ts'
import { dictOf, typeName } from './reflect.ts'
import { StringSlice } from './string-slice.ts'
import { named, type FunctionTable } from './table.ts'
import { textOf } from './text.ts'

/** Functions over dictionaries, `map[string]interface {}`. */
export const dictFunctions: FunctionTable = [
  ['dict', returns('map[string]interface {}', ['...interface {}'], dict)],
  [
    'get',
    returns('interface {}', ['map[string]interface {}', 'string'], (map, key) => {
      const value = dictOf(map).get(key)
      return value === undefined ? '' : value
    }),
  ],
  [
    'set',
    returns(
      'map[string]interface {}',
      ['map[string]interface {}', 'string', 'interface {}'],
      (map, key, value) => {
        if (map === null) throw goError('assignment to entry in nil map')
        setEntry(writable(map), key, value)
        return map
      },
    ),
  ],
  [
    'unset',
    returns('map[string]interface {}', ['map[string]interface {}', 'string'], (map, key) => {
      if (dictOf(map).get(key) !== undefined && map !== null) removeEntry(writable(map), key)
      return map
    }),
  ],
  [
    'hasKey',
    returns('bool', ['map[string]interface {}', 'string'], (map, key) => dictOf(map).get(key) !== undefined),
  ],
  [
    'keys',
    returns(
      '[]string',
      ['...map[string]interface {}'],
      (...maps) => new StringSlice(maps.flatMap(sortedKeys)),
    ),
  ],
  [
    'values',
    returns('[]interface {}', ['map[string]interface {}'], (map) => {
      const { get } = dictOf(map)
      return sortedKeys(map).map(get)
    }),
  ],
  ['pluck', returns('[]interface {}', ['string', '...map[string]interface {}'], pluck)],
  ['pick', returns('map[string]interface {}', ['map[string]interface {}', '...string'], pick)],
  ['omit', returns('map[string]interface {}', ['map[string]interface {}', '...string'], omit)],
  ['dig', returns('interface {}', ['...interface {}'], dig)],
  ['merge', merging((target, sources) => mergeQuietly(target, sources, false))],
  ['mustMerge', merging((target, sources) => merge(target, sources, false))],
  ['mergeOverwrite', merging((target, sources) => mergeQuietly(target, sources, true))],
  ['mustMergeOverwrite', merging((target, sources) => merge(target, sources, true))],
  ...named(['deepCopy', 'mustDeepCopy'], returns('interface {}', ['interface {}'], deepCopy)),
]

type DictArgument = PlainMap | GoMap | null

function merging(call: (target: DictArgument, sources: readonly DictArgument[]) => Value): GoFunction {
  return returns(
    'interface {}',
    ['map[string]interface {}', '...map[string]interface {}'],
    (target, ...sources) => call(target, sources),
  )
}

/** Keys and values in turn; a last key without a value has an empty text. */
function dict(...pairs: Value[]): PlainMap {
  const made = newDict()
  for (let i = 0; i < pairs.length; i += 2) {
    const value = pairs[i + 1]
    setEntry(made, textOf(pairs[i] ?? null), value === undefined ? '' : value)
  }
  return made
}

/** Go's order is by chance; ours is the order of the bytes. */
function sortedKeys(map: DictArgument): string[] {
  return [...dictOf(map).keys()].sort(compareText)
}

function pluck(key: string, ...maps: DictArgument[]): readonly Value[] {
  return maps.map((map) => dictOf(map).get(key)).filter((value) => value !== undefined)
}

function pick(map: DictArgument, ...keys: string[]): PlainMap {
  const { get } = dictOf(map)
  const picked = newDict()
  for (const key of keys) {
    const value = get(key)
    if (value !== undefined) setEntry(picked, key, value)
  }
  return picked
}

function omit(map: DictArgument, ...keys: string[]): PlainMap {
  const source = dictOf(map)
  const omitted = new Set(keys)
  const left = newDict()
  for (const key of source.keys()) if (!omitted.has(key)) setEntry(left, key, source.get(key))
  return left
}

/** `dig "a" "b" DEFAULT MAP`: what is at that path, or the default where the path ends early. */
function dig(...args: Value[]): Value {
  if (args.length < 3) throw goError('dig needs at least three arguments')
  const otherwise = args.at(-2) ?? null
  let found: Value = asDict(args.at(-1) ?? null)
  for (const key of args.slice(0, -2).map(asString)) {
    const value = dictOf(asDict(found)).get(key)
    if (value === undefined) return otherwise
    found = value
  }
  return found
}

function asDict(value: Value): PlainMap | GoMap {
  if (isMap(value) && typeName(value) === 'map[string]interface {}') return value
  throw conversionError(value, 'map[string]interface {}')
}

function asString(value: Value): string {
  if (typeof value === 'string') return value
  throw conversionError(value, 'string')
}

/** Go's panic where a value is taken for a type that it does not have. */
function conversionError(value: Value, type: string): Error {
  const found = value === null || value === undefined ? 'nil' : typeName(value)
  return goError(`interface conversion: interface {} is ${found}, not ${type}`)
}
