import { marshalText } from '../../golang/json.ts'
import type { StringMap } from '../json.ts'
import { networkLabel } from '../network.ts'
import { statusKey, statusLists } from '../status.ts'
import type { ListInjection } from './injection.ts'
import type { ListOverlay } from './overlay.ts'

/** The annotations that an injection sets: the operator's own, Prometheus', and the status last. */
export function addedAnnotations({
  settings,
  overlay,
  prometheus,
}: ListInjection): ReadonlyMap<string, string> {
  const added = new Map(settings.injectedAnnotations)
  if (settings.traits.lists.redirectAnnotations) {
    for (const [key, value] of Object.entries(overlay.podRedirectAnnot)) {
      if (typeof value === 'string' && value !== '') added.set(key, value)
    }
  }
  if (prometheus !== undefined) for (const [key, value] of prometheus) added.set(key, value)
  return added.set(statusKey, statusText(overlay, settings.version))
}

const revisionLabel = 'istio.io/rev'
const tlsLabel = 'security.istio.io/tlsMode'
const canonicalName = 'service.istio.io/canonical-name'
const canonicalRevision = 'service.istio.io/canonical-revision'

/** The labels that an injection sets, most of them where the pod has them not, or empty. */
export function addedLabels({
  settings,
  request,
  owner,
  network,
}: ListInjection): ReadonlyMap<string, string> {
  const { labels } = request
  const added = new Map<string, string>()
  const offer = (key: string, value: string): void => {
    if ((own(labels, key) ?? '') === '') added.set(key, value)
  }
  const { lists } = settings.traits
  if (lists.revisionLabel === 'absent') offer(revisionLabel, settings.revision)
  if (lists.revisionLabel === 'always') added.set(revisionLabel, settings.revision)
  if (lists.tlsModeLabel) offer(tlsLabel, 'istio')
  if (lists.canonicalLabels) {
    offer(canonicalName, firstOf(labels, [canonicalName, 'app.kubernetes.io/name', 'app']) ?? owner.name)
    offer(
      canonicalRevision,
      firstOf(labels, [canonicalRevision, 'app.kubernetes.io/version', 'version']) ?? 'latest',
    )
  }
  if (network !== '') offer(networkLabel, network)
  return added
}

function own(labels: StringMap, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? (labels[key] ?? '') : undefined
}

/** The value of the first key that is there at all, even if it is empty. */
function firstOf(labels: StringMap, keys: readonly string[]): string | undefined {
  return keys.map((key) => own(labels, key)).find((value) => value !== undefined)
}

/** The value of the status annotation: the names by list, null for an empty one. */
function statusText(overlay: ListOverlay, version: string): string {
  const lists = statusLists.map((list) => {
    const names = overlay.lists[list].map((item) => marshalText(item.name))
    return `"${list}":${names.length === 0 ? 'null' : `[${names.join(',')}]`}`
  })
  return `{"version":${marshalText(version)},${lists.join(',')}}`
}
