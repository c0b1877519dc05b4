import { madeAt, type AuthorityState } from './authority.ts'
import { lastMoment, renewalTime } from './lifetimes.ts'

/** What the Secret is to become, and why. Each step is one write of the Secret. */
export interface AuthorityStep {
  readonly kind:
    | 'create' // a CA that signs at once, as there is none that could
    | 'prepare' // a CA that is to be trusted before it signs
    | 'promote' // the next one signs from now on
    | 'forget' // those that have expired
  readonly reason: string
}

export interface AuthorityView {
  readonly now: number
  /** From 0 to 1, of this process and the present CA: spreads renewals. */
  readonly jitter: number
  /** Has every webhook configuration carried this CA for long enough? */
  readonly isSettled: (fingerprint: string) => boolean
  /** And at the moment? */
  readonly isCarried: (fingerprint: string) => boolean
}

/**
 * The next step of a Secret's life, undefined while all is well:
 *
 *     nothing ─create─► ca ─prepare─► ca, next ─promote─► ca, previous ─forget─► ca
 *
 * Pure: any replica may take any step, as each is a write that only one of them succeeds with.
 */
export function nextAuthorityStep(state: AuthorityState, view: AuthorityView): AuthorityStep | undefined {
  const { ca, next, previous, faults } = state
  const { now, jitter, isSettled, isCarried } = view
  const why = faults.length === 0 ? 'the Secret has none' : faults.join(', ')
  if (ca === undefined) {
    return next === undefined
      ? { kind: 'create', reason: why }
      : { kind: 'promote', reason: `nothing else can sign: ${why}` }
  }
  if (next !== undefined && isSettled(next.fingerprint)) {
    return { kind: 'promote', reason: 'every webhook configuration carries it' }
  }
  if (next !== undefined && isCarried(next.fingerprint) && now >= lastMoment(madeAt(ca), ca.expires)) {
    return { kind: 'promote', reason: 'the CA expires soon' }
  }
  if (next === undefined && now >= renewalTime(madeAt(ca), ca.expires, jitter)) {
    const reason = faults.length === 0 ? 'two thirds of the life of the CA are over' : why
    return { kind: 'prepare', reason }
  }
  if (previous.some(({ expires }) => expires <= now)) {
    return { kind: 'forget', reason: 'what they have signed has expired' }
  }
  return undefined
}
