import type { PatchStep } from '../../istio/traits.ts'
import { marshal, structNamed } from '../../schema/index.ts'
import { isObject, listAt, namesOf, stringAt } from '../json.ts'
import { probePath, redirectedGet } from '../probes.ts'
import type { ListSettings } from './settings.ts'
import { statusLists, type StatusList } from '../status.ts'
import { addedAnnotations, addedLabels } from './added-metadata.ts'
import type { ListInjection } from './injection.ts'
import type { OverlayItem } from './overlay.ts'
import { patchMap } from './patch-map.ts'
import type { PatchText } from '../patch-text.ts'

/** Writes one part of the patch. The order of the parts is the release's (`traits.lists.order`). */
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
  if (previous === undefined) return
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
    if (list === 'imagePullSecrets' && !settings.traits.lists.secrets) continue
    let isEmpty = listAt(request.spec, list).length === 0
    for (const item of overlay.lists[list]) {
      if (isEmpty) patch.add(`/spec/${list}`, `[${item.text}]`)
      else patch.add(`/spec/${list}/${goesFirst(list, item, settings, hold) ? '0' : '-'}`, item.text)
      isEmpty = false
    }
  }
}

function goesFirst(list: StatusList, item: OverlayItem, settings: ListSettings, hold: boolean): boolean {
  if (list === 'initContainers')
    return settings.traits.lists.validationFirst && item.name === 'istio-validation'
  return list === 'containers' && hold && item.name === 'istio-proxy'
}

function redirectProbes({ settings, request, redirectPort }: ListInjection, patch: PatchText): void {
  if (redirectPort === undefined) return
  const traits = settings.traits.probes
  for (const [index, container] of listAt(request.spec, 'containers').entries()) {
    if (!isObject(container) || container['name'] === 'istio-proxy') continue
    for (const name of traits.rewritten) {
      const probe = container[name]
      const get = isObject(probe) ? probe['httpGet'] : undefined
      if (!isObject(probe) || !isObject(get)) continue
      const path = `/spec/containers/${index}/${name}`
      const httpGet = redirectedGet(get, probePath(stringAt(container, 'name'), name), redirectPort, traits)
      if (traits.dump === 'http-get')
        patch.replace(`${path}/httpGet`, marshal(getType, httpGet, { unknown: 'keep' }))
      else patch.replace(path, marshal(probeType, { ...probe, httpGet }, { unknown: 'keep' }))
    }
  }
}
