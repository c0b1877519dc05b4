import { decideManually } from './decide-manual.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { InjectionError } from './errors.ts'
import type { Traits } from '../istio/traits.ts'
import type { JsonObject } from './json.ts'
import type { InjectionRequest, Outcome } from './outcome.ts'
import type { Workload } from './owner.ts'
import { readPod, type PodRequest } from './pod-request.ts'
import type { Settings } from './settings.ts'
import type { Watch } from './watched-pod.ts'

/**
 * Injects one pod: reads it, decides, renders, merges, and writes the patch, as the release that the settings come
 * from would. Never throws; does no I/O and reads no clock. Webhook, review, kube-inject and explain all ask here.
 */
export function inject(settings: Settings, request: InjectionRequest): Outcome {
  const { decision, traits, injectPod } = settings
  const compute = (watch: Watch | undefined): Outcome =>
    answered(request, watch, (pod) => decide(decision, traits, pod), injectPod)
  // Whoever wants to see it rendered is not served from what was rendered before.
  return request.onRendered === undefined ? settings.replicas.get(request, compute) : compute(undefined)
}

/** Injects the pod template of a workload, as the release's kube-inject would. Never throws. */
export function injectTemplate(settings: Settings, template: JsonObject, workload: Workload): Outcome {
  const { traits, injectPod } = settings.manual
  return answered(
    { pod: template, namespace: '', path: '' },
    undefined,
    (pod) => decideManually(traits, pod),
    (pod, decision) => injectPod(pod, decision, isFound(workload, traits) ? undefined : workload),
  )
}

/** From 1.21 the owner of a bare Pod is found from its references, as the webhook does. */
function isFound(workload: Workload, traits: Traits): boolean {
  return workload.kind === 'Pod' && traits.owner.manualPods
}

function answered(
  request: InjectionRequest,
  watch: Watch | undefined,
  decideOn: (pod: PodRequest) => Decision,
  injectPod: (pod: PodRequest, decision: Decision) => Outcome,
): Outcome {
  let decision: Decision | undefined
  try {
    const pod = readPod(request, watch)
    decision = decideOn(pod)
    return decision.inject ? injectPod(pod, decision) : { kind: 'skipped', decision }
  } catch (error) {
    const reason = asInjectionError(error)
    return decision === undefined
      ? { kind: 'failed', error: reason }
      : { kind: 'failed', decision, error: reason }
  }
}

/**
 * A pod that is nested too deeply for the stack (V8 throws a RangeError) is no readable one. Whatever else is thrown
 * is a defect; it must cost one pod its creation, with a reason, and not the connection.
 */
function asInjectionError(cause: unknown): InjectionError {
  if (cause instanceof InjectionError) return cause
  if (cause instanceof RangeError) {
    return new InjectionError('pod-undecodable', 'the pod is nested too deeply to be injected', { cause })
  }
  return new InjectionError('internal', 'the sidecar injector failed on this pod', { cause })
}
