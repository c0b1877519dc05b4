import { marshalText } from '../../golang/json.ts'
import type { PatchStep } from '../../istio/traits.ts'
import { marshal, structNamed } from '../../schema/index.ts'
import { isObject, listAt, namesOf, stringAt, type JsonObject } from '../json.ts'
import type { Owner } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { probePath, redirectedGet } from '../probes.ts'
import type { ListSettings } from '../settings.ts'
import { statusLists, type InjectionStatus, type StatusList } from '../status.ts'
import { addedAnnotations, addedLabels } from './added-metadata.ts'
import { patchMap } from './patch-map.ts'
import type { ListOverlay, OverlayItem } from './overlay.ts'
import type { PatchText } from './patch-text.ts'

/** One pod on its way to a patch. */
export interface ListInjection {
  readonly settings: ListSettings
  readonly request: PodRequest
  /** The workload that the pod belongs to. */
  readonly owner: Owner
  /** What is added, the sidecar already fitted to this pod. */
  readonly overlay: ListOverlay
  /** What an earlier injection left in the pod and goes first. */
  readonly previous: InjectionStatus
  /** The pod's securityContext as it shall be; undefined if it has none. */
  readonly securityContext: JsonObject | undefined
  /** Where probes are sent instead; undefined leaves them alone. */
  readonly statusPort: number | undefined
  /** The sidecar goes before the application's containers, so that it starts first. */
  readonly hold: boolean
  /** The network of the pod, "" for none. */
  readonly network: string
  /** The annotations that send Prometheus to pilot-agent; undefined leaves them alone. */
  readonly prometheus: ReadonlyMap<string, string> | undefined
}

/** Writes one part of the patch. The order of the parts is the release's (`traits.patchOrder`). */
export const steps: Readonly<Record<PatchStep, (injection: ListInjection, patch: PatchText) => void>> = {
  removes: removePrevious,
  adds: addItems,
  dns: ({ overlay }, patch) => {
    if (overlay.dnsConfig !== undefined) patch.add('/spec/dnsConfig', marshal(dnsType, overlay.dnsConfig))
  },
  'security-context': ({ securityContext }, patch) => {
    if (securityContext === undefined) return
    patch.add('/spec/securityContext', marshal(securityType, securityContext, { unknown: 'keep' }))
  },
  annotations: (injection, patch) => {
    const existing = injection.request.metadata['annotations']
    patchMap(patch, '/metadata/annotations', existing, addedAnnotations(injection), (old) =>
      old === '' ? 'add' : 'replace',
    )
  },
  labels: (injection, patch) => {
    patchMap(
      patch,
      '/metadata/labels',
      injection.request.metadata['labels'],
      addedLabels(injection),
      () => 'add',
    )
  },
  probes: redirectProbes,
}

const dnsType = structNamed('v1.PodDNSConfig')
const securityType = structNamed('v1.PodSecurityContext')
const probeType = structNamed('v1.Probe')
const getType = structNamed('v1.HTTPGetAction')

/** Each list from its end, so that the indexes of what is still to go stay right. */
function removePrevious({ request, previous }: ListInjection, patch: PatchText): void {
  for (const list of statusLists) {
    const gone = new Set(previous[list])
    const names = namesOf(listAt(request.spec, list))
    for (let index = names.length - 1; index >= 0; index--) {
      if (gone.has(names[index] ?? '')) patch.remove(`/spec/${list}/${index}`)
    }
  }
}

/** The first item makes the list where the pod has none, even if all of it has just been removed. */
function addItems({ settings, request, overlay, hold }: ListInjection, patch: PatchText): void {
  for (const list of statusLists) {
    if (list === 'imagePullSecrets' && !settings.traits.addsSecrets) continue
    let isEmpty = listAt(request.spec, list).length === 0
    for (const item of overlay.lists[list]) {
      if (isEmpty) patch.add(`/spec/${list}`, `[${item.text}]`)
      else patch.add(`/spec/${list}/${goesFirst(list, item, settings, hold) ? '0' : '-'}`, item.text)
      isEmpty = false
    }
  }
}

function goesFirst(list: StatusList, item: OverlayItem, settings: ListSettings, hold: boolean): boolean {
  if (list === 'initContainers') return settings.traits.validationFirst && item.name === 'istio-validation'
  return list === 'containers' && hold && item.name === 'istio-proxy'
}

function redirectProbes({ settings, request, statusPort }: ListInjection, patch: PatchText): void {
  if (statusPort === undefined) return
  const traits = settings.traits.probes
  for (const [index, container] of listAt(request.spec, 'containers').entries()) {
    if (!isObject(container) || container['name'] === 'istio-proxy') continue
    for (const name of traits.rewritten) {
      const probe = container[name]
      const get = isObject(probe) ? probe['httpGet'] : undefined
      if (!isObject(probe) || !isObject(get)) continue
      const path = `/spec/containers/${index}/${name}`
      const httpGet = redirectedGet(get, probePath(stringAt(container, 'name'), name), statusPort, traits)
      if (traits.dump === 'http-get')
        patch.replace(`${path}/httpGet`, marshal(getType, httpGet, { unknown: 'keep' }))
      else patch.replace(path, marshal(probeType, { ...probe, httpGet }, { unknown: 'keep' }))
    }
  }
}

/** The value of the status annotation: the names by list, null for an empty one. */
export function statusText(overlay: ListOverlay, version: string): string {
  const lists = statusLists.map((list) => {
    const names = overlay.lists[list].map((item) => marshalText(item.name))
    return `"${list}":${names.length === 0 ? 'null' : `[${names.join(',')}]`}`
  })
  return `{"version":${marshalText(version)},${lists.join(',')}}`
}
