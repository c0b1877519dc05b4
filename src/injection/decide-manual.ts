import type { Traits } from '../istio/traits.ts'
import { decide, type DecisionRules } from './decide.ts'
import type { Decision } from './decision.ts'
import { isObject, listAt } from './json.ts'
import { alreadyInjected, wasInjected } from './lists/inject.ts'
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
  return skipsInjected(traits, pod) ? alreadyInjected : decision
}

/** The pod as a kube-inject sees it that looks at host networking only. */
function withoutWishes(pod: PodRequest): PodRequest {
  return { ...pod, labels: {}, annotations: {}, namespace: '' }
}

/** Up to 1.16 a second injection changes nothing; later it replaces the first. */
function skipsInjected({ merge, overlay }: Traits, pod: PodRequest): boolean {
  // A sidecar alone may be one that its user has begun: `image: auto`.
  const containers = listAt(pod.spec, 'containers')
  if (!merge.manualSkipsInjected || containers.length < 2) return false
  if (!containers.filter(isObject).some(isSidecar)) return false
  return overlay === 'lists' ? wasInjected(pod) : Object.hasOwn(pod.annotations, statusKey)
}
