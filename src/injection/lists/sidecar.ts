import type { StructType } from '../../schema/index.ts'
import { isObject, listAt, stringAt, type Json, type JsonObject } from '../json.ts'
import { overlayItem, type ListOverlay, type OverlayItem } from './overlay.ts'

/** An environment variable of the sidecar. */
export interface EnvVar {
  readonly name: string
  readonly value: string
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The overlay with its sidecar fitted to one pod: variables behind its own (`replaced` ones taken out first), and
 * the pod's mount of the service account token. The overlay itself where nothing has to be changed, which is what
 * keeps replicas cheap.
 */
export function fitSidecar(
  overlay: ListOverlay,
  type: StructType,
  pod: { readonly containers: readonly Json[]; readonly initContainers: readonly Json[] },
  changes: {
    readonly env: readonly EnvVar[]
    readonly replaced: ReadonlySet<string>
    readonly tokenMount: boolean
  },
): ListOverlay {
  const fit = (
    items: readonly OverlayItem[],
    own: readonly Json[],
    withEnv: boolean,
  ): readonly OverlayItem[] => {
    const index = items.findIndex((item) => item.name === 'istio-proxy')
    const sidecar = items[index]
    if (sidecar === undefined) return items
    const mount = changes.tokenMount ? lastTokenMount(own) : undefined
    if (mount === undefined && !(withEnv && changes.env.length > 0)) return items
    const json = withMount(
      withEnv ? withVariables(sidecar.json, changes.env, changes.replaced) : sidecar.json,
      mount,
    )
    return items.with(index, overlayItem(type, json))
  }
  const { lists } = overlay
  const containers = fit(lists.containers, pod.containers, true)
  const initContainers = fit(lists.initContainers, pod.initContainers, false)
  if (containers === lists.containers && initContainers === lists.initContainers) return overlay
  return { ...overlay, lists: { ...lists, containers, initContainers } }
}

function withVariables(
  sidecar: JsonObject,
  env: readonly EnvVar[],
  replaced: ReadonlySet<string>,
): JsonObject {
  const kept = listAt(sidecar, 'env').filter(
    (item) => !(isObject(item) && replaced.has(stringAt(item, 'name'))),
  )
  return { ...sidecar, env: [...kept, ...env.map(({ name, value }) => ({ name, value }))] }
}

function withMount(sidecar: JsonObject, mount: JsonObject | undefined): JsonObject {
  return mount === undefined
    ? sidecar
    : { ...sidecar, volumeMounts: [...listAt(sidecar, 'volumeMounts'), mount] }
}

/** Admission puts the token into every container that was there; ours comes later and needs it, too. */
function lastTokenMount(containers: readonly Json[]): JsonObject | undefined {
  return containers
    .filter(isObject)
    .flatMap((container) => listAt(container, 'volumeMounts'))
    .filter(isObject)
    .findLast((mount) => mount['mountPath'] === tokenPath)
}
