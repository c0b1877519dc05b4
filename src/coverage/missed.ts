import type { CoverageReason } from './types.ts'

/** Reasons of pods that have no sidecar though nobody has wished for that: what happened, or names of what is not there. */
export const missedReasons: ReadonlySet<CoverageReason> = new Set<CoverageReason>([
  'before-webhook',
  'before-namespace-label',
  'before-settings',
  'webhook-ignored',
  'unexplained',
  'revision-unknown',
  'no-inject-config',
  'policy-unknown',
])
