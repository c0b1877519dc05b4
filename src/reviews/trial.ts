import fastJsonPatch from 'fast-json-patch'
import type { Json, StringMap } from '../injection/json.ts'
import type { Outcome } from '../injection/outcome.ts'
import type { Rendered } from './rendered.ts'
import { wholePod } from './whole-pod.ts'
import { choose, type Choice } from '../revisions/choose.ts'
import { injectChosen } from '../revisions/inject.ts'
import type { Revisions } from '../revisions/revisions.ts'

/** A pod, and what else decides about it. */
export interface TrialRequest {
  readonly pod: Json | undefined
  readonly namespace: string
  /** Default: not known, so that the pod is taken for one that a webhook has selected. */
  readonly namespaceLabels?: StringMap | undefined
  /** Default: none. */
  readonly namespaceAnnotations?: StringMap | undefined
  /** What follows `/inject` in the path that the webhook is called by, decoded. Default: nothing. */
  readonly path?: string
  /** Who is to inject it, where that is known already. Default: chosen by what is above and below. */
  readonly choice?: Choice | undefined
  /** The revision or tag to inject it, whatever the labels say. Default: as the labels say. */
  readonly revision?: string | undefined
}

/** What would become of a pod, and how. */
export interface Trial {
  readonly choice: Choice
  readonly outcome: Outcome
  /** The pod with its sidecar; undefined where it gets none. */
  readonly injected: Json | undefined
  /** In order; with a failure, the last one may be what failed. */
  readonly rendered: readonly Rendered[]
}

/** Injects a pod as the webhook would, to look at it. Never throws. */
export function tryPod(revisions: Revisions, request: TrialRequest): Trial {
  const { namespace, namespaceLabels, namespaceAnnotations, revision } = request
  const pod = wholePod(request.pod)
  const choice = request.choice ?? choose(revisions, { pod, namespaceLabels, revision })
  const rendered: Rendered[] = []
  const outcome = injectChosen(choice, {
    pod,
    namespace,
    path: request.path ?? '',
    ...(namespaceAnnotations === undefined ? {} : { namespaceAnnotations }),
    onRendered: (template, text) => rendered.push({ template, text }),
  })
  const injected = outcome.kind === 'injected' ? patched(pod ?? null, outcome.patch) : undefined
  return { choice, outcome, injected, rendered }
}

function patched(pod: Json, patch: string): Json {
  return fastJsonPatch.applyPatch(pod, JSON.parse(patch), false, false).newDocument
}
