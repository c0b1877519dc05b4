import { adopt } from './merge-adopt.ts'
import {
  cannotMergeWithoutKey,
  badArgument,
  badPatchType,
  differentTypes,
  goTypeOf,
  noMergeKey,
} from './merge-errors.ts'
import { interleave, positionsOf, sortedBy, type Positions } from './merge-order.ts'
import { patchError } from './errors.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { zeroScalar } from './scalars.ts'
import type { Type } from './types.ts'

/** How the lists of one field merge. */
export interface ListRules {
  readonly element: Type
  readonly mergeKey: string | undefined
  /** The patch lists scalars to take away (`$deleteFromPrimitiveList`). */
  readonly deletes: boolean
  /** Merges two items of the same key. */
  mergeItems(original: JsonObject, patch: JsonObject): JsonObject
}

/** Rules for items that are objects with a key. */
interface KeyedRules extends ListRules {
  readonly mergeKey: string
}

/** Merges a patch's list into the original's: objects by their merge key, scalars as a set. Linear in both lists. */
export function mergeLists(
  rules: ListRules,
  original: readonly Json[],
  patch: readonly Json[],
): readonly Json[] {
  if (original.length === 0 && patch.length === 0) return original
  if (elementType(original, patch) !== objectType) return mergeScalars(rules, original, patch)
  const { mergeKey } = rules
  if (mergeKey === undefined) throw cannotMergeWithoutKey(rules.element)
  const keyed = { ...rules, mergeKey }
  const { kept, items } = withoutDirectives(keyed, original, patch)
  return items === undefined ? replaced(keyed, kept) : mergeObjectLists(keyed, kept, items)
}

const objectType = 'map[string]interface {}'

/** Go's type that all items have in common; the library refuses mixed lists. */
function elementType(original: readonly Json[], patch: readonly Json[]): string {
  const first = original.length > 0 ? original[0] : patch[0]
  if (isList(first)) throw patchError('lists of lists are not supported')
  const type = goTypeOf(first ?? null)
  const same = (item: Json): boolean => goTypeOf(item) === type
  if (first === null || !original.every(same) || !patch.every(same)) throw differentTypes(original, patch)
  return type
}

function mergeScalars(rules: ListRules, original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  const patched = new Set(patch)
  if (rules.deletes) return original.filter((item) => !patched.has(item))
  if (rules.mergeKey !== undefined) throw badArgument(objectType, original[0] ?? patch[0] ?? null)
  const server = [...new Set(original)].filter((item) => !patched.has(item))
  return interleave(
    server,
    [...patched],
    (item) => item,
    positionsOf(original, (item) => item),
  )
}

/**
 * Carries out the items of a patch that hold a `$patch`: deletions leave the original's items with other keys;
 * after a replacement there is nothing to merge (items undefined) and the patch's other items are the list.
 */
function withoutDirectives(
  { element, mergeKey }: KeyedRules,
  original: readonly Json[],
  patch: readonly Json[],
): { kept: readonly Json[]; items: readonly JsonObject[] | undefined } {
  const items: JsonObject[] = []
  const deleted = new Set<Json>()
  let replaces = false
  for (const item of patch) {
    if (!isObject(item)) continue
    const directive = item['$patch']
    if (directive === undefined) items.push(item)
    else if (directive === 'delete') deleted.add(patchKey(item, mergeKey))
    else if (directive === 'replace') replaces = true
    else if (directive === 'merge') throw patchError('merging lists cannot yet be specified in the patch')
    else throw badPatchType(directive, item)
  }
  if (replaces) return { kept: items, items: undefined }
  if (deleted.size === 0) return { kept: original, items }
  const kept = original.filter((item) => {
    const key = writtenKey(element, item, mergeKey)
    return key === undefined || !deleted.has(key)
  })
  return { kept, items }
}

function replaced(rules: KeyedRules, items: readonly Json[]): readonly Json[] {
  return items.map((item) => {
    if (isObject(item)) patchKey(item, rules.mergeKey)
    return asItIs(rules, item)
  })
}

function mergeObjectLists(
  rules: KeyedRules,
  original: readonly Json[],
  items: readonly JsonObject[],
): readonly Json[] {
  const keyOf = (item: Json): Json => originalKey(rules.element, item, rules.mergeKey)
  const originalPositions = positionsOf(original, keyOf)
  const positions = new Map(originalPositions)
  const merged = [...original]
  for (const item of items) {
    const key = patchKey(item, rules.mergeKey)
    const position = positions.get(key)
    if (position === undefined) positions.set(key, merged.push(item) - 1)
    else merged[position] = mergeItem(rules, merged[position] ?? null, item)
  }
  for (let i = original.length; i < merged.length; i++) merged[i] = asItIs(rules, merged[i] ?? null)
  return inOrder(original, merged, keyOf, originalPositions, positionsOf(items, keyOf))
}

function mergeItem(rules: KeyedRules, current: Json, item: JsonObject): Json {
  return isObject(current) ? rules.mergeItems(current, item) : item
}

/** A new item, which the library takes over as it is; the decoder then gives its nulls their meaning. */
function asItIs(rules: KeyedRules, item: Json): Json {
  return adopt(rules.element, item, { nulls: 'zero', directives: 'keep' }) ?? null
}

/** Patch items in the patch's order, the others in the original's, interleaved. */
function inOrder(
  original: readonly Json[],
  merged: readonly Json[],
  keyOf: (item: Json) => Json,
  originalPositions: Positions,
  patchPositions: Positions,
): readonly Json[] {
  const patched: Json[] = []
  const server: Json[] = []
  for (const item of merged) (patchPositions.has(keyOf(item)) ? patched : server).push(item)
  const ordered = interleave(
    sortedBy(server, keyOf, originalPositions),
    sortedBy(patched, keyOf, patchPositions),
    keyOf,
    originalPositions,
  )
  const same = ordered.length === original.length && ordered.every((item, i) => item === original[i])
  return same ? original : ordered
}

function patchKey(item: JsonObject, mergeKey: string): Json {
  const key = item[mergeKey]
  if (key === undefined) throw noMergeKey(item, mergeKey)
  return key
}

function originalKey(element: Type, item: Json, mergeKey: string): Json {
  const key = writtenKey(element, item, mergeKey)
  if (key === undefined) throw noMergeKey(isObject(item) ? item : {}, mergeKey)
  return key
}

/** The key as Go writes it: an absent one is the zero value, unless the field is left out when empty. */
function writtenKey(element: Type, item: Json, mergeKey: string): Json | undefined {
  if (!isObject(item)) return undefined
  const key = item[mergeKey]
  if (key !== undefined && key !== null) return key
  const field = element.kind === 'struct' ? element.byJsonName.get(mergeKey) : undefined
  if (field === undefined || field.omitEmpty || field.type.kind !== 'scalar') return key
  return zeroScalar(field.type.base)
}
