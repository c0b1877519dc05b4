import { canaryKey, readReceipt, receiptKey, type Receipt } from '../admission/canary.ts'
import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import type { JsonObject } from '../golang/json-value.ts'

/**
 * A pod that every namespace takes: the strictest of the Pod Security Standards, quotas of every kind, LimitRanges (it asks for what a
 * proxy asks for). It is sent by dry run, so that it is never stored and never runs.
 */
export function canaryPod(
  namespace: string,
  nonce: string,
  labels: Readonly<Record<string, string>> = {},
): JsonObject {
  const resources = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `sidecar-injector-canary-${nonce}`,
      namespace,
      labels,
      annotations: { [canaryKey]: nonce },
    },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'canary',
          image: 'canary',
          resources: { requests: resources, limits: resources },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}

/** The receipt on the pod that came back; undefined if no server of ours has seen it. */
export function receiptOf(pod: JsonObject): Receipt | undefined {
  const text = textAt(objectAt(pod['metadata'], 'annotations'), receiptKey)
  return text === undefined ? undefined : readReceipt(text)
}

/** Whether the pod that came back has Istio's proxy, as container or as native sidecar. */
export function hasSidecar(pod: JsonObject): boolean {
  const spec = objectAt(pod, 'spec')
  return [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].some(
    (container) => textAt(container, 'name') === 'istio-proxy',
  )
}
