import type { Decision } from './decision.ts'
import type { InjectionError } from './errors.ts'
import type { Json, StringMap } from './json.ts'

/** What the core is asked: one pod, in the form that `request.object` has. */
export interface InjectionRequest {
  readonly pod: Json | undefined
  /** `request.namespace`; counts where the pod's own metadata has none. */
  readonly namespace: string
  /** The URL path below `/inject`, decoded, e.g. `/cluster/c1/net/n1`; empty for `/inject` itself. */
  readonly path: string
  /** The annotations of the namespace object, which OpenShift's user ranges stand in. Default: none. */
  readonly namespaceAnnotations?: StringMap
  /** Told of the text that each template renders, for people who want to see it. Default: nobody is. */
  readonly onRendered?: RenderListener
}

/** Told that a template rendered a text; the one template of releases up to 1.8 is called `sidecar`. */
export type RenderListener = (template: string, text: string) => void

/** What the core answers; every caller (webhook, review, kube-inject, explain) prints one of these three. */
export type Outcome = (Skipped | Injected | Failed) & {
  /** The revision whose settings answered, where several are served. */
  readonly revision?: string
  /** SHA-256 of the templates of the settings that answered, in hex. */
  readonly templateHash?: string
}

/** Nothing is changed; the decision says why. */
export interface Skipped {
  readonly kind: 'skipped'
  readonly decision: Decision
}

/** The pod gets a sidecar: an RFC 6902 patch of the pod as received, as JSON text. */
export interface Injected {
  readonly kind: 'injected'
  readonly decision: Decision
  readonly patch: string
}

/** The pod cannot be injected as asked, and must not be created without: the request is refused. */
export interface Failed {
  readonly kind: 'failed'
  /** Absent where the pod could not be read at all. */
  readonly decision?: Decision
  readonly error: InjectionError
}
