import type { Facts } from '../facts.ts'
import { certain, type Cause } from '../finding.ts'
import { configurationName } from '../names.ts'
import { selects } from '../selection.ts'
import type { NamespaceFacts } from '../../selection/namespace.ts'
import { wantedLabels } from '../wanted-labels.ts'
import { injectingWebhooks, leftOut, unheardNamespaces, wishes } from '../wishes.ts'

/** Causes in the labels of namespaces. */
export const namespaceCauses: readonly Cause[] = [
  {
    id: 'selector-mismatch',
    summary: 'a namespace asks for sidecars by labels that no webhook selects',
    by: 'the labels of the namespaces, and the selectors of all injectors',
    find: (facts) => {
      const unheard = mismatched(facts)
      const [first] = unheard
      if (first === undefined) return undefined
      const names = unheard.map(({ name }) => name)
      const title = `No webhook selects pods of namespace ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
      const lines = (facts.target?.webhooks ?? []).flatMap((webhook) => {
        const selected = selects(webhook, first, {})
        return selected.selected ? [] : [`${webhook.name}: ${selected.because}`]
      })
      return certain(title, `namespace ${first.name} has ${labelText(first)}`, ...lines)
    },
    remedy: (facts) => {
      const [first] = mismatched(facts)
      const wanted = wantedLabels(facts.target, first)
      return wanted === undefined
        ? [
            'No label alone would do; see whom it is for, and widen it, or give the webhook a namespaceSelector of its own:',
            `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} -o jsonpath='{.webhooks[*].namespaceSelector}'`,
          ]
        : [
            'Label it as the webhook wants it:',
            `    kubectl label namespace ${first?.name ?? 'NAMESPACE'} ${wanted} --overwrite`,
          ]
    },
  },
  {
    id: 'no-namespace-selected',
    summary: 'no namespace asks for sidecars',
    by: 'the labels of the namespaces, and the selectors of all injectors',
    find: (facts) => {
      const { namespaces, target, seen } = facts
      if (namespaces === undefined || target === undefined || seen.asked.namespace !== undefined)
        return undefined
      const webhooks = injectingWebhooks(facts)
      const isHeard = namespaces.some((namespace) =>
        webhooks.some(
          (webhook) =>
            selects(webhook, namespace, {}).selected ||
            selects(webhook, namespace, { 'sidecar.istio.io/inject': 'true' }).selected,
        ),
      )
      if (isHeard || webhooks.length === 0 || unheardNamespaces(facts).length > 0) return undefined
      return certain(
        'No namespace is labelled for injection',
        `${namespaces.length} namespaces were looked at`,
      )
    },
    remedy: (facts) => [
      'Say which namespaces are injected:',
      `    kubectl label namespace NAMESPACE ${wantedLabels(facts.target, undefined) ?? 'istio-injection=enabled'}`,
    ],
  },
  {
    id: 'kube-system-on-eks',
    summary:
      'pods in kube-system reach no webhook on EKS, whose API server leaves them out; Istio injects none there anyway',
    by: 'the namespace that was asked for, or a label on kube-system',
    find: ({ isEks, seen, namespaces }) => {
      const namespace = namespaces?.find(({ name }) => name === 'kube-system')
      const isLabelled = namespace !== undefined && wishes(namespace)
      if (!isEks || (seen.asked.namespace !== 'kube-system' && !isLabelled)) return undefined
      return certain(
        'Pods in kube-system get no sidecar on EKS',
        ...(isLabelled
          ? [`namespace kube-system has ${labelText(namespace)}`]
          : ['it was asked for by --namespace']),
      )
    },
    remedy: () => [
      'Have the workload in a namespace of its own, and kube-system unlabelled:',
      '    kubectl label namespace kube-system istio-injection- istio.io/rev-',
    ],
  },
  {
    id: 'both-labels',
    summary: 'a namespace has istio-injection and istio.io/rev, of which Istio looks at the first only',
    by: 'the labels of the namespaces',
    find: ({ namespaces }) => {
      const both = withBothLabels(namespaces)
      if (both.length === 0) return undefined
      return certain(
        'A namespace names a revision and is injected by the default one',
        ...both.slice(0, 5).map((each) => `namespace ${each.name} has ${labelText(each)}`),
      )
    },
    remedy: ({ namespaces }) => {
      const [both] = withBothLabels(namespaces)
      return [
        'Take away the one that is not meant:',
        `    kubectl label namespace ${both?.name ?? 'NAMESPACE'} istio-injection-`,
      ]
    },
  },
]

/** The default revision is what they get anyway. */
function withBothLabels(namespaces: readonly NamespaceFacts[] | undefined): readonly NamespaceFacts[] {
  return (namespaces ?? []).filter(
    ({ labels }) =>
      labels['istio-injection'] === 'enabled' && !['default', undefined].includes(labels['istio.io/rev']),
  )
}

/** Those that no selector selects; what matchConditions leave out is another cause. */
function mismatched(facts: Facts): readonly NamespaceFacts[] {
  return unheardNamespaces(facts).filter((namespace) => leftOut(facts, namespace) === undefined)
}

/** The labels that matter here. */
function labelText({ labels }: NamespaceFacts): string {
  const found = Object.entries(labels).filter(([key]) => /^istio|sidecar|^topology\.istio\.io/.test(key))
  return found.map(([key, value]) => `${key}=${value}`).join(', ') || 'no such label'
}
