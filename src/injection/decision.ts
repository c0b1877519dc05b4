/**
 * Why a pod is injected or not: one value that the log, the metrics, `review`, `explain` and the answer's
 * warnings all print. Codes are stable; they are label values and appear in scripts.
 */
export interface Decision {
  readonly inject: boolean
  readonly reason: ReasonCode
  /** A sentence for people: what decided, and its value. */
  readonly message: string
  /** What decided, e.g. `pod.spec.hostNetwork`, `metadata.annotations["sidecar.istio.io/inject"]`. */
  readonly field: string
  /** Things worth saying although they did not decide, e.g. an unknown value that was ignored. */
  readonly warnings: readonly string[]
}

/** Every reason there is, with the sentence that the reference page shows. The order is the order of the checks. */
export const reasons = {
  'revision-unknown': 'the path or a label names a revision that this injector does not have',
  'revision-not-selected':
    'no webhook selects the pod, by the labels of its namespace and its own (said by commands: the server is not asked)',
  'host-network': 'the pod uses the host network, where the sidecar cannot redirect traffic',
  'system-namespace': 'the namespace belongs to Kubernetes itself',
  'inject-label': 'the label sidecar.istio.io/inject says so',
  'inject-annotation': 'the annotation sidecar.istio.io/inject says so',
  'never-inject-selector': 'a neverInjectSelector of the injector config matches the labels',
  'always-inject-selector': 'an alwaysInjectSelector of the injector config matches the labels',
  'policy-enabled': 'policy is enabled and nothing else decided',
  'policy-disabled': 'policy is disabled and nothing asked for injection',
  'policy-unknown': 'policy is neither enabled nor disabled, which Istio takes for never',
  'already-injected': 'the pod template has a sidecar already (kube-inject)',
  'own-sidecar': 'the pod has a container istio-proxy of its own (releases up to 1.8)',
  'no-inject-config': 'the injector config is empty or missing, so there is no sidecar to inject',
} as const

export type ReasonCode = keyof typeof reasons
