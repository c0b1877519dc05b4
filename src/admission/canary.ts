import { isObject, objectAt, stringAt } from '../injection/json.ts'
import { encodeAnswer } from './answer.ts'
import type { Handled } from './handle.ts'

/** The annotation by which `doctor`'s canary is known; its value is a nonce. Only dry runs are taken for one. */
export const canaryKey = 'sidecar-injector/canary'

/** The annotation that the canary comes back with: who has seen it, and what became of it. */
export const receiptKey = 'sidecar-injector/seen-by'

/** What a server says of a canary. */
export interface Receipt {
  /** Host name of the process: that of the pod. */
  readonly by: string
  readonly decision: string
  readonly reason: string
}

/** What others may write as a nonce would be kept, and shown. */
const nonce = /^[a-z0-9-]{8,64}$/

/** The nonce, if the review that was answered is a canary's. */
export function nonceOf({ review }: Handled): string | undefined {
  if (review?.dryRun !== true || !isObject(review.object)) return undefined
  const text = stringAt(objectAt(objectAt(review.object, 'metadata'), 'annotations'), canaryKey)
  return nonce.test(text) ? text : undefined
}

/** The same answer, with the receipt on the pod. A refusal needs none: it names the webhook itself. */
export function withReceipt(handled: Handled, by: string): Handled {
  const { answer, review } = handled
  if (answer === undefined || review === undefined || !answer.allowed) return handled
  const value = receiptText({ by, decision: answer.verdict, reason: answer.reason })
  const path = `/metadata/annotations/${receiptKey.replace('/', '~1')}`
  const operation = JSON.stringify({ op: 'add', path, value })
  // The annotations are there, as the nonce is one of them, whatever the patch has done before.
  const patch = answer.patch === '' ? `[${operation}]` : `${answer.patch.replace(/\]\s*$/, '')},${operation}]`
  return { ...handled, body: encodeAnswer({ ...answer, patch }, review) }
}

/** `web-7d9c injected policy-enabled`: plain words, as people read annotations, too. */
function receiptText({ by, decision, reason }: Receipt): string {
  return `${by} ${decision} ${reason}`
}

/** Reads what {@link withReceipt} has written. */
export function readReceipt(text: string): Receipt {
  const [by = '', decision = '', reason = ''] = text.split(' ')
  return { by, decision, reason }
}
