import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import type { KubernetesClient } from './client.ts'
import { listAt, objectAt, textAt } from './objects.ts'
import { podStatus } from './verbs.ts'

/** What is to be said of a pod, in the form of Kubernetes' conditions. */
export interface Condition {
  /** A qualified name: `example.com/Works`. */
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  /** One word in CamelCase. */
  readonly reason: string
  readonly message: string
}

export interface PodName {
  readonly namespace: string
  readonly name: string
}

export interface WriteConditionOptions {
  readonly pod: PodName
  readonly now: number
  readonly signal?: AbortSignal
}

/**
 * Writes a condition into the status of a pod, beside those that are there: conditions are merged by their type, and kubelet leaves those
 * alone that are not its own. Rejects with ClusterError.
 */
export async function writeCondition(
  client: KubernetesClient,
  condition: Condition,
  { pod, now, signal }: WriteConditionOptions,
): Promise<void> {
  const path = podStatus(pod)
  const stored = await client.call({ method: 'GET', path, signal })
  // With the uid it is this pod and no later one of its name.
  const uid = textAt(objectAt(stored, 'metadata'), 'uid')
  await client.call({
    method: 'PATCH',
    path,
    query: { fieldManager: 'sidecar-injector-doctor' },
    contentType: 'application/strategic-merge-patch+json',
    body: { metadata: { uid }, status: { conditions: [timed(condition, stored, now)] } },
    signal,
  })
}

/** With its times: that of the transition stays while the status does, whoever has written it. */
function timed(condition: Condition, pod: Json, now: number): JsonObject {
  // In seconds, as the API server keeps them.
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const before = listAt(objectAt(pod, 'status'), 'conditions').find(
    (each) => isObject(each) && each['type'] === condition.type,
  )
  const isSame = textAt(before, 'status') === condition.status
  const since = isSame ? (textAt(before, 'lastTransitionTime') ?? time) : time
  return { ...condition, lastProbeTime: time, lastTransitionTime: since }
}
