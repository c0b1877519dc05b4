import type { Authority } from './authority.ts'
import { lastMoment, renewalTime } from './lifetimes.ts'

/** A certificate that is being served. */
export interface ServedLeaf {
  /** Its issuer, with the key: it can be renewed though the API server is away. */
  readonly authority: Authority
  readonly made: number
  readonly expires: number
}

export interface LeafView {
  readonly now: number
  /** From 0 to 1, of this process and certificate. */
  readonly jitter: number
  /** Does every webhook configuration carry this CA at the moment? */
  readonly isCarried: (fingerprint: string) => boolean
  /** And has it for long enough? */
  readonly isSettled: (fingerprint: string) => boolean
}

/**
 * The CA to have a new certificate from now; undefined while the one that is served is good. `signer` is the Secret's,
 * undefined if it cannot be read. A certificate of another CA is taken up only when nobody will refuse it.
 */
export function leafIssuer(
  served: ServedLeaf | undefined,
  signer: Authority | undefined,
  view: LeafView,
): Authority | undefined {
  const { now, jitter, isCarried, isSettled } = view
  if (served === undefined || served.expires <= now) return signer ?? served?.authority
  const { authority } = served
  const isDue = now >= renewalTime(served.made, served.expires, jitter)
  if (signer === undefined || signer.fingerprint === authority.fingerprint)
    return isDue ? authority : undefined
  if (isSettled(signer.fingerprint)) return signer
  const hasNothingToLose = !isCarried(authority.fingerprint) || now >= lastMoment(served.made, served.expires)
  if (hasNothingToLose && isCarried(signer.fingerprint)) return signer
  return isDue ? authority : undefined
}
