import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { ownerOf } from '../injection/owner.ts'
import type { OwnerTraits } from '../istio/traits.ts'

/** Finds what people have written, whatever the release. */
const traits: OwnerTraits = {
  detected: true,
  emptyHashMatches: false,
  cronJobSuffix: /-\d{8,10}$/,
  cronJobApiVersion: 'batch/v1',
  deploymentConfigs: true,
  rollouts: true,
  manualPods: true,
}

/** `Deployment/web`: the workload that a pod belongs to; undefined for one that nobody controls. */
export function workloadOf(pod: JsonObject): string | undefined {
  const { kind, name } = ownerOf(pod, stringAt(objectAt(pod, 'metadata'), 'namespace'), traits)
  return kind === 'Pod' ? undefined : `${kind}/${name}`
}
