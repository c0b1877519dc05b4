import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { InjectionError } from './errors.ts'
import type { InjectionRequest, Outcome } from './outcome.ts'
import { readPod } from './pod-request.ts'
import type { Settings } from './settings.ts'

/**
 * Injects one pod: reads it, decides, renders, merges, and writes the patch, as the release that the settings come
 * from would. Never throws; does no I/O and reads no clock. Webhook, review, kube-inject and explain all ask here.
 */
export function inject(settings: Settings, request: InjectionRequest): Outcome {
  let decision: Decision | undefined
  try {
    const pod = readPod(request)
    decision = decide(settings.decision, settings.traits, pod)
    if (!decision.inject) return { kind: 'skipped', decision }
    return settings.injectPod(pod, decision)
  } catch (error) {
    const reason = error instanceof InjectionError ? error : internal(error)
    return decision === undefined
      ? { kind: 'failed', error: reason }
      : { kind: 'failed', decision, error: reason }
  }
}

/** Whatever else is thrown is a defect; it must cost one pod its creation, with a reason, and not the connection. */
function internal(error: unknown): InjectionError {
  return new InjectionError('internal', 'the sidecar injector failed on this pod', { cause: error })
}
