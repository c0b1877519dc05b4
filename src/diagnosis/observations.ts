import type { EksName } from '../cluster/eks-name.ts'
import type { JsonObject } from '../golang/json-value.ts'

/** What was looked at, or why it could not be. */
export type Seen<T> = { readonly value: T } | { readonly missing: string }

/** An object that was asked for by name; null: there is none. */
export type SeenObject = Seen<JsonObject | null>

/**
 * Everything that a diagnosis is made from: objects as the API server sent them, and what became of the canary and of
 * the calls to the injector's pods. It is JSON, so that it can be written down and judged elsewhere.
 */
export interface Observations {
  /** When, by the clock of who looked, e.g. `2026-11-24T09:43:27Z`. */
  readonly at: string
  /** The API server's address. */
  readonly server: string
  /** What a kubeconfig says about it, if it is one of Amazon EKS. */
  readonly eks?: EksName | undefined
  /** Whether who looked is a pod: then it can call other pods itself. */
  readonly place: 'in-cluster' | 'outside'
  readonly asked: Asked
  /** Set if the API server could not be called at all; then there is nothing else. */
  readonly failure?: CallFailure
  /** `GET /version` */
  readonly version: Seen<JsonObject>
  /** `GET /apis/admissionregistration.k8s.io` */
  readonly admissionApi: SeenObject
  readonly configurations: Seen<readonly JsonObject[]>
  readonly namespaces: Seen<readonly JsonObject[]>
  readonly nodes: Seen<readonly JsonObject[]>
  readonly daemonSets: Seen<readonly JsonObject[]>
  /** The Services that injecting webhooks name, by `namespace/name`. */
  readonly services: Readonly<Record<string, SeenObject>>
  /** These five are of the injector's namespace. */
  readonly endpointSlices: Seen<readonly JsonObject[]>
  readonly pods: Seen<readonly JsonObject[]>
  readonly deployments: Seen<readonly JsonObject[]>
  readonly networkPolicies: Seen<readonly JsonObject[]>
  readonly securityGroupPolicies: Seen<readonly JsonObject[]>
  readonly eniConfigs: Seen<readonly JsonObject[]>
  /** Those of Istio's namespace, with the lengths of their values in place of the values. */
  readonly configMaps: Seen<readonly JsonObject[]>
  readonly events: Seen<readonly JsonObject[]>
  readonly metrics: Seen<MetricsChange>
  readonly canary: CanaryResult
  /** The same pod, which asks for no sidecar; sent where the canary was refused by another word than that of a failed call. */
  readonly control?: CanaryResult
  /** The longest that the API server took for a call which needs nobody else, meanwhile. */
  readonly plainMs?: number
  readonly endpoints: readonly EndpointProbe[]
}

/** What the operator asked, by flags. */
export interface Asked {
  /** Whose pods are to be injected. */
  readonly namespace?: string | undefined
  /** Of Istio's ConfigMaps. Default: what the injector is told, else istio-system. */
  readonly istioNamespace?: string | undefined
  /** The MutatingWebhookConfiguration that is meant. Default: found. */
  readonly configuration?: string | undefined
}

/** A call of the API server that failed, as ClusterError has it. */
export interface CallFailure {
  readonly code: string
  readonly message: string
}

/** A pod that was sent by server-side dry run. */
export type CanaryResult =
  | { readonly kind: 'not-sent'; readonly why: string }
  | (SentCanary & { readonly kind: 'admitted'; readonly pod: JsonObject })
  | (SentCanary & { readonly kind: 'refused'; readonly status: number | undefined; readonly message: string })

export interface SentCanary {
  readonly namespace: string
  readonly nonce: string
  /** As it was sent. */
  readonly sent: JsonObject
  readonly ms: number
}

/** How a count or a sum of the API server has changed while the canary was under way. */
export interface MetricsChange {
  /** API servers that answered both before and after. */
  readonly servers: number
  /** By series as written, e.g. `apiserver_admission_webhook_request_total{name="…",code="200"}`. */
  readonly series: readonly SeriesChange[]
}

export interface SeriesChange {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly after: number
  readonly change: number
}

/** What came of calls to one pod of the injector. */
export interface EndpointProbe {
  readonly pod: string
  readonly address: string
  /** Whether the API server may choose it. */
  readonly ready: boolean
  /** Of the webhook. */
  readonly port: number
  /** `GET` by the API server's own proxy: the way that its webhook calls take, but for names and certificates. */
  readonly byApiServer: Seen<Reached>
  /** From where we are, which makes sense in a pod only. */
  readonly direct: Seen<DirectProbe>
  /** What the pod says of itself at `/doctor` of its operations listener. */
  readonly self: Seen<JsonObject>
  /** How long it took to say it. */
  readonly selfMs: number
}

/** An answer of any status, or what stood in its way. */
export type Reached =
  | { readonly reached: true; readonly ms: number }
  | { readonly reached: false; readonly ms: number; readonly error: string }

export interface DirectProbe {
  readonly tcp: Reached
  readonly tls?: Reached
  readonly http?: Reached
  /** The chain that is served, PEM. */
  readonly chain?: string
}

/** The value, or undefined for what could not be seen. */
export function valueOf<T>(seen: Seen<T>): T | undefined {
  return 'value' in seen ? seen.value : undefined
}
