import type { Judgement } from '../coverage/judge.ts'
import type { Finding } from '../coverage/pod-coverage.ts'
import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { namedWebhook } from './events.ts'
import type { EventLine, Explanation, NowLine, Verdict } from './explanation.ts'

const verdicts: Readonly<Record<NowLine['outcome'], Verdict>> = {
  injected: 'would-be-injected',
  'not-injected': 'would-not-be-injected',
  refused: 'would-be-refused',
  'not-known': 'not-known',
}

export type Decided = Pick<Explanation, 'verdict' | 'reason' | 'message' | 'field'>

/** What is there counts before what would be; what stops pods from being made, before what would become of them. */
export function decided(now: NowLine, finding: Finding | undefined, blocked: Blocked | undefined): Decided {
  if (finding !== undefined) {
    const { state, reason, message } = finding
    // A rule of the injector that only shows when it injects: a container istio-proxy of the user's own, say.
    const isRefined = state === 'not-injected' && now.outcome === 'not-injected' && reason !== now.reason
    if (isRefined && reason === 'unexplained') return { verdict: state, ...withoutOutcome(now) }
    return {
      verdict: state,
      reason,
      message,
      field: state === 'not-injected' && reason === now.reason ? now.field : '',
    }
  }
  if (blocked !== undefined && now.outcome === 'injected') {
    const { webhook, event } = blocked
    const [reason, what] =
      webhook === undefined
        ? (['not-admitted', 'the API server does not take the pods'] as const)
        : (['webhook-failed', `the API server cannot call webhook ${webhook}`] as const)
    return { verdict: 'would-be-refused', reason, message: `${what}: ${event.message}`, field: 'events' }
  }
  return { verdict: verdicts[now.outcome], ...withoutOutcome(now) }
}

function withoutOutcome({ reason, message, field }: NowLine): Omit<Decided, 'verdict'> {
  return { reason, message, field }
}

/** Pods cannot be made. */
export interface Blocked {
  /** The injector's, which could not be called; undefined: they are refused for another reason. */
  readonly webhook: string | undefined
  readonly event: EventLine
}

/** The newest Event that says that pods could not be made, if none was made since and what it says still holds. */
export function blockedBy(
  events: readonly EventLine[],
  pods: readonly JsonObject[],
  judgement: Judgement | undefined,
): Blocked | undefined {
  for (const event of events.filter(({ reason }) => reason === 'FailedCreate')) {
    const named = namedWebhook(event)
    const kind = judgement?.selections.find(({ entry }) => entry.name === named?.name)?.kind
    // An injector that is not called any more says nothing of the next pod, and what ours would deny is known without Events.
    if (kind !== undefined && (kind !== 'called' || named?.denied === true)) continue
    const isOver = pods.some((pod) => stringAt(objectAt(pod, 'metadata'), 'creationTimestamp') > event.time)
    if (isOver) return undefined
    // Where no webhook configurations are known, neither is whose it is.
    const isUnknown = (judgement?.selections ?? []).length === 0
    const isInjectors = kind === 'called' || (isUnknown && named?.denied === false)
    return { webhook: isInjectors ? named?.name : undefined, event }
  }
  return undefined
}
