import type { JsonObject } from '../injection/json.ts'
import { objectAt, stringAt } from '../injection/json.ts'
import type { Steps } from '../injection/steps.ts'
import type { NamespaceFacts } from '../selection/namespace.ts'
import { isLive, sumUp } from './coverage-of.ts'
import { podCoverage } from './pod-coverage.ts'
import type { Surroundings } from './surroundings.ts'
import type { Coverage, PodCoverage } from './types.ts'

/** What was found of a pod, and what it was found with. */
interface Found {
  readonly coverage: PodCoverage
  readonly facts: NamespaceFacts | undefined
  readonly webhooks: Surroundings['webhooks']
  readonly revisions: Surroundings['revisions']
  readonly settingsTimes: Surroundings['settingsTimes']
}

/** What was found of pods that have not changed since. */
export type CoverageCache = WeakMap<JsonObject, Found>

/** A pod takes some 50 µs: a step is a millisecond or two, in which nobody is answered. */
const podsInAStep = 25

/**
 * The same as coverageOf, in steps, and only of pods that have changed, or whose surroundings have: of these, each part
 * has to be another object then.
 */
export function* coverageInSteps(
  pods: Iterable<JsonObject>,
  surroundings: Surroundings,
  cache: CoverageCache,
  notKnown: readonly string[],
): Steps<Coverage> {
  const { namespaces, webhooks, revisions, settingsTimes } = surroundings
  const covered: PodCoverage[] = []
  let fresh = 0
  for (const pod of pods) {
    if (!isLive(pod)) continue
    const facts = namespaces.get(stringAt(objectAt(pod, 'metadata'), 'namespace'))
    const before = cache.get(pod)
    const isSame = before?.facts === facts && before?.webhooks === webhooks && before?.revisions === revisions
    if (before !== undefined && isSame && before.settingsTimes === settingsTimes) {
      covered.push(before.coverage)
      continue
    }
    const coverage = podCoverage(pod, surroundings)
    cache.set(pod, { coverage, facts, webhooks, revisions, settingsTimes })
    covered.push(coverage)
    if (++fresh % podsInAStep === 0) yield
  }
  yield
  return sumUp(covered, namespaces, notKnown)
}
