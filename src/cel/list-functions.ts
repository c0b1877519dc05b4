import { compare, equals } from './compare.ts'
import { CelFailure, CelNotKnown } from './errors.ts'
import { int } from './operators.ts'
import { table, type CelFunction } from './table.ts'
import { inOrder, listOf, surelyThere, whole, type ListValue, type Value } from './value.ts'

export const listMethods = table({
  size,
  join: (list, separator, more) => {
    if (!isList(list) || more !== undefined || (separator !== undefined && typeof separator !== 'string'))
      return undefined
    const texts = inOrder(list).filter((item) => typeof item === 'string')
    if (texts.length !== list.items.length)
      throw new CelFailure('no such overload: join() of what is no text')
    return texts.join(separator ?? '')
  },
  isSorted: ofList((list) => {
    const items = inOrder(list)
    return items.every((item, index) => index === 0 || compared(items[index - 1] ?? null, item) <= 0)
  }),
  sum: ofList((list) => {
    const items = whole(list)
    // Of what the list is decides which overload it is, and that is not seen.
    const integers = items.filter((item) => typeof item === 'bigint')
    if (integers.length !== items.length || items.length === 0)
      throw new CelNotKnown('sum() of what is no integer')
    return integers.reduce((sum, item) => int(sum + item), 0n)
  }),
  reverse: ofList((list) => listOf(inOrder(list).toReversed())),
  min: ofList((list) => extreme(list, 1)),
  max: ofList((list) => extreme(list, -1)),
  indexOf: (list, item) =>
    isList(list) && item !== undefined
      ? BigInt(inOrder(list).findIndex((each) => equals(each, item)))
      : undefined,
  lastIndexOf: (list, item) =>
    isList(list) && item !== undefined
      ? BigInt(inOrder(list).findLastIndex((each) => equals(each, item)))
      : undefined,
})

export const listFunctions = table({
  size,
  'sets.contains': ofLists((all, some) => some.every((item) => includes(all, item))),
  'sets.intersects': ofLists((some, others) => some.some((item) => includes(others, item))),
  'sets.equivalent': ofLists(
    (some, others) =>
      some.every((item) => includes(others, item)) && others.every((item) => includes(some, item)),
  ),
})

function size(value?: Value, more?: Value): Value | undefined {
  if (more !== undefined || value === undefined || value === null) return undefined
  if (typeof value === 'string') return BigInt(Array.from(value).length)
  if (typeof value !== 'object') return undefined
  if (value.kind === 'list') return BigInt(whole(value).length)
  if (value.kind === 'map') {
    for (const member of value.entries.values()) surelyThere(member)
    return BigInt(value.entries.size)
  }
  return value.kind === 'bytes' ? BigInt(value.value.length) : undefined
}

function isList(value: Value | undefined): value is ListValue {
  return typeof value === 'object' && value?.kind === 'list'
}

function ofList(call: (list: ListValue) => Value): CelFunction {
  return (list, more) => (isList(list) && more === undefined ? call(list) : undefined)
}

function ofLists(call: (a: readonly Value[], b: readonly Value[]) => boolean): CelFunction {
  return (a, b, more) => (isList(a) && isList(b) && more === undefined ? call(whole(a), whole(b)) : undefined)
}

function includes(list: readonly Value[], value: Value): boolean {
  return list.some((item) => equals(item, value))
}

function extreme(list: ListValue, sign: number): Value {
  const [first, ...others] = whole(list)
  if (first === undefined) throw new CelFailure('min and max of an empty list')
  return others.reduce((best, item) => (compared(best, item) * sign > 0 ? item : best), first)
}

/** Of what cannot be compared the API server says different things. */
function compared(a: Value, b: Value): number {
  try {
    return compare(a, b)
  } catch (error) {
    if (!(error instanceof CelFailure)) throw error
    throw new CelNotKnown('a list of what cannot be compared', { cause: error })
  }
}
