import type { Draft } from './draft.ts'
import { patchError } from './errors.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { badArgument, noMergeKey, orderMismatch, unknownField } from './merge-errors.ts'
import { interleave, positionsOf, sortedBy } from './merge-order.ts'
import type { Field, Type } from './types.ts'
import { writtenValue } from './written.ts'

const orderPrefix = '$setElementOrder'
const deletionPrefix = '$deleteFromPrimitiveList'

/** True for `$setElementOrder/…`, which says in which order a list's items shall stand. */
export function isOrderDirective(key: string): boolean {
  return key.startsWith(orderPrefix)
}

/** True for `$deleteFromPrimitiveList/…`, which lists the scalars to take away. */
export function isDeletion(key: string): boolean {
  return key.startsWith(deletionPrefix)
}

/** The field that `$deleteFromPrimitiveList/finalizers` is about. */
export function deletionKey(name: string): string {
  return keyAfter(deletionPrefix, name, 'invalid patch format of primitive list')
}

/**
 * Carries out `$retainKeys`, a list of the members that may stay: all others leave the original. The patch may set
 * no others. Returns the patch without the directive.
 */
export function applyRetainKeys(merged: Draft, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, '$retainKeys')) return patch
  const { $retainKeys: list, ...rest } = patch
  if (!isList(list)) throw badRetainKeys()
  const retained = new Set<Json>(list)
  for (const [key, value] of Object.entries(rest)) {
    if (value === null || isDeletion(key) || isOrderDirective(key)) continue
    if (!retained.has(key)) throw badRetainKeys()
  }
  for (const key of merged.keys()) if (!retained.has(key)) merged.delete(key)
  return rest
}

/** What {@link applyElementOrder} needs of the merge around it. */
export interface ListMerge {
  readonly field: Field
  /** Merges the two lists of the field. */
  merge(current: readonly Json[], patch: readonly Json[]): readonly Json[]
  /** The patch's list where the original has none. */
  adopt(patch: readonly Json[]): readonly Json[]
}

/** The field that `$setElementOrder/containers` is about. Throws if the type has none. */
export function orderedField(type: Type, directive: string): Field {
  const name = keyAfter(orderPrefix, directive, 'invalid patch format of setElementOrder list')
  const field = type.kind === 'struct' ? type.byJsonName.get(name) : undefined
  if (field === undefined) throw unknownField(type, name)
  return field
}

/** Merges a field's list together with the order that the patch asks for; the patch may lack the list itself. */
export function applyElementOrder(merged: Draft, patch: JsonObject, order: Json, list: ListMerge): void {
  const { field } = list
  if (!isList(order)) throw badArgument('[]interface {}', order)
  // Without omitempty Go writes null for an absent list, and the library refuses that.
  const current = listOrAbsent(writtenValue(field, merged.get(field.jsonName)))
  const added = listOrAbsent(patch[field.jsonName])
  if (added !== undefined) checkOrder(added, order, field.patchMergeKey)
  if (current === undefined && added === undefined) return
  if ((current ?? []).length + (added ?? []).length === 0)
    throw patchError('no elements in any of the given slices')
  merged.set(
    field.jsonName,
    ordered(joinedLists(list, current, added), order, current ?? [], field.patchMergeKey),
  )
}

function joinedLists(
  list: ListMerge,
  current: readonly Json[] | undefined,
  added: readonly Json[] | undefined,
): readonly Json[] {
  if (added === undefined) return current ?? []
  return current === undefined ? list.adopt(added) : list.merge(current, added)
}

function ordered(
  items: readonly Json[],
  order: readonly Json[],
  original: readonly Json[],
  mergeKey: string | undefined,
): readonly Json[] {
  const keyOf = (item: Json): Json => keyIn(item, mergeKey)
  const wanted = positionsOf(order, keyOf)
  const before = positionsOf(original, keyOf)
  const listed = items.filter((item) => wanted.has(keyOf(item)))
  const others = items.filter((item) => !wanted.has(keyOf(item)))
  return interleave(sortedBy(others, keyOf, before), sortedBy(listed, keyOf, wanted), keyOf, before)
}

/** The items of the patch must stand in the order that it asks for. */
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string | undefined): void {
  if (patch.length === 0 || order.length === 0) return
  let next = 0
  for (const item of patch) {
    if (isObject(item) && Object.hasOwn(item, '$patch')) continue
    const key = keyIn(item, mergeKey)
    while (next < order.length && keyIn(order[next] ?? null, mergeKey) !== key) next++
    if (next++ >= order.length) throw orderMismatch(patch, orderPrefix, order)
  }
}

function keyIn(item: Json, mergeKey: string | undefined): Json {
  if (mergeKey === undefined) return item
  if (!isObject(item)) throw badArgument('map[string]interface {}', item)
  const key = item[mergeKey]
  if (key === undefined) throw noMergeKey(item, mergeKey)
  return key
}

function listOrAbsent(value: Json | undefined): readonly Json[] | undefined {
  if (value === undefined || isList(value)) return value
  throw badArgument('[]interface {}', value)
}

function keyAfter(prefix: string, directive: string, problem: string): string {
  if (!directive.startsWith(`${prefix}/`)) throw patchError(problem)
  return directive.slice(prefix.length + 1)
}

function badRetainKeys(): Error {
  return patchError('invalid patch format of retainKeys')
}
