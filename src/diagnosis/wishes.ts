import type { Facts } from './facts.ts'
import { isOrphaned } from './facts.ts'
import type { PodWebhook } from './injectors.ts'
import { selects } from './selection.ts'
import type { NamespaceFacts } from '../selection/namespace.ts'

/** Namespaces that belong to Kubernetes, where no release of Istio injects. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']

/** Whether the labels of a namespace ask for a sidecar, whoever is to hear it; ambient namespaces do not. */
export function wishes({ labels }: NamespaceFacts): boolean {
  if (labels['istio.io/dataplane-mode'] === 'ambient') return false
  const wish = labels['istio-injection']
  return wish === undefined ? labels['istio.io/rev'] !== undefined : wish !== 'disabled'
}

/** The webhooks of injectors, ours and Istio's, but for those whose Service is gone. */
export function injectingWebhooks({ configurations, seen }: Facts): readonly PodWebhook[] {
  return configurations
    .filter((configuration) => configuration.owner !== 'other' && !isOrphaned(configuration, seen.services))
    .flatMap(({ webhooks }) => webhooks)
}

/** The injectors that are called for an ordinary pod of a namespace. */
export function injectorsOf(facts: Facts, namespace: NamespaceFacts): readonly PodWebhook[] {
  return injectingWebhooks(facts).filter((webhook) => selects(webhook, namespace, {}).selected)
}

/** Which matchCondition of the target leaves out ordinary pods of a namespace that its selectors select. */
export function leftOut({ target }: Facts, namespace: NamespaceFacts): string | undefined {
  for (const webhook of target?.webhooks ?? []) {
    const selected = selects(webhook, namespace, {})
    if (!selected.selected && selected.because.startsWith('matchConditions')) {
      return `${webhook.name}: ${selected.because}`
    }
  }
  return undefined
}

/** Namespaces that ask for sidecars and are not heard, and the one that the operator asks about; those of Kubernetes never are. */
export function unheardNamespaces(facts: Facts): readonly NamespaceFacts[] {
  const { namespaces, seen, target } = facts
  if (namespaces === undefined || target === undefined || injectingWebhooks(facts).length === 0) return []
  return namespaces
    .filter((namespace) => namespace.name === seen.asked.namespace || wishes(namespace))
    .filter(({ name }) => !systemNamespaces.includes(name))
    .filter((namespace) => injectorsOf(facts, namespace).length === 0)
}
