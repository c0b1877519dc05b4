import { objectAt, stringAt, type JsonObject, type StringMap } from '../injection/json.ts'
import { changesOf, type Change } from './managed-fields.ts'

/** What of a namespace selects pods, and since when. */
export interface NamespaceFacts {
  readonly name: string
  readonly labels: StringMap
  readonly annotations: StringMap
  /** RFC 3339; undefined if it does not say. */
  readonly created: string | undefined
  /** Who has set a label, and when for the last time. */
  labelChanges(key: string): readonly Change[]
}

/** The label that Kubernetes gives every namespace from 1.21 on. */
export const nameLabel = 'kubernetes.io/metadata.name'

/** Reads a Namespace. One of a file gets the label that the API server would give it. */
export function readNamespace(object: JsonObject): NamespaceFacts {
  const metadata = objectAt(object, 'metadata')
  const name = stringAt(metadata, 'name')
  const isStored = stringAt(metadata, 'uid') !== ''
  return {
    name,
    labels: { ...textsOf(objectAt(metadata, 'labels')), ...(isStored ? {} : { [nameLabel]: name }) },
    annotations: textsOf(objectAt(metadata, 'annotations')),
    created: stringAt(metadata, 'creationTimestamp') || undefined,
    labelChanges: (key) => changesOf(metadata, ['f:metadata', 'f:labels', `f:${key}`]),
  }
}

/** The members that are texts. */
export function textsOf(map: JsonObject): StringMap {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
