import { objectAt } from '../../cluster/objects.ts'
import type { JsonObject } from '../../golang/json-value.ts'
import { changeOf } from '../api-metrics.ts'
import { isAboutSidecar, readCallFault, refusedBy } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { isOrphaned } from '../facts.ts'
import { helmUpgrade } from '../aws.ts'
import { isAbout } from '../path-fault.ts'
import { certain, probable, type Cause, type Found } from '../finding.ts'
import { serviceKey, type Configuration, type Owner, type PodWebhook } from '../injectors.ts'
import { refusedFor } from '../control.ts'
import { valueOf, type Observations } from '../observations.ts'
import type { NamespaceFacts } from '../../selection/namespace.ts'
import { labelsOf, selects, type Labels } from '../selection.ts'
import { told } from '../told.ts'
import { injectingWebhooks, leftOut, unheardNamespaces } from '../wishes.ts'

const exclusions = 'apiserver_admission_match_condition_exclusions_total'

/** Causes in the webhook configurations. */
export const configurationCauses: readonly Cause[] = [
  {
    id: 'webhook-missing',
    summary: 'there is no MutatingWebhookConfiguration of an injector',
    by: 'the MutatingWebhookConfigurations',
    find: ({ seen, target, configurations }) => {
      if (valueOf(seen.configurations) === undefined || target !== undefined) return undefined
      const { configuration } = seen.asked
      const title =
        configuration === undefined
          ? 'There is no webhook configuration of an injector, neither of this one nor of Istio'
          : `There is no webhook configuration ${configuration}`
      const others = configurations.map(({ name }) => name).join(', ') || 'none'
      return certain(title, `configurations that are called for new pods: ${others}`)
    },
    remedy: () => [
      'Install the injector (docs/install.md); the same brings the configuration back where only that was deleted, if release and namespace are those of then:',
      '    helm upgrade --install eks-sidecar-injector charts/eks-sidecar-injector --namespace sidecar-injector --create-namespace --reset-then-reuse-values --wait --set image.repository=REGISTRY/eks-sidecar-injector',
    ],
  },
  {
    id: 'webhook-orphaned',
    summary: 'a webhook configuration was left behind: the Service that it calls is gone',
    by: 'the Services that the webhooks of injectors name',
    find: (facts) => {
      const orphans = orphaned(facts)
      if (orphans.length === 0) return undefined
      const names = orphans.map(({ name }) => name)
      const lines = orphans.flatMap(({ name, webhooks }) =>
        [...new Set(webhooks.flatMap(({ service }) => (service ? [serviceKey(service)] : [])))].map(
          (service) => `${name} calls Service ${service}, which is not there`,
        ),
      )
      const policies = orphans.flatMap(({ webhooks }) => webhooks).some(isFatal)
        ? ['failurePolicy is Fail: no pod that it selects can be created']
        : []
      const said = facts.fault?.kind === 'service-not-found' ? [told(facts)] : []
      return certain(
        `Webhook configuration ${names.join(', ')} calls a Service that is gone`,
        ...said,
        ...lines,
        ...policies,
      )
    },
    remedy: (facts) => [
      'Install the injector again, or take away what was left behind:',
      ...orphaned(facts).map(({ name }) => `    kubectl delete mutatingwebhookconfiguration ${name}`),
      'Where it is of this injector, `sidecar-injector doctor --fix` does it.',
    ],
  },
  {
    id: 'failing-open',
    summary: 'calls of the webhook fail, and pods are created without a sidecar: failurePolicy is Ignore',
    by: 'the canary comes back as it was sent, and `apiserver_admission_webhook_fail_open_count` rises',
    find: failingOpen,
    remedy: (facts) => [
      'Mend why calls fail. What went without meanwhile stays so until it is created anew; see what that is:',
      '    sidecar-injector coverage --pods',
      ...(facts.target === undefined || facts.target.owner === 'ours'
        ? [
            'To have the API server refuse pods from now on rather than let them go without:',
            `    ${helmUpgrade(facts, 'webhooks.failurePolicy=Fail')}`,
          ]
        : []),
    ],
  },
  {
    id: 'match-conditions',
    summary: 'the matchConditions of the webhook leave out ordinary pods',
    by: 'the conditions, evaluated for an ordinary pod, or `apiserver_admission_match_condition_exclusions_total`, which rises with the canary',
    find: conditionsLeaveOut,
    remedy: ({ target }) => [
      'See which of them does not hold:',
      `    kubectl get mutatingwebhookconfiguration ${target?.name ?? 'NAME'} -o jsonpath='{.webhooks[*].matchConditions}'`,
    ],
  },
  {
    id: 'own-namespace-selected',
    summary: "the webhook selects the injector's own pods: once all are gone, none can be created any more",
    by: "the selectors of the webhook, on the injector's own namespace and pods",
    find: ({ target, namespaces, pods, service, seen }) => {
      const namespace = namespaces?.find(({ name }) => name === service?.namespace)
      if (target === undefined || namespace === undefined) return undefined
      const labels = ownLabels(pods[0]?.object, seen)
      const own = target.webhooks.filter(
        (webhook) => isFatal(webhook) && selects(webhook, namespace, labels).selected,
      )
      if (own.length === 0) return undefined
      const names = own.map(({ name }) => `${name} of ${target.name} has failurePolicy Fail and selects them`)
      return certain(`The injector's own pods in namespace ${namespace.name} wait for the injector`, ...names)
    },
    remedy: ({ service, target }) => [
      'Leave the namespace out, as the chart does (namespaceSelector: kubernetes.io/metadata.name NotIn), and have it unlabelled:',
      `    kubectl label namespace ${service?.namespace ?? 'NAMESPACE'} istio-injection- istio.io/rev-`,
      'If no pod is left, take the webhook away until there are some:',
      `    kubectl delete mutatingwebhookconfiguration ${target?.name ?? 'NAME'}`,
    ],
  },
  {
    id: 'two-injectors',
    summary: 'two webhooks of one injector select the same pods',
    by: 'the selectors of all injectors on the namespaces',
    find: (facts) => several(facts, (owners) => new Set(owners).size < owners.length),
    remedy: (facts) => [
      'Take one of them away, or give each namespaces of its own:',
      ...rivals(facts).map((name) => `    kubectl delete mutatingwebhookconfiguration ${name}`),
    ],
  },
  {
    id: 'istio-injector-too',
    summary: "Istio's own injector and this one select the same pods",
    by: 'the selectors of all injectors on the namespaces',
    find: (facts) => several(facts, (owners) => new Set(owners).size > 1),
    remedy: ({ configurations }) => [
      "Give ours namespaces of its own (value sideBySide.label), or take Istio's away:",
      ...configurations
        .filter(({ owner }) => owner === 'istio')
        .map(({ name }) => `    kubectl delete mutatingwebhookconfiguration ${name}`),
      'and install Istio without it (up to 1.5 sidecarInjectorWebhook.enabled=false, later global.operatorManageWebhooks=true).',
    ],
  },
  {
    id: 'dry-run-refused',
    summary: 'the webhook does not say that it has no side effects, so that every dry run is refused',
    by: '`does not support dry run`, or `sideEffects` of the webhook',
    find: ({ webhook, fault }) => {
      if (webhook === undefined || (webhook.takesDryRun && fault?.kind !== 'dry-run')) return undefined
      return certain(
        `${webhook.name} of ${webhook.configuration} refuses dry runs (kubectl diff, --dry-run=server)`,
        'sideEffects is neither None nor NoneOnDryRun, so that no canary could be sent',
      )
    },
    remedy: ({ target }) => [
      'The injector has no side effects; say so:',
      `    kubectl get mutatingwebhookconfiguration ${target?.name ?? 'NAME'} -o json | sed 's/"sideEffects": "[A-Za-z]*"/"sideEffects": "None"/' | kubectl replace -f -`,
    ],
  },
  {
    id: 'other-webhook-fails',
    summary: 'the call of another webhook fails, which stops pods with or without a sidecar',
    by: 'the answer to the canary names it',
    find: ({ seen, webhook }) => {
      if (seen.canary.kind !== 'refused' || !knows(seen)) return undefined
      const fault = readCallFault(seen.canary.message)
      if (fault === undefined || fault.webhook === '' || isAbout(fault, webhook)) return undefined
      const whose = fault.host === '' ? '' : `, of ${fault.host},`
      return certain(
        `Webhook ${fault.webhook}${whose} fails, which is not the injector that is looked into`,
        `the canary was told: ${fault.text}`,
      )
    },
    remedy: () => [
      'Find whose it is, and mend it or take it away:',
      '    kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations',
    ],
  },
  {
    id: 'other-webhook-denies',
    summary:
      'a policy of the cluster (another webhook, or a ValidatingAdmissionPolicy) does not admit pods with a sidecar',
    by: 'the answer to the canary names it, and the sidecar',
    find: ({ seen, webhook }) => {
      if (seen.canary.kind !== 'refused' || !knows(seen)) return undefined
      const { message } = seen.canary
      const name = refusedBy(message)
      // A policy about the canary itself says nothing of other pods.
      const why = refusedFor(seen) ?? (isAboutSidecar(message) ? 'sidecar' : 'itself')
      if (name === undefined || name === webhook?.name || why === 'itself') return undefined
      return probable(`${name} does not admit pods with a sidecar`, `the canary was told: ${message}`)
    },
    remedy: () => [
      'It is a policy of the cluster; the canary is a small pod with the sidecar, as all others: admit those.',
    ],
  },
]

/** The labels of the injector's pods; where there is none, those that its Deployment would give them. */
function ownLabels(pod: JsonObject | undefined, { deployments }: Observations): Labels {
  if (pod !== undefined) return labelsOf(pod)
  const [deployment] = valueOf(deployments) ?? []
  return labelsOf(objectAt(objectAt(deployment, 'spec'), 'template'))
}

function conditionsLeaveOut(facts: Facts): Found | undefined {
  const { seen, webhook, worked, failedOpen, target } = facts
  const title = `The matchConditions of ${target?.name ?? ''} leave out ordinary pods`
  const lines = unheardNamespaces(facts).flatMap((namespace) => {
    const because = leftOut(facts, namespace)
    return because === undefined ? [] : [`namespace ${namespace.name}: ${because}`]
  })
  if (lines.length > 0) return certain(title, ...lines.slice(0, 5))
  const change = valueOf(seen.metrics)
  if (change === undefined || webhook === undefined || worked || failedOpen) return undefined
  if (!isUndecided(webhook, facts)) return undefined
  const left = changeOf(change, exclusions, { name: webhook.name })
  return left > 0
    ? certain(title, `${exclusions}{name="${webhook.name}"} rose by ${left} with the canary`)
    : undefined
}

/**
 * Whether only the API server knows if its conditions hold for the canary. Where they can be evaluated, its count says nothing: it
 * counts the pods of others, too.
 */
function isUndecided(webhook: PodWebhook, { seen: { canary }, namespaces }: Facts): boolean {
  if (canary.kind !== 'admitted') return false
  const namespace = namespaces?.find(({ name }) => name === canary.namespace)
  if (namespace === undefined) return false
  const selected = selects(webhook, namespace, labelsOf(canary.sent))
  return selected.selected && !selected.sure
}

function knowsService({ seen }: Facts, { service }: PodWebhook): boolean {
  const known = service === undefined ? undefined : seen.services[serviceKey(service)]
  return service === undefined || (known !== undefined && 'value' in known)
}

/** Which webhooks are whose. */
function knows({ configurations }: Facts['seen']): boolean {
  return valueOf(configurations) !== undefined
}

/** By the Services, or by what the API server says where they could not be looked at. */
function orphaned({ configurations, seen, fault, target, serviceObject }: Facts): readonly Configuration[] {
  const found = configurations.filter((each) => each.owner !== 'other' && isOrphaned(each, seen.services))
  const isTold = fault?.kind === 'service-not-found' && target !== undefined && serviceObject === undefined
  return isTold && !found.includes(target) ? [...found, target] : found
}

function isFatal({ failurePolicy }: PodWebhook): boolean {
  return failurePolicy === 'Fail'
}

function failingOpen({
  seen,
  webhook,
  worked,
  failedOpen,
  fault,
  endpoints,
  namespaces,
}: Facts): Found | undefined {
  const { canary } = seen
  if (webhook?.failurePolicy !== 'Ignore' || worked || canary.kind !== 'admitted') return undefined
  const title = `Calls of ${webhook.name} fail, and pods go without a sidecar (failurePolicy Ignore)`
  const back = `the canary in namespace ${canary.namespace} came back as it was sent, after ${canary.ms} ms`
  if (failedOpen) {
    return certain(
      title,
      back,
      `apiserver_admission_webhook_fail_open_count{name="${webhook.name}"} rose with the canary`,
    )
  }
  const namespace = namespaces?.find(({ name }) => name === canary.namespace)
  const isSelected = namespace !== undefined && selects(webhook, namespace, labelsOf(canary.sent)).selected
  const isDown = fault !== undefined || (endpoints !== undefined && !endpoints.some(({ ready }) => ready))
  return isSelected && isDown ? probable(title, back) : undefined
}

/** Namespaces whose ordinary pods go through more than one injector. */
function several(facts: Facts, isMeant: (owners: readonly Owner[]) => boolean): Found | undefined {
  const found = doubled(facts).filter(({ webhooks }) => isMeant(webhooks.map(({ owner }) => owner)))
  const [first] = found
  if (first === undefined) return undefined
  const lines = found
    .slice(0, 5)
    .map(
      ({ namespace, webhooks }) =>
        `namespace ${namespace}: ${webhooks.map(({ configuration, name }) => `${configuration}/${name}`).join(', ')}`,
    )
  const more = found.length > 5 ? [`and ${found.length - 5} namespaces more`] : []
  const title = `${first.webhooks.length} injecting webhooks select pods of namespace ${first.namespace}`
  // One whose Service is gone is left behind, and injects nothing.
  const isKnown = found.every(({ webhooks }) => webhooks.every((each) => knowsService(facts, each)))
  return (isKnown ? certain : probable)(title, ...lines, ...more)
}

function doubled(facts: Facts) {
  return (facts.namespaces ?? [])
    .map((namespace) => ({
      namespace: namespace.name,
      webhooks: injectingWebhooks(facts).filter((webhook) => isSelected(webhook, namespace)),
    }))
    .filter(({ webhooks }) => webhooks.length > 1)
}

/** Where something decides that only the API server knows, nothing is said. */
function isSelected(webhook: PodWebhook, namespace: NamespaceFacts): boolean {
  const selected = selects(webhook, namespace, {})
  return selected.selected && selected.sure
}

/** The configurations that select what another of the same injector selects, but for the one that may stay: the target, else the first. */
function rivals(facts: Facts): readonly string[] {
  const names = doubled(facts).flatMap(({ webhooks }) =>
    webhooks
      .filter(({ owner }) => webhooks.filter((each) => each.owner === owner).length > 1)
      .map(({ configuration }) => configuration),
  )
  const all = [...new Set(names)]
  const stays = all.find((name) => name === facts.target?.name) ?? all[0]
  const others = all.filter((name) => name !== stays)
  return others.length > 0 ? others : all
}
