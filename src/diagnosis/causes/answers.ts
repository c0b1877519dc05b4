import { listAt, textAt } from '../../cluster/objects.ts'
import { clusterName, region } from '../aws.ts'
import { deniedBy, isFailedPatch, readCallFault, refusedBy } from '../call-fault.ts'
import { hasSidecar } from '../canary.ts'
import { refusedFor } from '../control.ts'
import type { Facts } from '../facts.ts'
import { certain, possible, probable, type Cause } from '../finding.ts'
import { deploymentName, kubectl, serviceName } from '../names.ts'
import { valueOf } from '../observations.ts'
import { isRecent } from '../path-fault.ts'
import { told } from '../told.ts'

/** Causes in what the injector, or somebody after it, answers. */
export const answerCauses: readonly Cause[] = [
  {
    id: 'injection-refused',
    summary: 'the injector refuses pods: their sidecar cannot be made',
    by: 'the answer to the canary is a refusal by the injector',
    find: ({ seen: { canary }, webhook }) => {
      if (canary.kind !== 'refused' || webhook === undefined || deniedBy(canary.message) !== webhook.name)
        return undefined
      return certain(
        'The injector cannot make the sidecar of an ordinary pod',
        `the canary was told: ${canary.message}`,
      )
    },
    remedy: ({ istioNamespace }) => [
      'The message says what is wrong in the template or its values (docs/errors.md); try it without the cluster:',
      `    kubectl -n ${istioNamespace} get configmap istio-sidecar-injector -o jsonpath='{.data.config}' > inject-config.yaml`,
      '    sidecar-injector review --diff --injectConfigFile inject-config.yaml pod.yaml',
    ],
  },
  {
    id: 'policy-disabled',
    summary: 'the injector is called, and its policy is not to inject what does not ask for it',
    by: 'the receipt of the canary: `policy-disabled`, `policy-unknown`, `never-inject-selector`',
    find: ({ receipt }) => {
      if (receipt?.decision !== 'skipped') return undefined
      if (!['policy-disabled', 'policy-unknown', 'never-inject-selector'].includes(receipt.reason))
        return undefined
      return certain(
        'The injector leaves ordinary pods alone, as its settings say',
        `pod ${receipt.by} answered: skipped, ${receipt.reason}`,
      )
    },
    remedy: ({ istioNamespace, receipt }) => [
      'Set policy: enabled in the key config, or have pods ask (sidecar.istio.io/inject: "true"):',
      `    kubectl -n ${istioNamespace} get configmap istio-sidecar-injector -o jsonpath='{.data.config}' | grep -A3 -E '^(policy|neverInjectSelector)'`,
      ...(receipt === undefined || receipt.reason === 'policy-disabled'
        ? [
            `    kubectl -n ${istioNamespace} get configmap istio-sidecar-injector -o json | sed 's/policy: disabled/policy: enabled/' | kubectl replace -f -`,
            "Istio's next upgrade writes it anew: its value global.proxy.autoInject=enabled keeps it.",
          ]
        : []),
    ],
  },
  {
    id: 'revision-unknown',
    summary: 'the webhook or a label names a revision that the injector does not serve',
    by: 'the receipt of the canary: `revision-unknown`',
    find: ({ receipt, webhook }) =>
      receipt?.reason === 'revision-unknown'
        ? certain(
            'The injector does not serve the revision that is asked for',
            `pod ${receipt.by} answered: skipped, revision-unknown`,
            `the webhook calls ${webhook?.path ?? ''}`,
          )
        : undefined,
    remedy: ({ istioNamespace }) => [
      'Its ConfigMaps are to be named after it, or it is a tag that the injector must be told (value tags):',
      `    kubectl -n ${istioNamespace} get configmaps | grep istio-sidecar-injector`,
    ],
  },
  {
    id: 'canary-skipped',
    summary: 'the injector is called, and does not inject',
    by: 'the receipt of the canary, or the missing sidecar',
    find: ({ receipt, webhook, seen: { canary } }) => {
      const known = ['policy-disabled', 'policy-unknown', 'never-inject-selector', 'revision-unknown']
      if (receipt?.decision !== 'skipped' || known.includes(receipt.reason)) return undefined
      const lacks = canary.kind === 'admitted' && !hasSidecar(canary.pod)
      if (!lacks) return undefined
      return certain(
        `The injector does not inject ordinary pods: ${receipt.reason}`,
        `pod ${receipt.by} answered: skipped, ${receipt.reason} (${webhook?.name ?? ''})`,
      )
    },
    remedy: () => [
      'docs/errors.md says what this reason means; the same for a pod of yours:',
      '    sidecar-injector explain pod/NAME -n NAMESPACE',
    ],
  },
  {
    id: 'wrong-path',
    summary: 'the webhook is called at a path that the injector does not have',
    by: '`the server could not find the requested resource`',
    find: (facts) =>
      facts.fault?.kind === 'path-not-found' && !isOurPath(facts)
        ? certain(`The injector has no path ${pathOf(facts)}`, told(facts))
        : undefined,
    remedy: (facts) => ['The path of the webhook is /inject, or /revision/NAME/inject:', ...pathPatch(facts)],
  },
  {
    id: 'answer-unusable',
    summary: 'something answers the call that is no injector, or answers what the API server cannot use',
    by: '`invalid webhook response`, `undecodable patch`, `an error on the server`, `currently unable to handle`; a patch that cannot be applied',
    find: (facts) => {
      const { fault, webhook, seen } = facts
      const isPage = fault?.kind === 'page' && webhook?.url !== undefined
      const isElsewhere = fault?.kind === 'path-not-found' && isOurPath(facts)
      if (fault?.kind === 'unusable-answer' || isPage || isElsewhere) {
        return certain('The API server cannot use what the webhook answers', told(facts))
      }
      if (seen.canary.kind !== 'refused' || !isFailedPatch(seen.canary.message)) return undefined
      if (refusedFor(seen) !== 'sidecar') return undefined
      return probable(
        'The API server cannot apply the patch of the sidecar',
        `the canary was told: ${seen.canary.message}`,
        'the same pod without a sidecar is taken',
      )
    },
    remedy: (facts) => [
      'See whether the Service leads to the injector, and what the injector logs:',
      `    ${kubectl(facts)} get endpointslices -l kubernetes.io/service-name=${serviceName(facts)}`,
      `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --since=10m`,
    ],
  },
  {
    id: 'call-failed',
    summary: 'the call of the webhook fails in a way that is not known here',
    by: 'the answer to the canary',
    find: (facts) => {
      if (facts.fault?.kind !== 'other') return undefined
      return possible('The API server cannot call the webhook', told(facts))
    },
    remedy: () => ["The line above is the API server's own; its log has more."],
  },
  {
    id: 'pod-security',
    summary: "Pod Security of the namespace does not admit the sidecar's init container (NET_ADMIN)",
    by: '`violates PodSecurity`',
    find: ({ seen }) => {
      const { canary } = seen
      if (canary.kind !== 'refused' || !/violates PodSecurity/.test(canary.message)) return undefined
      if (refusedFor(seen) === 'itself') return undefined
      return certain(
        `Pod Security of namespace ${canary.namespace} does not admit pods with a sidecar`,
        `the canary was told: ${canary.message}`,
      )
    },
    // Up to Kubernetes 1.22 it may be a webhook.
    consequences: ['other-webhook-denies'],
    remedy: ({ seen: { canary } }) => [
      'Use the Istio CNI plug-in, with which no init container needs NET_ADMIN, or admit it:',
      `    kubectl label namespace ${canary.kind === 'refused' ? canary.namespace : 'NAMESPACE'} pod-security.kubernetes.io/enforce=privileged --overwrite`,
    ],
  },
  {
    id: 'quota',
    summary: 'the quota or the LimitRange of the namespace has no room for the sidecar',
    by: '`exceeded quota`, `failed quota`, LimitRange in the answer to the canary',
    find: ({ seen }) => {
      const { canary } = seen
      if (canary.kind !== 'refused' || !isAboutRoom(canary.message)) return undefined
      if (readCallFault(canary.message) !== undefined || deniedBy(canary.message) !== undefined)
        return undefined
      const why = refusedFor(seen)
      if (why === 'itself') return undefined
      return (why === 'sidecar' ? certain : probable)(
        `The quota of namespace ${canary.namespace} has no room for pods with a sidecar`,
        `the canary was told: ${canary.message}`,
      )
    },
    remedy: ({ seen: { canary } }) => [
      'Raise it, or lower what the proxy asks for (sidecar.istio.io/proxyCPU, proxyMemory):',
      `    kubectl -n ${canary.kind === 'refused' ? canary.namespace : 'NAMESPACE'} describe resourcequota,limitrange`,
    ],
  },
  {
    id: 'fargate-workloads',
    summary: 'pods with a sidecar are sent to Fargate, which has no NET_ADMIN and no privileged containers',
    by: 'Events of Fargate: `Pod not supported on Fargate`',
    find: ({ seen, pods, at }) => {
      const event = (valueOf(seen.events) ?? []).find((each) => {
        const about = textAt(each['involvedObject'] ?? each['regarding'], 'name') ?? ''
        return (
          isRecent(each, at) &&
          /not supported on Fargate/i.test(textAt(each, 'message') ?? '') &&
          !pods.some(({ name }) => name === about)
        )
      })
      if (event === undefined) return undefined
      return probable(
        'Fargate does not take pods with a sidecar',
        `an Event says: ${textAt(event, 'message')}`,
      )
    },
    remedy: (facts) => [
      'Have these workloads on EC2 nodes, or without a sidecar (label sidecar.istio.io/inject: "false"), or use the ambient mode. What is sent to Fargate:',
      `    for PROFILE in $(aws eks list-fargate-profiles${region(facts)} --cluster-name ${clusterName(facts)} --query 'fargateProfileNames[]' --output text); do aws eks describe-fargate-profile${region(facts)} --cluster-name ${clusterName(facts)} --fargate-profile-name "$PROFILE" --query fargateProfile.selectors; done`,
    ],
  },
  {
    id: 'canary-refused',
    summary: 'the API server does not take the pod with its sidecar',
    by: 'a refusal that names no webhook',
    find: ({ seen }) => {
      const { canary } = seen
      if (canary.kind !== 'refused' || canary.status === undefined) return undefined
      const { message, status } = canary
      if (readCallFault(message) !== undefined || refusedBy(message) !== undefined || status === 429)
        return undefined
      if (/violates PodSecurity|did not complete/.test(message) || isAboutRoom(message)) return undefined
      const why = refusedFor(seen)
      if (why === 'itself' || (why === 'sidecar' && isFailedPatch(message))) return undefined
      return (why === 'sidecar' ? probable : possible)(
        `The API server refuses the canary in namespace ${canary.namespace}`,
        `the canary was told: ${message}`,
      )
    },
    remedy: () => [
      'The message says why; a pod with the sidecar has to be a valid one, for which the template is to blame if the pod alone is.',
    ],
  },
]

/** The words of ResourceQuota and LimitRanger. */
function isAboutRoom(message: string): boolean {
  return /exceeded quota|failed quota|(?:maximum|minimum) \S+ usage per|limit to request ratio per|status unknown for quota/.test(
    message,
  )
}

/** The part behind the host, where it is a url that is called. */
function pathOf({ webhook }: Facts): string {
  return webhook?.url === undefined ? (webhook?.path ?? '') : webhook.url.replace(/^https:\/\/[^/]*/, '')
}

/** Our server has it, so that somebody else has answered. */
function isOurPath(facts: Facts): boolean {
  return /^(?:\/revision\/[^/]+)?\/inject(?:[/?]|$)/.test(pathOf(facts))
}

/** The line that gives the entry its path; none for a url, whose host only its owner knows. */
function pathPatch({ webhook, target }: Facts): readonly string[] {
  const index = listAt(target?.object, 'webhooks').findIndex((each) => textAt(each, 'name') === webhook?.name)
  if (target === undefined || webhook?.service === undefined || index < 0) return []
  const operation = { op: 'add', path: `/webhooks/${index}/clientConfig/service/path`, value: '/inject' }
  return [
    `    kubectl patch mutatingwebhookconfiguration ${target.name} --type=json --patch='${JSON.stringify([operation])}'`,
  ]
}
