import { isPassedBy, judge, type Judgement } from '../coverage/judge.ts'
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
  if (by !== undefined && isPassedBy(judgement)) {
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

/**
 * Webhooks behind which nobody is: one whose failurePolicy is Fail refuses the pod, whatever others would say; those that are ignored
 * leave a pod that wants a sidecar without, unless another is called.
 */
function unansweredOf({ selections, decision }: Judgement, { unanswered }: World): NowLine | undefined {
  const called = selections.filter(({ kind }) => kind === 'called').map(({ entry }) => entry)
  const failing = called.filter(
    ({ target }) => target.service !== undefined && unanswered.has(target.service),
  )
  const refusing = failing.find(({ failurePolicy }) => failurePolicy === 'Fail')
  const isMissed = decision.inject && failing.length === called.length
  const entry = refusing ?? (isMissed ? failing[0] : undefined)
  if (entry === undefined) return undefined
  const { name, failurePolicy, target } = entry
  return {
    outcome: refusing === undefined ? 'not-injected' : 'refused',
    reason: refusing === undefined ? 'webhook-ignored' : 'webhook-failed',
    message: `Service ${target.service} has no ready endpoint, so that the call of webhook ${name} fails, and its failurePolicy is ${failurePolicy}`,
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
