import { isObject, listAt, namesOf, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'
import { parseStatus, statusKey } from '../status.ts'
import type { Overrides } from './overrides.ts'
import { prometheusKeys } from './prometheus.ts'

/**
 * The pod as it was before an earlier injection, for the template's data: without the containers that its status
 * names, without the status, without Prometheus' annotations if they are the sidecar's, and with the user's own
 * sidecar that was merged back. A pod without a readable status and overrides is the pod itself.
 */
export function stripped(pod: JsonObject, statusPort: number, overrides: Overrides): JsonObject {
  return withMissing(withoutInjected(pod, statusPort), overrides)
}

function withoutInjected(pod: JsonObject, statusPort: number): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const annotations = objectAt(metadata, 'annotations')
  if (!Object.hasOwn(annotations, statusKey)) return pod
  const status = parseStatus(stringAt(annotations, statusKey))
  if (status === undefined) return pod
  const spec = objectAt(pod, 'spec')
  return {
    ...pod,
    metadata: { ...metadata, annotations: strippedAnnotations(annotations, statusPort) },
    spec: {
      ...spec,
      containers: without(listAt(spec, 'containers'), status.containers),
      initContainers: without(listAt(spec, 'initContainers'), status.initContainers),
    },
  }
}

function withMissing(pod: JsonObject, overrides: Overrides): JsonObject {
  const spec = objectAt(pod, 'spec')
  const containers = missing(listAt(spec, 'containers'), overrides.containers)
  const initContainers = missing(listAt(spec, 'initContainers'), overrides.initContainers)
  if (containers.length + initContainers.length === 0) return pod
  return {
    ...pod,
    spec: {
      ...spec,
      containers: [...listAt(spec, 'containers'), ...containers],
      initContainers: [...listAt(spec, 'initContainers'), ...initContainers],
    },
  }
}

function without(list: readonly Json[], names: readonly string[]): readonly Json[] {
  const gone = new Set(names)
  return list.filter((item) => !(isObject(item) && gone.has(stringAt(item, 'name'))))
}

function missing(list: readonly Json[], overrides: readonly JsonObject[]): readonly JsonObject[] {
  const names = new Set(namesOf(list))
  return overrides.filter((container) => !names.has(stringAt(container, 'name')))
}

function strippedAnnotations(annotations: JsonObject, statusPort: number): JsonObject {
  const isSidecars = stringAt(annotations, prometheusKeys.port) === String(statusPort)
  const gone = new Set<string>([statusKey, ...(isSidecars ? Object.values(prometheusKeys) : [])])
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !gone.has(key)))
}
