import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { NamespaceFacts } from '../selection/namespace.ts'
import { podCoverage } from './pod-coverage.ts'
import type { Surroundings } from './surroundings.ts'
import type { Coverage, CoverageCount, NamespaceCoverage, PodCoverage } from './types.ts'

/** The state of injection of pods and namespaces, as they are; of pods that have ended nothing is said. Never throws. */
export function coverageOf(
  pods: Iterable<JsonObject>,
  surroundings: Surroundings,
  notKnown: readonly string[] = [],
): Coverage {
  const covered: PodCoverage[] = []
  for (const pod of pods) if (isLive(pod)) covered.push(podCoverage(pod, surroundings))
  return sumUp(covered, surroundings.namespaces, notKnown)
}

/** Has a pod not ended yet? */
export function isLive(pod: JsonObject): boolean {
  const phase = stringAt(objectAt(pod, 'status'), 'phase')
  return phase !== 'Succeeded' && phase !== 'Failed'
}

/** Puts pods together by namespace, and counts them. */
export function sumUp(
  pods: Iterable<PodCoverage>,
  namespaces: ReadonlyMap<string, NamespaceFacts>,
  notKnown: readonly string[],
): Coverage {
  const byNamespace = new Map<string, PodCoverage[]>([...namespaces.keys()].map((name) => [name, []]))
  for (const pod of pods) {
    const list = byNamespace.get(pod.namespace)
    if (list === undefined) byNamespace.set(pod.namespace, [pod])
    else list.push(pod)
  }
  const all = [...byNamespace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, list]) => namespaceOf(name, list, namespaces.get(name)))
  const total = (of: 'injected' | 'outdated' | 'notInjected') => all.reduce((sum, item) => sum + item[of], 0)
  return {
    injected: total('injected'),
    outdated: total('outdated'),
    notInjected: total('notInjected'),
    namespaces: all,
    notKnown,
  }
}

/** Labels that injectors select namespaces by. */
const selecting = ['istio-injection', 'istio.io/rev', 'sidecar-injector/inject'] as const

function namespaceOf(
  name: string,
  pods: PodCoverage[],
  facts: NamespaceFacts | undefined,
): NamespaceCoverage {
  const counts = new Map<string, { -readonly [K in keyof CoverageCount]: CoverageCount[K] }>()
  for (const { state, reason } of pods) {
    const key = `${state} ${reason}`
    const counted = counts.get(key)
    if (counted === undefined) counts.set(key, { state, reason, count: 1 })
    else counted.count++
  }
  const number = (state: PodCoverage['state']) => pods.filter((pod) => pod.state === state).length
  const labels = facts?.labels ?? {}
  return {
    name,
    labels: selecting.filter((key) => Object.hasOwn(labels, key)).map((key) => `${key}=${labels[key]}`),
    injected: number('injected'),
    outdated: number('outdated'),
    notInjected: number('not-injected'),
    counts: [...counts.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    pods: pods.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
