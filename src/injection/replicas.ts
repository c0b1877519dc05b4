import { TextCache } from './cache.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from './json.ts'
import type { InjectionRequest, Outcome } from './outcome.ts'
import type { Watch } from './watched-pod.ts'

/*
 * Pods of one workload differ in little: Kubernetes gives the volume of the service account token a random end,
 * `kube-api-access-x7k2p`, and notes down who made the pod. So an outcome can be used again for a pod that is
 * otherwise the same, with the new name in place of the old one. Whether what differs decides about anything is not
 * guessed but watched: what a template is shown of it tells when it is looked at, and then nothing is kept.
 */

/** Patches are 3 to 8 KB, and so are pods: this holds those of some hundred workloads. */
const capacity = 2 * 1024 * 1024

/** Larger pods are rare, and cost more to compare than they save. */
const largestPod = 32 * 1024

/** Stands for the token volume's name in what is kept; no JSON text has it. */
const placeholder = '\u0000'

const tokenVolume = /^kube-api-access-[a-z0-9]{5}$/
const anyTokenVolume = /kube-api-access-[a-z0-9]{5}(?![a-z0-9-])/

/** A request that may be a replica of an earlier one. */
interface Replica {
  readonly workload: string
  readonly pod: JsonObject
  /** The name of the token's volume; undefined where there is none. */
  readonly volume: string | undefined
}

/** A workload that was seen; the first of its pods is not worth remembering, since most come alone. */
interface Workload {
  isKnown: boolean
}

/** An outcome to be used again. */
interface Kept {
  readonly outcome: Outcome
  /** The patch, parted where it has the token volume's name. */
  readonly parts: readonly string[]
}

/** What a pod's text stands for; empty while its outcome may not be used again. */
interface Entry {
  kept: Kept | undefined
}

/** Outcomes for workloads that came before. Belongs to one snapshot of the settings. */
export class ReplicaCache {
  readonly #workloads = new TextCache<Workload>(capacity / 8)
  readonly #entries = new TextCache<Entry>(capacity)

  /** The outcome for a request: of a replica that came before, or computed. */
  get(request: InjectionRequest, compute: (watch: Watch | undefined) => Outcome): Outcome {
    const replica = replicaOf(request)
    const key = replica === undefined || this.#isFirst(replica) ? undefined : keyOf(request, replica)
    if (replica === undefined || key === undefined) return compute(undefined)
    const entry = this.#entries.get(key, () => ({ kept: undefined }))
    if (entry.kept !== undefined) return again(entry.kept, replica)
    let isDependent = false
    const outcome = compute(() => (isDependent = true))
    if (!isDependent) entry.kept = keep(outcome, replica)
    return outcome
  }

  #isFirst({ workload }: Replica): boolean {
    const known = this.#workloads.get(workload, () => ({ isKnown: false }))
    const { isKnown } = known
    known.isKnown = true
    return !isKnown
  }
}

/** Pods with a generated name have siblings; others are alone. */
function replicaOf({ pod, namespace }: InjectionRequest): Replica | undefined {
  if (!isObject(pod)) return undefined
  const metadata = objectAt(pod, 'metadata')
  const generateName = stringAt(metadata, 'generateName')
  if (generateName === '') return undefined
  const hash = stringAt(objectAt(metadata, 'labels'), 'pod-template-hash')
  if (!hasController(metadata)) return undefined
  const volumes = listAt(objectAt(pod, 'spec'), 'volumes').filter(isObject)
  const names = volumes.map((volume) => stringAt(volume, 'name')).filter((name) => tokenVolume.test(name))
  if (names.length > 1) return undefined
  return { workload: `${namespace}/${generateName}${hash}`, pod, volume: names[0] }
}

/** A pod without a named controller may be called by its own name. */
function hasController(metadata: JsonObject): boolean {
  return listAt(metadata, 'ownerReferences').some(
    (owner) => isObject(owner) && owner['controller'] === true && stringAt(owner, 'name') !== '',
  )
}

/** Everything that an outcome may depend on, as text; undefined if it cannot be told that that is all. */
function keyOf(
  { namespace, path, namespaceAnnotations }: InjectionRequest,
  replica: Replica,
): string | undefined {
  const metadata = lastingMetadata(objectAt(replica.pod, 'metadata'))
  const text = JSON.stringify({ ...replica.pod, metadata })
  if (text.length > largestPod) return undefined
  const parts = parted(text, replica)
  if (replica.volume !== undefined && parts.length !== 2 + mountsOf(replica.pod, replica.volume))
    return undefined
  return JSON.stringify([namespace, path, namespaceAnnotations ?? null]) + parts.join(placeholder)
}

/** Metadata without what differs between replicas; of their owners' references all but the uid counts. */
function lastingMetadata(metadata: JsonObject): JsonObject {
  const owners = listAt(metadata, 'ownerReferences').map((owner) =>
    isObject(owner) ? { ...owner, uid: undefined } : owner,
  )
  return { ...metadata, name: undefined, uid: undefined, managedFields: undefined, ownerReferences: owners }
}

/** How often containers mount a volume; anything else that has its name may mean anything. */
function mountsOf(pod: JsonObject, volume: string): number {
  const spec = objectAt(pod, 'spec')
  return [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
    .filter(isObject)
    .flatMap((container) => listAt(container, 'volumeMounts'))
    .filter((mount) => isObject(mount) && mount['name'] === volume).length
}

function parted(text: string, { volume }: Replica): readonly string[] {
  return volume === undefined ? [text] : text.split(volume)
}

/**
 * What is kept of an outcome: nothing of a failure, nor of a patch that names such a volume of its own or merges
 * owner references, which it does by their uid.
 */
function keep(outcome: Outcome, replica: Replica): Kept | undefined {
  if (outcome.kind === 'failed') return undefined
  if (outcome.kind === 'injected' && outcome.patch.includes('"/metadata/ownerReferences')) return undefined
  const parts = outcome.kind === 'injected' ? parted(outcome.patch, replica) : []
  return parts.some((part) => anyTokenVolume.test(part)) ? undefined : { outcome, parts }
}

function again({ outcome, parts }: Kept, { volume }: Replica): Outcome {
  if (outcome.kind !== 'injected' || parts.length < 2 || volume === undefined) return outcome
  return { ...outcome, patch: parts.join(volume) }
}
