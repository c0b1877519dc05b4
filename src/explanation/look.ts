import { judge, type Judgement } from '../coverage/judge.ts'
import { InjectionError } from '../injection/errors.ts'
import type { JsonObject } from '../injection/json.ts'
import type { Outcome } from '../injection/outcome.ts'
import { injectChosen } from '../revisions/inject.ts'
import { injectorOf } from '../selection/injector.ts'
import type { NowLine } from './explanation.ts'
import type { World } from './world.ts'

/** What would become of a pod, and how that was found out. */
export interface Look {
  /** Undefined for what is no pod. */
  readonly judgement: Judgement | undefined
  readonly outcome: Outcome | undefined
  readonly now: NowLine
}

/** What would become of a pod were it created now: the API server first, then the injector. */
export function look(pod: JsonObject, namespace: string, world: World): Look {
  const { surroundings } = world
  let judgement: Judgement
  try {
    judgement = judge(pod, namespace, surroundings)
  } catch (error) {
    if (!(error instanceof InjectionError)) throw error
    const outcome: Outcome = { kind: 'failed', error }
    return { judgement: undefined, outcome, now: nowOf(outcome) }
  }
  const { by, choice, decision } = judgement
  if (by?.kind === 'refused' || by?.kind === 'unknown') {
    const isKnown = by.kind === 'refused'
    if (isKnown || decision.inject) {
      const reason = isKnown ? 'condition-failed' : 'condition-unknown'
      const message = `webhook ${by.entry.name}: ${by.because}`
      const now: NowLine = { outcome: isKnown ? 'refused' : 'not-known', reason, message, field: by.field }
      return { judgement, outcome: undefined, now }
    }
  }
  const unanswered = unansweredOf(judgement, world)
  if (unanswered !== undefined) return { judgement, outcome: undefined, now: unanswered }
  if (decision.inject && (by?.kind === 'left-out' || by?.kind === 'passed-over')) {
    const message = `webhook ${by.entry.name} is not called, as ${by.because}`
    return {
      judgement,
      outcome: undefined,
      now: { outcome: 'not-injected', reason: 'match-condition', message, field: by.field },
    }
  }
  if (choice?.kind !== 'chosen') {
    const outcome: Outcome = { kind: 'skipped', decision }
    return { judgement, outcome, now: nowOf(outcome) }
  }
  const facts = surroundings.namespaces.get(namespace)
  const path = by === undefined ? '' : (injectorOf(by.entry)?.path ?? '')
  const outcome = injectChosen(choice, {
    pod,
    namespace,
    path: decoded(path),
    ...(facts === undefined ? {} : { namespaceAnnotations: facts.annotations }),
  })
  return { judgement, outcome, now: nowOf(outcome) }
}

/** The webhook cannot be called: whatever it would say, the pod is refused or gets no sidecar. */
function unansweredOf({ by }: Judgement, { unanswered }: World): NowLine | undefined {
  const service = by?.kind === 'called' ? by.entry.target.service : undefined
  if (by === undefined || service === undefined || !unanswered.has(service)) return undefined
  const isRefused = by.entry.failurePolicy === 'Fail'
  return {
    outcome: isRefused ? 'refused' : 'not-injected',
    reason: isRefused ? 'webhook-failed' : 'webhook-ignored',
    message: `Service ${service} has no ready endpoint, so that the call of webhook ${by.entry.name} fails, and its failurePolicy is ${by.entry.failurePolicy}`,
    field: 'endpoints',
  }
}

/** A path with a broken escape is none that the injector would take. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}

function nowOf(outcome: Outcome): NowLine {
  if (outcome.kind === 'failed') {
    const { code, detail, advice } = outcome.error
    return {
      outcome: 'refused',
      reason: code,
      message: `${detail.trimEnd()}; ${advice}`,
      field: outcome.decision?.field ?? '',
    }
  }
  const { reason, message, field } = outcome.decision
  return { outcome: outcome.kind === 'injected' ? 'injected' : 'not-injected', reason, message, field }
}
