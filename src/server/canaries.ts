import { nonceOf, withReceipt } from '../admission/canary.ts'
import type { Handled } from '../admission/handle.ts'

/** A canary of `doctor` that came here. */
export interface SeenCanary {
  readonly nonce: string
  /** ISO 8601 */
  readonly at: string
  readonly decision: string
  readonly reason: string
}

export interface Canaries {
  /** Notes a canary and adds the receipt to its answer; every other answer stays as it is. */
  acknowledge(handled: Handled): Handled
  /** The last ones, the newest last. */
  seen(): readonly SeenCanary[]
}

/** A doctor asks within seconds; with more of them at once the oldest is forgotten. */
const most = 64

/** Remembers canaries; `by` is what the receipts name: the pod. */
export function createCanaries(by: string, now: () => number = Date.now): Canaries {
  const seen: SeenCanary[] = []
  return {
    acknowledge(handled) {
      const nonce = nonceOf(handled)
      if (nonce === undefined || handled.answer === undefined) return handled
      const { verdict: decision, reason } = handled.answer
      seen.push({ nonce, at: new Date(now()).toISOString(), decision, reason })
      if (seen.length > most) seen.shift()
      return withReceipt(handled, by)
    },
    seen: () => seen,
  }
}
