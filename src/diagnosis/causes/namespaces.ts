import type { Facts } from '../facts.ts'
import { certain, type Cause } from '../finding.ts'
import { selects } from '../selection.ts'
import type { NamespaceFacts } from '../../selection/namespace.ts'
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
      return [
        'Label it as the webhook wants it:',
        `    kubectl label namespace ${first?.name ?? 'NAMESPACE'} ${wantedLabel(facts)} --overwrite`,
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
      `    kubectl label namespace NAMESPACE ${wantedLabel(facts)}`,
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
      const both = (namespaces ?? []).filter(
        ({ labels }) => labels['istio-injection'] === 'enabled' && labels['istio.io/rev'] !== undefined,
      )
      if (both.length === 0) return undefined
      return certain(
        'A namespace names a revision and is injected by the default one',
        ...both.slice(0, 5).map((each) => `namespace ${each.name} has ${labelText(each)}`),
      )
    },
    remedy: ({ namespaces }) => {
      const both = namespaces?.find(
        ({ labels }) => labels['istio-injection'] === 'enabled' && labels['istio.io/rev'] !== undefined,
      )
      return [
        'Take away the one that is not meant:',
        `    kubectl label namespace ${both?.name ?? 'NAMESPACE'} istio-injection-`,
      ]
    },
  },
]

/** Those that no selector selects; what matchConditions leave out is another cause. */
function mismatched(facts: Facts): readonly NamespaceFacts[] {
  return unheardNamespaces(facts).filter((namespace) => leftOut(facts, namespace) === undefined)
}

/** The labels that matter here. */
function labelText({ labels }: NamespaceFacts): string {
  const found = Object.entries(labels).filter(([key]) => /^istio|sidecar|^topology\.istio\.io/.test(key))
  return found.map(([key, value]) => `${key}=${value}`).join(', ') || 'no such label'
}

/** What the first webhook that wants a label wants, as `kubectl label` takes it. */
function wantedLabel({ target }: Facts): string {
  for (const { object } of target?.webhooks ?? []) {
    const label = firstWanted(JSON.stringify(object['namespaceSelector'] ?? {}))
    if (label !== undefined) return label
  }
  return 'istio-injection=enabled'
}

function firstWanted(selector: string): string | undefined {
  const parsed: {
    readonly matchLabels?: Readonly<Record<string, string>>
    readonly matchExpressions?: readonly {
      readonly key?: string
      readonly operator?: string
      readonly values?: readonly string[]
    }[]
  } = JSON.parse(selector)
  const [equal] = Object.entries(parsed.matchLabels ?? {})
  if (equal !== undefined) return equal.join('=')
  const wanted = parsed.matchExpressions?.find(({ operator }) => operator === 'In')
  return wanted?.key === undefined ? undefined : `${wanted.key}=${wanted.values?.[0] ?? ''}`
}
