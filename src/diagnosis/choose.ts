import { objectAt } from '../cluster/objects.ts'
import type { JsonObject } from '../golang/json-value.ts'
import { canaryPod } from './canary.ts'
import type { Facts } from './facts.ts'
import { selects, type Labels } from './selection.ts'
import type { NamespaceFacts } from '../selection/namespace.ts'
import { systemNamespaces, wishes } from './wishes.ts'

/** Where a canary is to be sent, and with which labels; or why there is no such place. */
export type CanaryPlan = { readonly namespace: string; readonly labels: Labels } | { readonly why: string }

/** The label by which a pod asks for a sidecar where its namespace does not. */
const asking: Labels = { 'sidecar.istio.io/inject': 'true' }

/**
 * An existing namespace whose pods the webhook is called for: the one that the operator asks about, else the first by
 * name that asks for sidecars, else any in which a pod may ask itself. None is made for it.
 */
export function planCanary({ seen, target, namespaces }: Facts): CanaryPlan {
  const { namespace: asked } = seen.asked
  const webhooks = target?.webhooks ?? []
  if (asked !== undefined) return { namespace: asked, labels: {} }
  if (webhooks.length === 0) return { why: 'there is no webhook of an injector that it could be sent to' }
  if (namespaces === undefined) {
    return { why: 'namespaces may not be listed: name one that is to be injected (--namespace)' }
  }
  const usual = namespaces
    .filter(({ name }) => !systemNamespaces.includes(name))
    .toSorted((a, b) => Number(wishes(b)) - Number(wishes(a)) || (a.name < b.name ? -1 : 1))
  for (const labels of [{}, asking]) {
    const found = usual.find((namespace) => webhooks.some((each) => isCalled(each, namespace, labels)))
    if (found !== undefined) return { namespace: found.name, labels }
  }
  return { why: 'no namespace is selected by the webhook' }
}

function isCalled(
  webhook: Parameters<typeof selects>[0],
  namespace: NamespaceFacts,
  labels: Labels,
): boolean {
  return selects(webhook, namespace, labels).selected
}

/** The pod of a plan. */
export function plannedPod(
  plan: { readonly namespace: string; readonly labels: Labels },
  nonce: string,
): JsonObject {
  return canaryPod(plan.namespace, nonce, plan.labels)
}

/** The same without a sidecar: by the label, which Istio looks at from 1.11 on, and by the annotation. */
export function controlPod(plan: { readonly namespace: string; readonly labels: Labels }): JsonObject {
  const opt = { 'sidecar.istio.io/inject': 'false' }
  const pod = canaryPod(plan.namespace, 'control', { ...plan.labels, ...opt })
  return { ...pod, metadata: { ...objectAt(pod, 'metadata'), annotations: opt } }
}
