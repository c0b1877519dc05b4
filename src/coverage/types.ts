import type { ReasonCode } from '../injection/decision.ts'

/** What a pod is, as far as its sidecar is concerned. */
export type CoverageState = 'injected' | 'outdated' | 'not-injected'

/** Why a pod is what it is: the code of a decision, or one of these. */
export type CoverageReason = ReasonCode | keyof typeof coverageReasons

/** The reasons that only pods have which are there already. Codes are stable; they are label values and appear in scripts. */
export const coverageReasons = {
  current: 'the pod has a sidecar of the settings and the revision that it would get now',
  'foreign-sidecar': 'the pod has a sidecar, though it would get none (any more), or none of ours',
  'template-changed': 'the sidecar is of another template than the settings have now (releases up to 1.8)',
  'image-changed': 'the sidecar has another version of the image than it would get now',
  'revision-changed': 'the sidecar is of another revision than the labels ask for now',
  'revision-gone': 'the sidecar is of a revision that the injector does not have (any more)',
  'match-condition': 'a matchCondition of the webhook leaves the pod out',
  'static-pod': 'the pod is the image of a static pod, which the kubelet runs as its file says',
  'before-webhook': 'the pod is older than the webhook that would select it',
  'before-namespace-label': 'the pod is older than the label of its namespace that would select it',
  'before-settings': 'the pod is older than the settings that would inject it',
  'webhook-ignored':
    'the webhook selects the pod, but its call failed and failurePolicy is Ignore, or so it seems',
  unexplained: 'the pod should have a sidecar, and nothing is seen that says why it has none',
} as const

/** One pod. */
export interface PodCoverage {
  readonly namespace: string
  readonly name: string
  /** `Deployment/web`; undefined for a pod that nobody controls. */
  readonly owner: string | undefined
  readonly state: CoverageState
  readonly reason: CoverageReason
  /** A sentence for people, with what decided and its value. */
  readonly message: string
  /** The revision that injected, as far as the pod tells. */
  readonly revision: string | undefined
  /** The tag of the sidecar's image; undefined without a sidecar. */
  readonly version: string | undefined
}

/** How many pods of a namespace are the same. */
export interface CoverageCount {
  readonly state: CoverageState
  readonly reason: CoverageReason
  readonly count: number
}

/** A namespace and its pods, without those that have ended. */
export interface NamespaceCoverage {
  readonly name: string
  /** The namespace's labels that injectors select by: `istio-injection=enabled`, `istio.io/rev=1-30`. */
  readonly labels: readonly string[]
  readonly injected: number
  readonly outdated: number
  readonly notInjected: number
  /** Most first. */
  readonly counts: readonly CoverageCount[]
  /** By name. */
  readonly pods: readonly PodCoverage[]
}

/** A cluster's state of injection. */
export interface Coverage {
  readonly injected: number
  readonly outdated: number
  readonly notInjected: number
  /** By name; those without pods are there, too. */
  readonly namespaces: readonly NamespaceCoverage[]
  /** What was not to be seen, as sentences, so that reasons may be wrong. */
  readonly notKnown: readonly string[]
}
