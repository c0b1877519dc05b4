import { isObject, listAt, type Json, type JsonObject } from './json.ts'

/** Told when something is read that differs from replica to replica of a workload. */
export type Watch = () => void

/** What differs in the metadata of replicas: their names, and the API server's notes on them and their owners. */
export const volatileMetadata = ['name', 'uid', 'managedFields', 'ownerReferences'] as const

/** A pod's metadata that tells when what differs between replicas is read. */
export function watchedMetadata(metadata: JsonObject, watch: Watch | undefined): JsonObject {
  return watch === undefined ? metadata : watched(metadata, volatileMetadata, watch)
}

/** The same for metadata whose name is the workload's. */
export function watchedOwnerMetadata(metadata: JsonObject, watch: Watch | undefined): JsonObject {
  if (watch === undefined) return metadata
  const names = volatileMetadata.filter((name) => name !== 'name')
  return watched(metadata, names, watch)
}

/** A pod's spec that tells when its volumes are read, or what containers mount. */
export function watchedSpec(spec: JsonObject, watch: Watch | undefined): JsonObject {
  if (watch === undefined) return spec
  const containers = (list: string): readonly Json[] =>
    listAt(spec, list).map((item) => (isObject(item) ? watched(item, ['volumeMounts'], watch) : item))
  const lists = ['containers', 'initContainers'].filter((list) => spec[list] !== undefined)
  const shown = { ...spec, ...Object.fromEntries(lists.map((list) => [list, containers(list)])) }
  return watched(shown, ['volumes'], watch)
}

/** The object with some members behind getters. */
function watched(object: JsonObject, names: readonly string[], watch: Watch): JsonObject {
  const copy = { ...object }
  for (const name of names) {
    const value = object[name]
    if (value === undefined) continue
    const get = (): Json => {
      watch()
      return value
    }
    Object.defineProperty(copy, name, { enumerable: true, get })
  }
  return copy
}
