import { InjectionError } from '../injection/errors.ts'
import type { InjectionRequest, Outcome } from '../injection/outcome.ts'
import { allowed, denied, encodeAnswer, failed, patched, type Answer } from './answer.ts'
import { ReviewError } from './errors.ts'
import { noticeOf } from './notice.ts'
import { parseReview } from './review.ts'
import type { Review } from './types.ts'

/** What is sent back for one body, and what the log and the metrics say about it. */
export interface Handled {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Undefined for a body that is not JSON. */
  readonly answer?: Answer
  /** Undefined if the body was no review of a pod. */
  readonly review?: Review
  /** The revision whose settings answered; undefined where none did. */
  readonly revision?: string | undefined
  /** A defect of ours, for the log; its cause is what was thrown. */
  readonly defect?: InjectionError
}

/** The core as the webhook needs it: the settings are already applied. */
export type Inject = (request: InjectionRequest) => Outcome

/**
 * Answers the body of one `POST /inject`; `path` is what follows `/inject` in the URL, decoded. Never throws:
 * whatever happens, the API server gets an answer with the uid of its request.
 */
export function handleReview(inject: Inject, body: Buffer | string, path: string): Handled {
  let review: Review
  try {
    review = parseReview(body)
  } catch (error) {
    return unreadable(error)
  }

  const outcome = ask(inject, { pod: review.object, namespace: review.namespace, path })
  const answer = answerTo(outcome, review)
  const handled = { ...json(encodeAnswer(answer, review)), answer, review, revision: outcome.revision }
  return outcome.kind === 'failed' && outcome.error.code === 'internal'
    ? { ...handled, defect: outcome.error }
    : handled
}

/** The core answers rather than throws; where it does throw, that is an answer, too. */
function ask(inject: Inject, request: InjectionRequest): Outcome {
  try {
    return inject(request)
  } catch (error) {
    return { kind: 'failed', error: asInjectionError(error) }
  }
}

function answerTo(outcome: Outcome, { object }: Review): Answer {
  const { revision, templateHash } = outcome
  return { ...answerBy(outcome, object), revision, templateHash }
}

function answerBy(outcome: Outcome, pod: Review['object']): Answer {
  if (outcome.kind === 'skipped') return allowed(outcome.decision, noticeOf(outcome.decision, pod))
  if (outcome.kind === 'injected') return patched(outcome.decision, outcome.patch)
  return failed(outcome.error, outcome.decision)
}

function unreadable(error: unknown): Handled {
  if (!(error instanceof ReviewError))
    return { ...plainText(500, 'internal error'), defect: asInjectionError(error) }
  if (error.code === 'not-json') return plainText(400, error.message)
  const answer = denied(error)
  return { ...json(encodeAnswer(answer, error.head)), answer }
}

/** Too deep a recursion over a hostile pod (V8 throws a RangeError), or a defect. */
function asInjectionError(cause: unknown): InjectionError {
  if (cause instanceof InjectionError) return cause
  if (cause instanceof RangeError) {
    return new InjectionError('pod-undecodable', 'the pod is nested too deeply to be injected', { cause })
  }
  return new InjectionError(
    'internal',
    'the sidecar injector failed; its log names this request by its uid',
    { cause },
  )
}

/** A short text for what is no review at all. */
export function plainText(status: number, text: string): Handled {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` }
}

function json(body: string): Handled {
  return { status: 200, contentType: 'application/json', body }
}
