import { isList, isObject, stringAt, type Json, type JsonObject } from './json.ts'
import { pointerSegment, PatchText } from './patch-text.ts'

/**
 * The RFC 6902 patch that makes `after` of `before`, as JSON text. What both share by reference is not looked into,
 * so the work is in what changed; items of lists are told apart by that and by their names, so that a container
 * put before others is one operation and not one for each field of each container behind it.
 */
export function diff(before: Json, after: Json): string {
  const patch = new PatchText()
  diffValue(patch, '', before, after)
  return patch.toString()
}

function diffValue(patch: PatchText, path: string, before: Json, after: Json): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) return diffObject(patch, path, before, after)
  if (isList(before) && isList(after)) return diffList(patch, path, before, after)
  if (!equal(before, after)) patch.replace(path, JSON.stringify(after))
}

function diffObject(patch: PatchText, path: string, before: JsonObject, after: JsonObject): void {
  for (const key of Object.keys(after)) {
    const value = after[key]
    if (value === undefined) continue
    const at = `${path}/${pointerSegment(key)}`
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (old === undefined) patch.add(at, JSON.stringify(value))
    else diffValue(patch, at, old, value)
  }
  for (const key of Object.keys(before)) {
    const isGone = before[key] !== undefined && (!Object.hasOwn(after, key) || after[key] === undefined)
    if (isGone) patch.remove(`${path}/${pointerSegment(key)}`)
  }
}

/**
 * Lists: what is the same at both ends stays. Of the rest, items whose counterpart is gone are removed from the
 * end, then new ones are put in from the front and others compared with their counterparts. A list whose items
 * have changed places is written anew.
 */
function diffList(patch: PatchText, path: string, before: readonly Json[], after: readonly Json[]): void {
  const start = sameAtStart(before, after)
  const end = sameAtEnd(before, after, start)
  const old = before.slice(start, before.length - end)
  const now = after.slice(start, after.length - end)
  const pairs = pairUp(old, now)
  if (pairs === undefined) {
    patch.replace(path, JSON.stringify(after))
    return
  }
  const kept = new Set(pairs)
  for (let index = old.length - 1; index >= 0; index--) {
    if (!kept.has(index)) patch.remove(`${path}/${start + index}`)
  }
  for (const [index, item] of now.entries()) {
    const counterpart = pairs[index]
    const at = `${path}/${start + index}`
    if (counterpart === undefined) patch.add(at, JSON.stringify(item))
    else diffValue(patch, at, old[counterpart] ?? null, item)
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
  const byKey = new Map<Json | string, number>()
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
function keyOf(item: Json): Json | string {
  if (!isObject(item)) return item
  const name = stringAt(item, 'name') || stringAt(item, 'mountPath')
  return name === '' ? item : name
}

function equal(a: Json, b: Json): boolean {
  return a === b
}
