import { isObject, type Json, type JsonObject } from '../../src/injection/json.ts'
import { canonicalQuantity, isQuantityText } from '../../src/kubernetes/quantity.ts'

/**
 * A pod without what makes no difference to the API server: null and empty members ("" as well), `creationTimestamp`, and the
 * spelling of quantities.
 */
export function normalised(pod: Json): Json {
  return prune(pod) ?? null
}

function prune(value: Json, key = ''): Json | undefined {
  if (value === null || value === '') return undefined
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => prune(item) ?? null)
    return items.length === 0 ? undefined : items
  }
  if (!isObject(value)) return value
  const members: Record<string, Json> = {}
  for (const name of Object.keys(value).sort()) {
    const member = prune(value[name] ?? null, name)
    if (member !== undefined) members[name] = isQuantityMap(key) ? canonical(member) : member
  }
  return Object.keys(members).length === 0 ? undefined : members
}

function isQuantityMap(key: string): boolean {
  return key === 'limits' || key === 'requests'
}

function canonical(value: Json): Json {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && isQuantityText(text) ? canonicalQuantity(text) : value
}

/** The text of a normalised pod, to compare and to show. */
export function normalisedText(pod: Json): string {
  return JSON.stringify(normalised(pod))
}

export type { JsonObject }
