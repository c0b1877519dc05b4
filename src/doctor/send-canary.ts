import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { hasSidecar, receiptOf } from '../diagnosis/canary.ts'
import { controlPod, plannedPod, type CanaryPlan } from '../diagnosis/choose.ts'
import type { CanaryResult } from '../diagnosis/observations.ts'
import { isObject } from '../golang/json-value.ts'
import { withoutAdvice } from './look.ts'

/** Longer than the time-outs of charts (5 to 10 s); webhooks may have 30 s, for which nobody waits here. */
const answerMs = 12_000

/** API servers learn of a configuration within about a second. */
const learningMs = 1500

export interface CanaryOptions {
  readonly plan: CanaryPlan
  readonly nonce: string
  /** The configuration is so new that API servers may not know it yet: then the canary is sent once more. */
  readonly isNew: boolean
}

/** Sends the canary by server-side dry run: it is never stored. Never rejects. */
export async function sendCanary(client: KubernetesClient, options: CanaryOptions): Promise<CanaryResult> {
  const { plan, nonce, isNew } = options
  if ('why' in plan) return { kind: 'not-sent', why: plan.why }
  const result = await send(client, plan, nonce)
  const isIgnored =
    result.kind === 'admitted' && receiptOf(result.pod) === undefined && !hasSidecar(result.pod)
  if (!isNew || !isIgnored || result.ms > learningMs) return result
  await sleep(learningMs)
  return send(client, plan, nonce)
}

/** Sends the same pod, which asks for no sidecar: is the canary refused for what it is, or for what it gets? Never rejects. */
export async function sendControl(client: KubernetesClient, plan: CanaryPlan): Promise<CanaryResult> {
  if ('why' in plan) return { kind: 'not-sent', why: plan.why }
  return send(client, { ...plan, isControl: true }, randomUUID())
}

async function send(
  client: KubernetesClient,
  plan: Exclude<CanaryPlan, { readonly why: string }> & { readonly isControl?: boolean },
  nonce: string,
): Promise<CanaryResult> {
  const { namespace, isControl = false } = plan
  const pod = isControl ? controlPod(plan) : plannedPod(plan, nonce)
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`
  const began = performance.now()
  const sent = () => ({ namespace, nonce, sent: pod, ms: Math.round(performance.now() - began) })
  try {
    const query = { dryRun: 'All', fieldManager: 'sidecar-injector-doctor' }
    const answer = await client.call({ method: 'POST', path, query, body: pod, silenceMs: answerMs })
    return { kind: 'admitted', ...sent(), pod: isObject(answer) ? answer : {} }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    if (isAboutRights(error)) return { kind: 'not-sent', why: error.message }
    return { kind: 'refused', ...sent(), status: error.status, message: ownWords(error) }
  }
}

/** 403 is also what admission says; RBAC names the verb. */
function isAboutRights({ code, message }: ClusterError): boolean {
  return (
    code === 'unauthorized' ||
    code === 'kubeconfig' ||
    (code === 'forbidden' && /cannot create resource "pods"/.test(message))
  )
}

/** Without the advice about credentials, which is not what is wrong. */
function ownWords({ message }: ClusterError): string {
  return withoutAdvice(message.replace(/^POST \S+: (?:\d+ )?/, ''))
}
