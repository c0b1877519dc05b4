import { isObject, listAt, stringAt, type Json } from '../injection/json.ts'
import type { Document } from './documents.ts'

/** A list, as `kubectl get -o yaml` prints it, is the objects in it; anything else is itself. */
export function itemsOf(document: Document): readonly Document[] {
  const { json, place } = document
  if (!isObject(json) || !Array.isArray(json['items'])) return [document]
  const kind = stringAt(json, 'kind')
  if (!kind.endsWith('List')) return [document]
  // The items of a PodList do not say that they are pods.
  const own = kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length) }
  return listAt(json, 'items').map((item: Json, index) => ({
    ...document,
    json: isObject(item) ? { ...own, ...item } : item,
    place: `${place}, item ${index + 1}`,
  }))
}
