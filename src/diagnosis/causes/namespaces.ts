import { listAt, objectAt, textAt } from '../../cluster/objects.ts'
import { nameLabel, type NamespaceFacts } from '../../selection/namespace.ts'
import { helmUpgrade } from '../aws.ts'
import type { Facts } from '../facts.ts'
import { certain, type Cause } from '../finding.ts'
import type { PodWebhook } from '../injectors.ts'
import { textsAt } from '../members.ts'
import { configurationName } from '../names.ts'
import { selects } from '../selection.ts'
import { wantedLabels } from '../wanted-labels.ts'
import { injectingWebhooks, leftOut, systemNamespaces, unheardNamespaces, wishes } from '../wishes.ts'

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
      const byName = first === undefined ? undefined : leftOutByName(facts, first)
      if (byName !== undefined) return byName
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
      'pods in kube-system reach no webhook on EKS, whose API server leaves them out; Istio injects none there anyway, nor in kube-public and kube-node-lease',
    by: 'the namespace that was asked for, or a label on kube-system',
    find: ({ isEks, seen, namespaces }) => {
      const asked = askedOfKubernetes(seen)
      const namespace = namespaces?.find(({ name }) => name === (asked ?? 'kube-system'))
      const isLabelled = namespace !== undefined && wishes(namespace)
      if (asked === undefined && !(isEks && isLabelled)) return undefined
      const name = asked ?? 'kube-system'
      return certain(
        `Pods in ${name} get no sidecar${isEks && name === 'kube-system' ? ' on EKS' : ''}`,
        ...(isLabelled
          ? [`namespace ${name} has ${labelText(namespace)}`]
          : ['it was asked for by --namespace']),
      )
    },
    remedy: ({ seen }) => {
      const name = askedOfKubernetes(seen) ?? 'kube-system'
      return [
        `Have the workload in a namespace of its own, and ${name} unlabelled:`,
        `    kubectl label namespace ${name} istio-injection- istio.io/rev-`,
      ]
    },
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

/** The namespace of --namespace, if it belongs to Kubernetes. */
function askedOfKubernetes({ asked }: Facts['seen']): string | undefined {
  return systemNamespaces.find((name) => name === asked.namespace)
}

/** What to do about a namespace that all webhooks leave out by its name, which no label changes; undefined if they do not. */
function leftOutByName(facts: Facts, { name }: NamespaceFacts): readonly string[] | undefined {
  const webhooks = facts.target?.webhooks ?? []
  if (webhooks.length === 0 || !webhooks.every((webhook) => excludes(webhook, name))) return undefined
  if (name === facts.service?.namespace) {
    return ["The injector's own pods cannot wait for the injector: have the workload in another namespace."]
  }
  if (name === facts.istioNamespace) {
    return [
      'It is left out by its name; where gateways in it are to be injected, take it in, and label it or their pods:',
      `    ${helmUpgrade(facts, 'webhooks.includeIstioNamespace=true')}`,
    ]
  }
  return [
    'It is left out by its name: take it out of value webhooks.excludedNamespaces. See what is left out:',
    `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} -o jsonpath='{.webhooks[*].namespaceSelector}'`,
  ]
}

function excludes({ object }: PodWebhook, name: string): boolean {
  return listAt(objectAt(object, 'namespaceSelector'), 'matchExpressions').some(
    (term) =>
      textAt(term, 'key') === nameLabel &&
      textAt(term, 'operator') === 'NotIn' &&
      textsAt(term, 'values').includes(name),
  )
}

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
