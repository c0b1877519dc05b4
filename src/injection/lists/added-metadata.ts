import type { ListInjection } from './steps.ts'
import { statusText } from './steps.ts'
import { statusKey } from '../status.ts'

/** The annotations that an injection sets: the operator's own, Prometheus', and the status last. */
export function addedAnnotations({
  settings,
  overlay,
  prometheus,
}: ListInjection): ReadonlyMap<string, string> {
  const added = new Map<string, string>(settings.injectedAnnotations)
  if (prometheus !== undefined) for (const [key, value] of prometheus) added.set(key, value)
  return added.set(statusKey, statusText(overlay, settings.version))
}

const revisionLabel = 'istio.io/rev'
const networkLabel = 'topology.istio.io/network'
const tlsLabel = 'security.istio.io/tlsMode'
const canonicalName = 'service.istio.io/canonical-name'
const canonicalRevision = 'service.istio.io/canonical-revision'

/** The labels that an injection sets where the pod has them not, or empty. */
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
  const which = settings.traits.labels
  if (which.revision) offer(revisionLabel, settings.revision)
  if (which.tlsMode) offer(tlsLabel, 'istio')
  if (which.canonical) {
    offer(canonicalName, firstOf(labels, [canonicalName, 'app.kubernetes.io/name', 'app']) ?? owner.name)
    offer(
      canonicalRevision,
      firstOf(labels, [canonicalRevision, 'app.kubernetes.io/version', 'version']) ?? 'latest',
    )
  }
  if (network !== '') offer(networkLabel, network)
  return added
}

type Strings = Readonly<Record<string, string>>

function own(labels: Strings, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? (labels[key] ?? '') : undefined
}

/** The value of the first key that is there at all, even if it is empty. */
function firstOf(labels: Strings, keys: readonly string[]): string | undefined {
  return keys.map((key) => own(labels, key)).find((value) => value !== undefined)
}
