/** How long certificates are good, in milliseconds. */
export interface Lifetimes {
  /** Of a server's certificate. */
  readonly certificateMs: number
  /** Of a CA. */
  readonly authorityMs: number
}

const day = 24 * 60 * 60 * 1000

/**
 * A month for what a process makes for itself as often as it likes, a year for what has to be trusted by others first.
 * (cert-manager's own webhook: a week and a year.)
 */
export const defaultLifetimes: Lifetimes = { certificateMs: 30 * day, authorityMs: 365 * day }

/** Clocks differ: a certificate is good from a little before it was made. */
export const backdatedMs = 5 * 60 * 1000

/** A third of its life before it ends, a certificate is renewed (cert-manager's rule). */
const renewAfter = 2 / 3

/** The part of its life by which renewals of one age are spread, so that not everybody comes at the same time. */
const spread = 1 / 30

/** When to renew what was made and expires at these times; `jitter` is from 0 to 1. */
export function renewalTime(made: number, expires: number, jitter: number): number {
  return made + (expires - made) * (renewAfter + spread * jitter)
}

/** When to give up waiting for a better time: somebody who reverts caBundles without end can keep it from coming. */
export function lastMoment(made: number, expires: number): number {
  return expires - (expires - made) / 10
}

/**
 * How long a webhook configuration has to carry a new CA before anybody serves a certificate of it. API servers see a
 * change of it through a cache of their own, each at its time: usually within a tenth of a second, after a broken watch in
 * some seconds.
 */
export function settleMs({ authorityMs }: Lifetimes): number {
  return Math.min(60_000, authorityMs / 30)
}

/** How often to look though nothing was heard: what a watch misses heals by itself (cert-manager: 10 s). */
export function pollMs({ certificateMs }: Lifetimes): number {
  return Math.max(250, Math.min(10_000, certificateMs / 20))
}

/** How long a call of the API server may take: meanwhile nothing is renewed. */
export function silenceMs(lifetimes: Lifetimes): number {
  return Math.max(2000, pollMs(lifetimes))
}
