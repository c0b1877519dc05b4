import type { ReviewVersion } from './types.ts'

/** Why a body cannot be answered as the review of a pod; codes are label values of the metrics. */
export type ReviewErrorCode =
  | 'not-json' // the body cannot be parsed
  | 'not-a-review' // JSON, but no AdmissionReview of a version we know, or one without a request
  | 'not-a-pod' // a review of another kind

/** What of the review could be read before it failed: enough to answer in kind. */
export interface ReviewHead {
  readonly apiVersion: ReviewVersion
  readonly uid: string
}

/** A body that is no review of a pod; the message is what the user of kubectl reads. */
export class ReviewError extends Error {
  readonly code: ReviewErrorCode
  readonly head: ReviewHead

  constructor(code: ReviewErrorCode, message: string, head: ReviewHead, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ReviewError'
    this.code = code
    this.head = head
  }
}
