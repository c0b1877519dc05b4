import type { Rendered } from '../reviews/rendered.ts'
import type { Row } from '../reviews/side-by-side.ts'

/* What the page's own scripts ask and are answered, as JSON. */

/** `GET state` */
export interface PageState {
  /** Of this program. */
  readonly version: string
  /** What can be chosen to inject, in the order of names. */
  readonly revisions: readonly RevisionState[]
  readonly tags: readonly TagState[]
  /** Namespaces that are known, with their labels; none where no cluster is watched. */
  readonly namespaces: readonly NamespaceState[]
  /** Is there a picture of a cluster to be shown? */
  readonly hasPicture: boolean
}

export interface RevisionState {
  readonly name: string
  /** `1.30.3` */
  readonly release: string
  /** Why it is taken for that release. */
  readonly because: string
  readonly warnings: readonly string[]
}

export interface TagState {
  readonly name: string
  readonly revision: string
}

export interface NamespaceState {
  readonly name: string
  /** Those by which injectors select: `istio-injection=enabled`. */
  readonly labels: readonly string[]
}

/** `POST review` */
export interface ReviewQuestion {
  /** YAML or JSON, of one object or of many. */
  readonly text: string
  /** Of objects that name none. */
  readonly namespace: string
  /** Default: as the cluster has them; where none is watched, not known, so that pods are taken for selected. */
  readonly namespaceLabels?: Readonly<Record<string, string>>
  /** The revision or tag to inject with. Default: as labels say. */
  readonly revision?: string
}

export type ReviewAnswer = ReviewedText | UnreadableText

export interface ReviewedText {
  readonly kind: 'reviewed'
  readonly pods: readonly ReviewedPod[]
  /** What of the text has nothing to do with pods: `Service shop/web`. */
  readonly ignored: readonly string[]
  /** How many more there were than are reviewed at once. */
  readonly leftOut: number
}

export interface UnreadableText {
  readonly kind: 'unreadable'
  /** With the line and a caret. */
  readonly detail: string
  /** Of the text, from 1; 0 if the fault has no place. */
  readonly line: number
  readonly column: number
}

/** What would become of one pod. */
export interface ReviewedPod {
  /** `Deployment` */
  readonly kind: string
  /** `shop/web` */
  readonly name: string
  /** The pod was made from the template of a workload. */
  readonly isMade: boolean
  /** `failed` and `refused` pods are not created at all. */
  readonly verdict: 'injected' | 'skipped' | 'failed' | 'refused'
  /** A code of docs/errors.md. */
  readonly reason: string
  readonly message: string
  /** What decided: `metadata.labels["istio.io/rev"]`. */
  readonly field?: string
  /** What to do about a failure. */
  readonly advice?: string
  /** Where a failure is. */
  readonly fault?: ReviewedFault
  readonly by?: ReviewedBy
  /** Which of the cluster's webhooks decides, where they are known. */
  readonly webhook?: ReviewedWebhook
  readonly warnings: readonly string[]
  readonly rendered: readonly Rendered[]
  /** The pod as YAML next to the injected one; absent if nothing changes, or too much. */
  readonly rows?: readonly Row[]
  /** The injected pod as YAML. */
  readonly injected?: string
  /** RFC 6902, as JSON text. */
  readonly patch?: string
}

export interface ReviewedFault {
  /** `rendered`: of the last text that was rendered. */
  readonly source: 'template' | 'rendered'
  readonly line: number
}

/** Whose settings answered. */
export interface ReviewedBy {
  readonly revision: string
  /** What chose it: `label istio.io/rev of the namespace names`; absent where there is but one. */
  readonly says?: string
  readonly release: string
}

export interface ReviewedWebhook {
  readonly name: string
  /** The MutatingWebhookConfiguration that it is in. */
  readonly configuration: string
  /** `called`, or the kind of a Selection that is not. */
  readonly kind: string
  readonly because: string
}

/** A request that the page's own scripts do not make, with what is wrong with it. */
export interface RefusedQuestion {
  readonly kind: 'refused'
  readonly message: string
}
