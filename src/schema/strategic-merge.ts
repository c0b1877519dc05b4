import { Draft } from './draft.ts'
import { patchError } from './errors.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { adopt, type MergeOptions } from './merge-adopt.ts'
import { applyElementOrder, applyRetainKeys, deletionKey } from './merge-directives.ts'
import { isDeletion, isOrderDirective, orderedField } from './merge-directives.ts'
import { badPatchType } from './merge-errors.ts'
import { mergeLists } from './merge-list.ts'
import type { Field, StructType, Type } from './types.ts'
import { writtenValue } from './written.ts'

export type { MergeOptions } from './merge-adopt.ts'

/**
 * Kubernetes' strategic merge patch over plain JSON, with the merge keys and strategies of the Go type. Neither
 * value is changed; what the patch does not touch is the same object in the result.
 *
 *     strategicMerge(podType, pod, { spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2' }] } })
 *
 * The patch is best decoded before (`decode` with `patch: true`), so that its names and types are right. The result
 * has no nulls but the original's own: it is what Go would decode from the library's. Fields that the type does not
 * have are taken whole, the patch's first. Throws {@link SchemaError} with the library's texts.
 */
export function strategicMerge(
  type: StructType,
  original: Json,
  patch: Json,
  options: MergeOptions = {},
): Json {
  if (patch !== null && !isObject(patch)) throw patchError('invalid JSON document')
  if (original !== null && !isObject(original)) throw patchError('invalid JSON document')
  return mergeObjects(type, original ?? {}, patch ?? {}, options)
}

function mergeObjects(
  type: Type,
  original: JsonObject,
  patch: JsonObject,
  options: MergeOptions,
): JsonObject {
  if (Object.hasOwn(patch, '$patch')) return directed(type, patch)
  const merged = new Draft(original)
  const rest = applyRetainKeys(merged, patch)
  const handled = mergeOrderedLists(type, merged, rest, options)
  for (const key of Object.keys(rest)) {
    if (!handled.has(key)) mergeMember(type, merged, key, rest[key] ?? null, options)
  }
  return merged.value()
}

/** `$patch: replace` takes the rest of the patch as it is, `$patch: delete` leaves an empty object. */
function directed(type: Type, patch: JsonObject): JsonObject {
  const { $patch: directive = null, ...rest } = patch
  if (directive === 'delete') return {}
  if (directive !== 'replace') throw badPatchType(directive, patch)
  const taken = asItIs(type, rest)
  return isObject(taken) ? taken : {}
}

/** Lists with an order directive merge first, and only there. Returns the keys that are done. */
function mergeOrderedLists(
  type: Type,
  merged: Draft,
  patch: JsonObject,
  options: MergeOptions,
): ReadonlySet<string> {
  const handled = new Set<string>()
  for (const key of Object.keys(patch)) {
    if (!isOrderDirective(key)) continue
    const field = orderedField(type, key)
    applyElementOrder(merged, patch, patch[key] ?? null, {
      field,
      merge: (current, list) => mergeListField(field.type, field, current, list, false, options),
      adopt: (list) =>
        asList(adopt(field.type, list, { nulls: 'zero', directives: options.directives ?? 'drop' })),
    })
    handled.add(key)
    handled.add(field.jsonName)
  }
  return handled
}

function mergeMember(type: Type, merged: Draft, name: string, patch: Json, options: MergeOptions): void {
  const deletes = isDeletion(name)
  const key = deletes ? deletionKey(name) : name
  if (patch === null) return merged.delete(key)
  const field = type.kind === 'struct' ? type.byJsonName.get(key) : undefined
  const memberType = field?.type ?? (type.kind === 'map' ? type.element : undefined)
  // As Go writes it: a struct that is no pointer is there even when empty, an empty list is not.
  const current = field === undefined ? merged.get(key) : writtenValue(field, merged.get(key))
  if (memberType !== undefined && isObject(current) && isObject(patch)) {
    const object = mergeObjectField(memberType, field, current, patch, options)
    // An empty struct that was not there need not come to be there.
    if (object !== field?.absent) merged.set(key, object)
  } else if (memberType !== undefined && isList(current) && isList(patch)) {
    merged.set(key, mergeListField(memberType, field, current, patch, deletes, options))
  } else if (!deletes) {
    const taken = adopt(memberType, patch, options)
    if (taken === undefined) merged.delete(key)
    else merged.set(key, taken)
  }
}

function mergeObjectField(
  type: Type,
  field: Field | undefined,
  current: JsonObject,
  patch: JsonObject,
  options: MergeOptions,
): Json {
  if (field?.patchStrategy === 'replace') return asItIs(type, patch)
  return mergeObjects(type, current, patch, options)
}

function mergeListField(
  type: Type,
  field: Field | undefined,
  current: readonly Json[],
  patch: readonly Json[],
  deletes: boolean,
  options: MergeOptions,
): readonly Json[] {
  const merges = field?.patchStrategy === 'merge' || deletes
  if (type.kind !== 'slice' || !merges) return asList(asItIs(type, patch))
  const { element } = type
  const mergeItems = (old: JsonObject, item: JsonObject): JsonObject =>
    mergeObjects(element, old, item, options)
  return mergeLists({ element, mergeKey: field?.patchMergeKey, deletes, mergeItems }, current, patch)
}

/** A value that the library takes over without looking into it; the decoder then gives its nulls their meaning. */
function asItIs(type: Type, patch: Json): Json {
  return adopt(type, patch, { nulls: 'zero', directives: 'keep' }) ?? null
}

function asList(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : []
}
