import { normalize } from '../../golang/bytes.ts'
import {
  goKind,
  goSlice,
  isGoValue,
  isList,
  truth,
  type GoSlice,
  type Value,
} from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { toInt64 } from './cast.ts'
import { Fingerprints } from './equal.ts'
import { goError, runtimeError } from './errors.ts'
import { elementsOf, kindName } from './reflect.ts'
import { named, type FunctionTable } from './table.ts'
import { textsOf } from './text.ts'
import { sortAlpha, toStrings } from './texts.ts'

/** Functions over lists. The list that goes in stays as it was, but for sortAlpha's. */
export const listFunctions: FunctionTable = [
  ...named(
    ['list', 'tuple'],
    returns('[]interface {}', ['...interface {}'], (...items) => items),
  ),
  ...named(
    ['append', 'push', 'mustAppend', 'mustPush'],
    returns('[]interface {}', ['interface {}', 'interface {}'], (list, item) => [
      ...items(list, 'push on'),
      item,
    ]),
  ),
  ...named(
    ['prepend', 'mustPrepend'],
    returns('[]interface {}', ['interface {}', 'interface {}'], (list, item) => [
      item,
      ...items(list, 'prepend on'),
    ]),
  ),
  ...named(
    ['first', 'mustFirst'],
    returns('interface {}', ['interface {}'], (list) => items(list, 'find first on')[0] ?? null),
  ),
  ...named(
    ['last', 'mustLast'],
    returns('interface {}', ['interface {}'], (list) => items(list, 'find last on').at(-1) ?? null),
  ),
  ...named(
    ['rest', 'mustRest'],
    returns('[]interface {}', ['interface {}'], (list) => withoutOne(items(list, 'find rest on'), 'first')),
  ),
  ...named(
    ['initial', 'mustInitial'],
    returns('[]interface {}', ['interface {}'], (list) => withoutOne(items(list, 'find initial on'), 'last')),
  ),
  ...named(
    ['reverse', 'mustReverse'],
    returns('[]interface {}', ['interface {}'], (list) => items(list, 'find reverse on').toReversed()),
  ),
  ...named(
    ['compact', 'mustCompact'],
    returns('[]interface {}', ['interface {}'], (list) => items(list, 'compact on').filter(truth)),
  ),
  ...named(['uniq', 'mustUniq'], returns('[]interface {}', ['interface {}'], unique)),
  ...named(
    ['without', 'mustWithout'],
    returns('[]interface {}', ['interface {}', '...interface {}'], without),
  ),
  ...named(['has', 'mustHas'], returns('bool', ['interface {}', 'interface {}'], has)),
  ...named(['slice', 'mustSlice'], returns('interface {}', ['interface {}', '...interface {}'], slice)),
  ...named(['chunk', 'mustChunk'], returns('[][]interface {}', ['int', 'interface {}'], chunk)),
  ['concat', returns('interface {}', ['...interface {}'], concat)],
  ['sortAlpha', returns('[]string', ['interface {}'], sortAlpha)],
  ['toStrings', returns('[]string', ['interface {}'], toStrings)],
  [
    'join',
    returns('string', ['string', 'interface {}'], (separator, list) =>
      normalize(textsOf(list).join(separator)),
    ),
  ],
]

/** The items of a list; `action` is what Sprig says it cannot do with anything else. */
function items(list: Value, action: string): readonly Value[] {
  const elements = elementsOf(list)
  if (elements === undefined) throw goError(`Cannot ${action} type ${kindName(list)}`)
  return elements
}

/** All but one item; of none the nil slice. */
function withoutOne(list: readonly Value[], end: 'first' | 'last'): readonly Value[] | null {
  if (list.length === 0) return null
  return end === 'first' ? list.slice(1) : list.slice(0, -1)
}

function unique(list: Value): readonly Value[] {
  const fingerprints = new Fingerprints()
  const seen = new Set<string>()
  return items(list, 'find uniq on').filter((item) => {
    const fingerprint = fingerprints.of(item)
    if (seen.has(fingerprint)) return false
    seen.add(fingerprint)
    return true
  })
}

function without(list: Value, ...omitted: Value[]): readonly Value[] {
  const kept = items(list, 'find without on')
  const fingerprints = new Fingerprints()
  const unwanted = new Set(omitted.map((item) => fingerprints.of(item)))
  return kept.filter((item) => !unwanted.has(fingerprints.of(item)))
}

function has(needle: Value, haystack: Value): boolean {
  if (haystack === null) return false
  const elements = items(haystack, 'find has on')
  const fingerprints = new Fingerprints()
  const wanted = fingerprints.of(needle)
  return elements.some((item) => fingerprints.of(item) === wanted)
}

/** `list[from:to]`, the whole list by default; of an empty list nil. */
function slice(list: Value, ...indices: Value[]): Value {
  const elements = elementsOf(list)
  if (elements === undefined) throw goError(`list should be type of slice or array but ${kindName(list)}`)
  if (elements.length === 0) return null
  const from = toInt64(indices[0] ?? 0n)
  const to = indices.length < 2 ? BigInt(elements.length) : toInt64(indices[1] ?? null)
  if (isGoValue(list) && list[goKind] === 'array')
    throw goError('reflect.Value.Slice: slice of unaddressable array')
  if (from < 0n || to < from || to > elements.length)
    throw goError('reflect.Value.Slice: slice index out of bounds')
  if (isList(list)) return list.slice(Number(from), Number(to))
  return isGoValue(list) && 'slice' in list ? list.slice(Number(from), Number(to)) : null
}

/** Lists of `size` items, the last with what is left. */
function chunk(size: bigint, list: Value): readonly (readonly Value[])[] {
  const elements = items(list, 'chunk')
  const step = Number(size)
  const count = Math.floor((elements.length - 1) / step) + 1
  // Sizes below one fail, or they do not: so Sprig's arithmetic on floats has it.
  const last = elements.length % step || step
  if (!Number.isFinite(count) || count < 0 || (count > 0 && last < 0))
    throw runtimeError('makeslice: len out of range')
  if (count === 1) return [elements]
  return Array.from({ length: count }, (_, i) => elements.slice(i * step, (i + 1) * step))
}

/** The items of all lists; of none the nil slice. */
function concat(...lists: Value[]): readonly Value[] | GoSlice {
  const all: Value[] = []
  for (const list of lists) {
    const elements = elementsOf(list)
    if (elements === undefined) throw goError(`Cannot concat type ${kindName(list)} as list`)
    for (const item of elements) all.push(item)
  }
  return all.length === 0 ? goSlice('[]interface {}', null) : all
}
