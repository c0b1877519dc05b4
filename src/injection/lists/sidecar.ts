import { isObject, listAt, stringAt, type Json, type JsonObject } from '../json.ts'
import { networkVariable } from '../network.ts'
import type { PodRequest } from '../pod-request.ts'
import { dumpProbers, probersEnvName, probersText } from '../probes.ts'
import type { ListSettings } from './settings.ts'
import type { UrlVariables } from '../url-parameters.ts'
import { overlayItem, type ListOverlay, type OverlayItem } from './overlay.ts'
import type { PrometheusMerge } from './prometheus.ts'
import { rewritesProbes } from './status-port.ts'

/** What one pod adds to its sidecar. */
export interface SidecarChanges {
  /** From the URL; a variable of that name in the template goes. */
  readonly variables: UrlVariables
  readonly network: string
  readonly prometheus: PrometheusMerge | undefined
}

/**
 * The overlay with its sidecar fitted to one pod: variables behind its own, and the pod's mount of the service
 * account token. The overlay itself where nothing has to be changed, which is what keeps replicas cheap.
 */
export function fittedOverlay(
  settings: ListSettings,
  request: PodRequest,
  overlay: ListOverlay,
  changes: SidecarChanges,
): ListOverlay {
  const { lists } = overlay
  const containers = fitted(settings, lists.containers, listAt(request.spec, 'containers'), (sidecar) =>
    withVariables(sidecar, changes, ownVariables(settings, request, overlay, changes)),
  )
  const initContainers = fitted(
    settings,
    lists.initContainers,
    listAt(request.spec, 'initContainers'),
    (same) => same,
  )
  if (containers === lists.containers && initContainers === lists.initContainers) return overlay
  return { ...overlay, lists: { ...lists, containers, initContainers } }
}

function fitted(
  settings: ListSettings,
  items: readonly OverlayItem[],
  own: readonly Json[],
  change: (sidecar: JsonObject) => JsonObject,
): readonly OverlayItem[] {
  const index = items.findIndex((item) => item.name === 'istio-proxy')
  const sidecar = items[index]
  if (sidecar === undefined) return items
  const json = withMount(
    change(sidecar.json),
    settings.traits.lists.tokenMount ? lastTokenMount(own) : undefined,
  )
  return json === sidecar.json ? items : items.with(index, overlayItem(settings.containerType, json))
}

interface EnvVar {
  readonly name: string
  readonly value: string
}

/** Variables that go behind the template's own, in Istio's order. */
function ownVariables(
  { traits }: ListSettings,
  request: PodRequest,
  overlay: ListOverlay,
  { prometheus }: SidecarChanges,
): EnvVar[] {
  const env: EnvVar[] = []
  if (rewritesProbes(traits, request, overlay)) {
    const probers = dumpProbers(listAt(request.spec, 'containers'), traits.probes, undefined)
    if (probers.size > 0 || traits.probes.dumpsNothing)
      env.push({ name: probersEnvName, value: probersText(probers) })
  }
  if (prometheus?.scraped !== undefined)
    env.push({ name: 'ISTIO_PROMETHEUS_ANNOTATIONS', value: prometheus.scraped })
  return env
}

function withVariables(
  sidecar: JsonObject,
  { variables, network }: SidecarChanges,
  env: readonly EnvVar[],
): JsonObject {
  const placed = new Map(variables)
  if (network !== '') placed.set(networkVariable, network)
  if (placed.size === 0 && env.length === 0) return sidecar
  const kept = listAt(sidecar, 'env').filter(
    (item) => !(isObject(item) && placed.has(stringAt(item, 'name'))),
  )
  const added = [...placed].map(([name, value]) => ({ name, value }))
  return { ...sidecar, env: [...kept, ...added, ...env.map(({ name, value }) => ({ name, value }))] }
}

function withMount(sidecar: JsonObject, mount: JsonObject | undefined): JsonObject {
  return mount === undefined
    ? sidecar
    : { ...sidecar, volumeMounts: [...listAt(sidecar, 'volumeMounts'), mount] }
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Admission puts the token into every container that was there; ours comes later and needs it, too. */
function lastTokenMount(containers: readonly Json[]): JsonObject | undefined {
  return containers
    .filter(isObject)
    .flatMap((container) => listAt(container, 'volumeMounts'))
    .filter(isObject)
    .findLast((mount) => mount['mountPath'] === tokenPath)
}
