import { isObject, listAt, namesOf, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'
import { parseStatus, statusKey } from '../status.ts'
import { parseOverrides } from './overrides.ts'
import { prometheusKeys } from './prometheus.ts'

/**
 * The pod as it was before an earlier injection, for the template's data: without the containers that its status
 * names, without the status, without Prometheus' annotations if they are the sidecar's, and with the user's own
 * sidecar that was merged back. A pod without a readable status is the pod itself.
 */
export function stripped(pod: JsonObject, statusPort: number): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const annotations = objectAt(metadata, 'annotations')
  if (!Object.hasOwn(annotations, statusKey)) return pod
  const status = parseStatus(stringAt(annotations, statusKey))
  if (status === undefined) return pod
  const spec = objectAt(pod, 'spec')
  const overrides = parseOverrides(annotations)
  const containers = without(listAt(spec, 'containers'), status.containers)
  const initContainers = without(listAt(spec, 'initContainers'), status.initContainers)
  return {
    ...pod,
    metadata: { ...metadata, annotations: strippedAnnotations(annotations, statusPort) },
    spec: {
      ...spec,
      containers: [...containers, ...missing(containers, overrides.containers)],
      initContainers: [...initContainers, ...missing(initContainers, overrides.initContainers)],
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
