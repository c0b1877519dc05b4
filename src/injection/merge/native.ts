import { isObject, listAt, objectAt, type Json, type JsonObject, type StringMap } from '../json.ts'
import type { MergeSettings } from './settings.ts'

const nativeKey = 'sidecar.istio.io/nativeSidecar'

/** Whether a pod's sidecar is an init container that is restarted: the settings say so, or the pod itself. */
export function isNative({ traits, native }: MergeSettings, annotations: StringMap): boolean {
  if (!traits.merge.nativeAnnotation || !Object.hasOwn(annotations, nativeKey)) return native
  if (annotations[nativeKey] === 'true') return true
  return annotations[nativeKey] === 'false' ? false : native
}

/** The user's own istio-proxy moved to the init containers, where the template has its own. */
export function moveProxy(pod: JsonObject, template: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const containers = listAt(spec, 'containers')
  const proxy = containers.find(isProxy)
  if (proxy === undefined || !listAt(objectAt(template, 'spec'), 'initContainers').some(isProxy)) return pod
  return {
    ...pod,
    spec: {
      ...spec,
      containers: containers.filter((container) => container !== proxy),
      initContainers: [...listAt(spec, 'initContainers'), proxy],
    },
  }
}

function isProxy(container: Json): boolean {
  return isObject(container) && container['name'] === 'istio-proxy'
}
