import type { Json } from '../injection/json.ts'

/** The versions that the API server speaks: v1beta1 since Kubernetes 1.9, v1 since 1.16; both have the same fields. */
export const reviewVersions = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'] as const

export type ReviewVersion = (typeof reviewVersions)[number]

/** An AdmissionReview's request, only the fields that we read. */
export interface Review {
  readonly apiVersion: ReviewVersion
  /** Echoed in the answer; the API server refuses an answer to another request. */
  readonly uid: string
  readonly namespace: string
  /** True for `kubectl apply --dry-run=server`; absent before Kubernetes 1.12. */
  readonly dryRun: boolean
  /** The pod as it was received, not looked at; undefined or null if the review has none (DELETE). */
  readonly object: Json | undefined
}
