import type { Condition } from '../cluster/pod-condition.ts'
import type { Diagnosis } from './diagnose.ts'
import { factsOf } from './facts.ts'
import type { Observations } from './observations.ts'
import { untried } from './unseen.ts'

/** `kubectl wait --for=condition=sidecar-injector.istio.io/InjectionWorks pod/…` */
export const injectionWorks = 'sidecar-injector.istio.io/InjectionWorks'

/** Long enough for some causes, and short enough for a line of a terminal or two. */
const longestMessage = 512

/**
 * A diagnosis as a condition of Kubernetes: False while a cause holds, with the surest one's id as its reason (`PortBlocked`); True if
 * none was found and the canary went the whole way; else Unknown.
 */
export function conditionOf(
  seen: Observations,
  { findings, summary }: Omit<Diagnosis, 'verdict'>,
): Condition {
  if (seen.failure !== undefined) return couldNotLook(seen.failure.message)
  const [first] = findings
  if (first !== undefined) {
    const told = findings.map(({ title, cause }) => `${title} (${cause})`)
    return condition('False', camelCase(first.cause), told.join('; '))
  }
  const [why] = untried(factsOf(seen))
  if (why !== undefined) return condition('Unknown', 'CanaryNotTried', `not looked at: ${why}`)
  return condition('True', 'NothingFound', summary)
}

/** The condition where a look has failed as a whole. */
export function couldNotLook(message: string): Condition {
  return condition('Unknown', 'CouldNotLook', message)
}

function condition(status: Condition['status'], reason: string, text: string): Condition {
  const message = text.length > longestMessage ? `${text.slice(0, longestMessage - 1).toWellFormed()}…` : text
  return { type: injectionWorks, status, reason, message }
}

/** `port-blocked` is PortBlocked: reasons are CamelCase in Kubernetes. */
function camelCase(id: string): string {
  return id.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())
}
