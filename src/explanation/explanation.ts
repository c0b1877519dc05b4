import type { CoverageReason } from '../coverage/types.ts'
import type { InjectionErrorCode } from '../injection/errors.ts'
import type { Json } from '../injection/json.ts'
import type { SelectionKind } from '../selection/select.ts'

/** What is the matter with a pod, or with one that would be made. */
export type Verdict =
  | 'injected' // it is there, with the sidecar that it would get now
  | 'outdated' // it is there, with another
  | 'not-injected' // it is there, without
  | 'would-be-injected'
  | 'would-not-be-injected'
  | 'would-be-refused' // it would not be created
  | 'not-known' // something decides that is not known here

/** The code of what decided. */
export type ExplanationReason = CoverageReason | InjectionErrorCode | keyof typeof explanationReasons

/** The reasons that only `explain` gives; codes are stable. */
export const explanationReasons = {
  'webhook-failed':
    'the API server could not call a webhook whose failurePolicy is Fail, as an Event or its Service tells, so that no pod is made',
  'not-admitted':
    'the API server does not take the pods for another reason (Pod Security, a quota, another webhook, …), as an Event tells, so that none is made',
  'condition-failed':
    'a matchCondition of the webhook fails, and failurePolicy is Fail, so that no pod is made',
  'condition-unknown': 'a selector or matchCondition asks for what is not known here',
} as const

/** What the API server does with a webhook. */
export interface WebhookLine {
  readonly configuration: string
  readonly name: string
  readonly kind: SelectionKind
  /** `namespaceSelector`; empty where nothing is against it. */
  readonly field: string
  readonly because: string
  readonly failurePolicy: 'Fail' | 'Ignore'
}

/** What would become of the pod if it were created now. */
export interface NowLine {
  readonly outcome: 'injected' | 'not-injected' | 'refused' | 'not-known'
  readonly reason: ExplanationReason
  readonly message: string
  readonly field: string
}

export interface EventLine {
  /** RFC 3339. */
  readonly time: string
  readonly object: string
  readonly reason: string
  readonly message: string
  readonly count: number
}

/** Pods of a workload or namespace that are the same. */
export interface PodsLine {
  readonly state: string
  readonly reason: CoverageReason
  readonly count: number
  /** Some of their names. */
  readonly names: readonly string[]
}

/** Everything that is said of one object. */
export interface Explanation {
  /** `Deployment` */
  readonly kind: string
  readonly namespace: string
  /** `web`; a star stands for the generated end of a name. */
  readonly name: string
  /** It is a pod that is there. */
  readonly exists: boolean
  readonly verdict: Verdict
  readonly reason: ExplanationReason
  /** A sentence: what decided, and its value. */
  readonly message: string
  /** Where that stands: `spec.hostNetwork`. */
  readonly field: string
  /** The revision that injects, and what its settings are taken for; undefined where none does. */
  readonly revision: string | undefined
  readonly release: string | undefined
  readonly templateHash: string | undefined
  readonly now: NowLine
  readonly webhooks: readonly WebhookLine[]
  readonly pods: readonly PodsLine[]
  /** What was seen, with times. */
  readonly evidence: readonly string[]
  readonly events: readonly EventLine[]
  /** What kubectl would show when it is created. */
  readonly warnings: readonly string[]
  /** What to do, as commands where there is one. */
  readonly advice: readonly string[]
  /** What could not be seen, and what that makes uncertain. */
  readonly notKnown: readonly string[]
  /** The pod as it is or would be sent, and with its sidecar; undefined where it gets none. */
  readonly change: { readonly before: Json; readonly after: Json } | undefined
}
