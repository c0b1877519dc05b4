import type { Judgement } from '../coverage/judge.ts'
import type { Finding } from '../coverage/pod-coverage.ts'
import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { failedWebhook } from './events.ts'
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
    const message = `the API server cannot call webhook ${blocked.webhook}: ${blocked.event.message}`
    return { verdict: 'would-be-refused', reason: 'webhook-failed', message, field: 'events' }
  }
  return { verdict: verdicts[now.outcome], ...withoutOutcome(now) }
}

function withoutOutcome({ reason, message, field }: NowLine): Omit<Decided, 'verdict'> {
  return { reason, message, field }
}

/** Pods cannot be made. */
export interface Blocked {
  readonly webhook: string
  readonly event: EventLine
}

/** An Event that says that pods could not be made, of which none was made since. */
export function blockedBy(
  events: readonly EventLine[],
  pods: readonly JsonObject[],
  judgement: Judgement | undefined,
): Blocked | undefined {
  const called = judgement?.selections.filter(({ kind }) => kind === 'called').map(({ entry }) => entry.name)
  for (const event of events) {
    const webhook = failedWebhook(event)
    if (webhook === undefined || called?.includes(webhook) === false) continue
    const isOver = pods.some((pod) => stringAt(objectAt(pod, 'metadata'), 'creationTimestamp') > event.time)
    return isOver ? undefined : { webhook, event }
  }
  return undefined
}
