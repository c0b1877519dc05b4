import type { Traits } from '../istio/traits.ts'
import { decide, type DecisionRules } from './decide.ts'
import type { Decision } from './decision.ts'
import { isObject, listAt } from './json.ts'
import { alreadyInjected } from './lists/inject.ts'
import type { PodRequest } from './pod-request.ts'
import { isSidecar } from './probes.ts'
import { statusKey } from './status.ts'

/** kube-inject asks for injection by being called: no policy, no selectors. */
const rules: DecisionRules = {
  policy: 'enabled',
  missing: undefined,
  neverInjectSelectors: [],
  alwaysInjectSelectors: [],
}

/**
 * Whether kube-inject gives a pod template a sidecar, and why: host network, a sidecar that is there already, the
 * template's own wish, in this order.
 */
export function decideManually(traits: Traits, pod: PodRequest): Decision {
  const decision = decide(rules, traits, traits.decision.wishes ? pod : withoutWishes(pod))
  if (decision.reason === 'host-network') return decision
  return skipsInjected(traits) && wasInjected(pod) ? alreadyInjected : decision
}

/** The pod as a kube-inject sees it that looks at host networking only. */
function withoutWishes(pod: PodRequest): PodRequest {
  return { ...pod, labels: {}, annotations: {}, namespace: '' }
}

/** From 1.9 to 1.16; before, injection by lists sees to that, and later a second injection replaces the first. */
function skipsInjected({ overlay, merge }: Traits): boolean {
  return overlay === 'pod' && merge.manualSkipsInjected
}

/** A sidecar alone may be one that its user has begun: `image: auto`. */
function wasInjected({ annotations, spec }: PodRequest): boolean {
  const containers = listAt(spec, 'containers')
  return (
    Object.hasOwn(annotations, statusKey) &&
    containers.length > 1 &&
    containers.filter(isObject).some(isSidecar)
  )
}
