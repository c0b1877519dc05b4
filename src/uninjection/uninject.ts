import { isObject, listAt, namesOf, objectAt, type Json, type JsonObject } from '../injection/json.ts'
import { ownerOf } from '../injection/owner.ts'
import { traitsOf } from '../istio/trait-rows.ts'
import { originalAnnotations } from './annotations.ts'
import type { Change, Note } from './change.ts'
import { withoutInjected, type Containers } from './containers.ts'
import { readEvidence, type Evidence } from './evidence.ts'
import { nothingKnown, type Knowledge } from './knowledge.ts'
import { originalLabels } from './labels.ts'
import { withOriginals, type MetadataContext } from './metadata.ts'
import { ownContainers } from './overrides.ts'
import { withoutPodSettings } from './pod-settings.ts'
import { probersOf, withOwnProbes } from './probes.ts'
import { withoutSecrets, withoutVolumes } from './volumes.ts'

/** A pod without what an injector put into it. */
export interface Uninjection {
  /** The same object where nothing was injected. */
  readonly pod: JsonObject
  /** What was done, place by place; empty where nothing was injected. */
  readonly changes: readonly Change[]
}

/**
 * The inverse of injection, by any release and any injector of Istio's: the pod (or pod template) as it was before, as
 * far as it tells. Nothing is needed but the pod: its status annotation names what was put in, and the sidecar knows
 * what was changed. What cannot be told is in docs/uninject.md. Never throws.
 */
export function uninject(pod: JsonObject, knowledge: Knowledge = nothingKnown): Uninjection {
  const evidence = readEvidence(pod)
  if (evidence === undefined) return { pod, changes: [] }
  const changes: Change[] = []
  const note = (change: Change): void => void changes.push(change)
  const metadata = objectAt(pod, 'metadata')
  const own = ownContainers(objectAt(metadata, 'annotations'), evidence)
  const containers = withoutInjected(objectAt(pod, 'spec'), evidence, own, note)
  const context: MetadataContext = {
    evidence,
    knowledge,
    names: [knowledge.workload, ownerOf(pod, '', traitsOf(evidence.release).owner).name],
    applications: namesOf(containers.containers).filter((name) => name !== 'istio-proxy'),
    hasOverrides: own.containers.size + own.initContainers.size > 0,
  }
  return {
    pod: {
      ...pod,
      metadata: originalMetadata(metadata, context, note),
      spec: originalSpec(objectAt(pod, 'spec'), containers, evidence, note),
    },
    changes,
  }
}

function originalMetadata(metadata: JsonObject, context: MetadataContext, note: Note): JsonObject {
  const annotations = objectAt(metadata, 'annotations')
  const labels = objectAt(metadata, 'labels')
  return withMembers(metadata, {
    annotations: withOriginals('annotations', annotations, originalAnnotations(annotations, context), note),
    labels: withOriginals('labels', labels, originalLabels(labels, context), note),
  })
}

function originalSpec(
  spec: JsonObject,
  { containers, initContainers, restored }: Containers,
  evidence: Evidence,
  note: Note,
): JsonObject {
  const probers = probersOf(evidence)
  const probed = (list: string, items: readonly Json[]): readonly Json[] =>
    items.map((item) =>
      isObject(item) && !restored.has(item) ? withOwnProbes(item, list, probers, note) : item,
    )
  const mounting = [...initContainers, ...containers, ...listAt(spec, 'ephemeralContainers')]
  const changed = withMembers(spec, {
    initContainers: probed('initContainers', initContainers),
    containers: probed('containers', containers),
    volumes: withoutVolumes(listAt(spec, 'volumes'), mounting, evidence, note),
    imagePullSecrets: withoutSecrets(listAt(spec, 'imagePullSecrets'), evidence, note),
  })
  return withoutPodSettings(changed, evidence, note)
}

/** The object with changed lists and maps in the place of its own; what the change emptied goes altogether. */
function withMembers(
  object: JsonObject,
  members: Readonly<Record<string, JsonObject | readonly Json[]>>,
): JsonObject {
  const changed = Object.entries(object).flatMap(([name, value]) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined
    if (member === undefined || sizeOf(value) === 0) return [[name, value] as const]
    return sizeOf(member) === 0 ? [] : [[name, member] as const]
  })
  const added = Object.entries(members).filter(
    ([name, member]) => sizeOf(object[name]) === 0 && sizeOf(member) > 0,
  )
  return Object.fromEntries([...changed, ...added])
}

function sizeOf(value: Json | undefined): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
