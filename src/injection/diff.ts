import { marshal, marshalRaw, writtenValue, type Field, type StructType, type Type } from '../schema/index.ts'
import { isList, isObject, stringAt, type Json, type JsonObject } from './json.ts'
import { PatchText, pointerSegment } from './patch-text.ts'

/**
 * The RFC 6902 patch that makes `after` of `before`, two values of a Go type, as JSON text. What both share by
 * reference is not looked into, so the work is in what changed; items of lists are told apart by that and by their
 * names, so that a container put before others is one operation and not one for each field of each container behind
 * it. Values are written as Go writes them: zero values that it leaves out are no changes.
 */
export function diff(type: StructType, before: Json, after: Json): string {
  const patch = new PatchText()
  diffValue(patch, '', type, before, after)
  return patch.toString()
}

/** Undefined stands for values that the tables do not know. */
type KnownType = Type | undefined

function diffValue(patch: PatchText, path: string, type: KnownType, before: Json, after: Json): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) return diffObject(patch, path, type, before, after)
  if (isList(before) && isList(after)) return diffList(patch, path, type, before, after)
  patch.replace(path, textOf(type, after))
}

function diffObject(
  patch: PatchText,
  path: string,
  type: KnownType,
  before: JsonObject,
  after: JsonObject,
): void {
  for (const key of Object.keys(after)) {
    const field = type?.kind === 'struct' ? type.byJsonName.get(key) : undefined
    const member = field?.type ?? (type?.kind === 'map' ? type.element : undefined)
    const old = Object.hasOwn(before, key) ? (before[key] ?? undefined) : undefined
    const value = written(field, after[key])
    if (value === undefined) continue
    const at = `${path}/${pointerSegment(key)}`
    if (old === undefined) patch.add(at, textOf(member, value))
    else diffValue(patch, at, member, old, value)
  }
  for (const key of Object.keys(before)) {
    const field = type?.kind === 'struct' ? type.byJsonName.get(key) : undefined
    const isGone = written(field, Object.hasOwn(after, key) ? after[key] : undefined) === undefined
    if (isGone && written(field, before[key]) !== undefined) patch.remove(`${path}/${pointerSegment(key)}`)
  }
}

/** The value as Go writes it; undefined if it is not there, or a zero that Go leaves out. */
function written(field: Field | undefined, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined
  return field === undefined ? value : writtenValue(field, value)
}

function textOf(type: KnownType, value: Json): string {
  return type === undefined ? marshalRaw(value) : marshal(type, value, { unknown: 'keep' })
}

/**
 * Lists: what is the same at both ends stays. Of the rest, items whose counterpart is gone are removed from the
 * end, then new ones are put in from the front and others compared with their counterparts. A list whose items
 * have changed places is written anew.
 */
function diffList(
  patch: PatchText,
  path: string,
  type: KnownType,
  before: readonly Json[],
  after: readonly Json[],
): void {
  const element = type?.kind === 'slice' ? type.element : undefined
  const start = sameAtStart(before, after)
  const end = sameAtEnd(before, after, start)
  const old = before.slice(start, before.length - end)
  const now = after.slice(start, after.length - end)
  const pairs = pairUp(old, now)
  if (pairs === undefined) {
    patch.replace(path, textOf(type, after))
    return
  }
  const kept = new Set(pairs)
  for (let index = old.length - 1; index >= 0; index--) {
    if (!kept.has(index)) patch.remove(`${path}/${start + index}`)
  }
  for (const [index, item] of now.entries()) {
    const counterpart = pairs[index]
    const at = `${path}/${start + index}`
    if (counterpart === undefined) patch.add(at, textOf(element, item))
    else diffValue(patch, at, element, old[counterpart] ?? null, item)
  }
}

function sameAtStart(before: readonly Json[], after: readonly Json[]): number {
  let count = 0
  while (count < before.length && count < after.length && before[count] === after[count]) count++
  return count
}

function sameAtEnd(before: readonly Json[], after: readonly Json[], start: number): number {
  const most = Math.min(before.length, after.length) - start
  let count = 0
  while (count < most && before.at(-1 - count) === after.at(-1 - count)) count++
  return count
}

/**
 * For each item of `now` the index of its counterpart in `old`, undefined for a new one; undefined altogether if
 * counterparts are in another order than the items.
 */
function pairUp(old: readonly Json[], now: readonly Json[]): (number | undefined)[] | undefined {
  const byKey = new Map<Json, number>()
  for (const [index, item] of old.entries()) byKey.set(keyOf(item), index)
  const pairs: (number | undefined)[] = []
  let last = -1
  for (const item of now) {
    const index = byKey.get(keyOf(item))
    if (index !== undefined && index <= last) return undefined
    pairs.push(index)
    last = index ?? last
  }
  return pairs
}

/** What an item of a list is known by: its name, or else itself. */
function keyOf(item: Json): Json {
  if (!isObject(item)) return item
  return stringAt(item, 'name') || stringAt(item, 'mountPath') || item
}
