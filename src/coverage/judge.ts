import { decide } from '../injection/decide.ts'
import type { Decision } from '../injection/decision.ts'
import type { JsonObject } from '../injection/json.ts'
import { readPod } from '../injection/pod-request.ts'
import type { Settings } from '../injection/settings.ts'
import { choose, type Choice } from '../revisions/choose.ts'
import { injectorOf } from '../selection/injector.ts'
import { candidateOf, selectEntry, type Selection, type SelectionKind } from '../selection/select.ts'
import type { WebhookEntry } from '../selection/webhook-entry.ts'
import { missedReasons } from './missed.ts'
import type { Surroundings } from './surroundings.ts'

/** What would become of a pod were it created now, and by whom. */
export interface Judgement {
  /** What the API server would do with each webhook that injects sidecars, in the order of the calls. */
  readonly selections: readonly Selection[]
  /** The webhook that decides; undefined where none selects the pod, or webhooks are not known. */
  readonly by: Selection | undefined
  /** Undefined where no webhook selects the pod. */
  readonly choice: Choice | undefined
  readonly decision: Decision
}

/**
 * Is the webhook not called because of a condition, where no rule about the pod itself says the same? Then that is the reason, and not
 * what the injector would have found wrong with its settings.
 */
export function isPassedBy({ by, decision }: Judgement): boolean {
  if (by?.kind !== 'left-out' && by?.kind !== 'passed-over') return false
  return decision.inject || missedReasons.has(decision.reason)
}

/** Who comes first: whoever is called, then whoever would be but for a matchCondition. */
const order: readonly SelectionKind[] = ['called', 'refused', 'unknown', 'passed-over', 'left-out']

/**
 * Decides about a pod as the API server and the injector would together: the webhooks' selectors first, then the injector's
 * own rules. Throws InjectionError for what is no pod.
 */
export function judge(pod: JsonObject, namespace: string, surroundings: Surroundings): Judgement {
  const { revisions, namespaces, webhooks } = surroundings
  const facts = namespaces.get(namespace)
  if (webhooks === undefined) {
    const choice = choose(revisions, { pod, namespaceLabels: facts?.labels })
    return { selections: [], by: undefined, choice, decision: decisionOf(choice, pod, namespace) }
  }
  const candidate = candidateOf(pod, namespace, facts, surroundings.notKept)
  const selections = webhooks
    .filter((entry) => injectorOf(entry) !== undefined)
    .map((entry) => selectEntry(entry, candidate))
  const [by] = order.flatMap((kind) => selections.find((selection) => selection.kind === kind) ?? [])
  if (by === undefined) return { selections, by, choice: undefined, decision: notSelected(selections) }
  const choice = choose(revisions, { pod, revision: revisionOf(by.entry, surroundings) })
  return { selections, by, choice, decision: decisionOf(choice, pod, namespace) }
}

/** The revision that a webhook is of; undefined where it leaves the choice to the injector. */
function revisionOf(entry: WebhookEntry, { revisions }: Surroundings): string | undefined {
  const named = injectorOf(entry)?.revision
  if (named !== undefined) return named
  return entry.revision !== undefined && revisions.named.has(entry.revision) ? entry.revision : undefined
}

function decisionOf(choice: Choice, pod: JsonObject, namespace: string): Decision {
  return choice.kind === 'unchosen' ? choice.decision : decideBy(choice.revision.settings, pod, namespace)
}

/** The injector's own rules alone. Throws InjectionError for what is no pod. */
function decideBy(settings: Settings, pod: JsonObject, namespace: string): Decision {
  return decide(settings.decision, settings.traits, readPod({ pod, namespace, path: '' }, undefined))
}

/** The nearer a webhook is to selecting the pod, the more it tells. */
const nearest: readonly SelectionKind[] = ['other-pods', 'other-namespaces', 'other-requests']

function notSelected(selections: readonly Selection[]): Decision {
  const [near] = nearest.flatMap((kind) => selections.find((selection) => selection.kind === kind) ?? [])
  const message =
    near === undefined
      ? 'there is no webhook that injects sidecars'
      : `no webhook selects the pod; ${near.entry.name} does not, as ${near.because}`
  return {
    inject: false,
    reason: 'revision-not-selected',
    field: near === undefined ? 'webhooks' : near.field,
    message,
    warnings: [],
  }
}
