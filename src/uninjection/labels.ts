import { objectAt, type JsonObject } from '../injection/json.ts'
import { networkLabel, networkVariable } from '../injection/network.ts'
import { holds } from '../istio/history.ts'
import { readEvidence, variable, type Evidence } from './evidence.ts'
import { ownValue, type MetadataContext, type Originals } from './metadata.ts'

/** Whether a label's value is one that the injector of a pod would have written. */
type Rule = (value: string, evidence: Evidence, labels: JsonObject, names: readonly string[]) => boolean

/** Injectors label pods from 1.4, but without its image's tag a pod of 1.4 or 1.5 looks like one of 1.3. */
function isLabelled({ release }: Evidence): boolean {
  return holds('1.3', release)
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['security.istio.io/tlsMode', (value, evidence) => value === 'istio' && isLabelled(evidence)],
  [
    'service.istio.io/canonical-name',
    (value, evidence, labels, names) =>
      isLabelled(evidence) &&
      canonicalNames(evidence, labels, names).some((name) => isTruncated(value, name)),
  ],
  [
    'service.istio.io/canonical-revision',
    (value, evidence, labels) => isLabelled(evidence) && value === canonicalRevision(evidence, labels),
  ],
  ['istio.io/rev', (value, evidence) => isRevision(value, evidence)],
  [
    'networking.istio.io/tunnel',
    (value, evidence) => value === 'http' && variable(evidence, 'ISTIO_META_ENABLE_HBONE') === 'true',
  ],
  [networkLabel, (value, evidence) => isMeshNetwork(value, evidence)],
])

/**
 * What labels were before the injection: as the sidecar was told (up to 1.5), else without the values that the injector
 * would have written for a pod that had none. A label that a workload selects by stays.
 */
export function originalLabels(
  labels: JsonObject,
  { evidence, knowledge, names }: MetadataContext,
): Originals {
  const originals = new Map<string, string | undefined>()
  for (const [key, rule] of rules) {
    const value = ownValue(labels, key)
    if (value === undefined || knowledge.selectedLabels.has(key) || !rule(value, evidence, labels, names))
      continue
    originals.set(key, evidence.labels === undefined ? undefined : ownValue(evidence.labels, key))
  }
  return originals
}

/** The name after the labels, or else the workload's: as the sidecar knows it, or as the pod tells. */
function canonicalNames(evidence: Evidence, labels: JsonObject, names: readonly string[]): readonly string[] {
  const labelled = firstOf(evidence, labels, ['app.kubernetes.io/name', 'app'])
  if (labelled !== undefined) return [labelled]
  const workload = variable(evidence, 'ISTIO_META_WORKLOAD_NAME')
  // Up to 1.5 YAML read a workload `n` as false, but not in its URL.
  const owner = variable(evidence, 'ISTIO_META_OWNER')
  const told = [workload, owner?.slice(owner.lastIndexOf('/') + 1)].filter((name) => name !== undefined)
  return told.length === 0 ? names : told
}

function canonicalRevision(evidence: Evidence, labels: JsonObject): string {
  return firstOf(evidence, labels, ['app.kubernetes.io/version', 'version']) ?? 'latest'
}

/** The value of the first label that is there; from 1.9 an empty one counts as none. */
function firstOf({ form }: Evidence, labels: JsonObject, keys: readonly string[]): string | undefined {
  const values = keys.map((key) => ownValue(labels, key))
  return values.find((value) => (form === 'lists' ? value !== undefined : (value ?? '') !== ''))
}

/** Newer templates cut names to what a label can hold, and what a label cannot end with. */
function isTruncated(value: string, name: string): boolean {
  return value === name || (name.length > 63 && value === name.slice(0, 63).replace(/[-_.]+$/, ''))
}

/** Has the injector of a pod written the label istio.io/rev, and not the pod's user? */
export function isRevisionWritten(pod: JsonObject): boolean {
  const value = ownValue(objectAt(objectAt(pod, 'metadata'), 'labels'), 'istio.io/rev')
  const evidence = value === undefined ? undefined : readEvidence(pod)
  return value !== undefined && evidence !== undefined && isRevision(value, evidence)
}

/** Injectors of 1.6 to 1.10 labelled pods with their revision, gateway templates up to 1.17. */
function isRevision(value: string, evidence: Evidence): boolean {
  const { form, release, revision } = evidence
  if (!holds('1.6', release) || holds('1.18', release)) return false
  if (revision !== undefined) return isGateway(evidence) && value === (revision || 'default')
  const address = variable(evidence, 'CA_ADDR') ?? ''
  const own = /^istiod-([^.]+)\./.exec(address)?.[1]
  return value === (own ?? (form === 'lists' ? '' : 'default'))
}

function isGateway({ sidecar }: Evidence): boolean {
  const args = sidecar?.['args']
  return Array.isArray(args) && args[1] === 'router'
}

/**
 * The network that the values give to every pod (from 1.8) cannot be told from one that the pod's user chose. But the
 * values that name a network name a cluster, too; where the cluster has the built-in name, the network is the user's.
 */
function isMeshNetwork(value: string, evidence: Evidence): boolean {
  const cluster = variable(evidence, 'ISTIO_META_CLUSTER_ID')
  return (
    holds('1.8', evidence.release) &&
    value === variable(evidence, networkVariable) &&
    cluster !== undefined &&
    cluster !== 'Kubernetes'
  )
}
