import { hasSeries } from '../api-metrics.ts'
import { clusterName, describeCluster, nextMinor, region } from '../aws.ts'
import { readCallFault } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { certain, possible, probable, type Cause, type Found } from '../finding.ts'
import { valueOf } from '../observations.ts'
import { labelsOf, selects } from '../selection.ts'
import { told } from '../told.ts'

/** Its name has been `…_latencies_seconds` up to Kubernetes 1.13. */
const pluginSeries = /^apiserver_admission_controller_admission_(?:duration|latencies)_seconds_count$/

/** Causes in the API server itself. */
export const apiServerCauses: readonly Cause[] = [
  {
    id: 'caller-unauthenticated',
    summary: 'the kubeconfig does not log in: the caller is `system:anonymous`, or its exec plug-in fails',
    by: '401, `system:anonymous`, `exec plugin`, `client.authentication.k8s.io/v1alpha1`',
    find: ({ seen: { failure } }) => {
      if (failure === undefined) return undefined
      const isLogin =
        failure.code === 'unauthorized' ||
        /system:anonymous|exec plugin|client\.authentication\.k8s\.io|credentials of context/.test(
          failure.message,
        )
      return isLogin ? certain('The API server does not know who is calling', failure.message) : undefined
    },
    remedy: (facts) => [
      'Write the kubeconfig anew, with the AWS CLI of today (v1alpha1 of exec plug-ins is gone since Kubernetes 1.24):',
      `    aws eks update-kubeconfig${region(facts)} --name ${clusterName(facts)}`,
      '    aws sts get-caller-identity',
      'and give this identity access:',
      `    aws eks create-access-entry${region(facts)} --cluster-name ${clusterName(facts)} --principal-arn ARN`,
      `    aws eks associate-access-policy${region(facts)} --cluster-name ${clusterName(facts)} --principal-arn ARN --access-scope type=cluster --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
    ],
  },
  {
    id: 'admission-api-absent',
    summary: 'the API server does not serve admissionregistration.k8s.io: no webhook can be registered',
    by: '`GET /apis/admissionregistration.k8s.io` says 404',
    find: ({ seen }) =>
      valueOf(seen.admissionApi) === null
        ? certain(
            'The API server does not serve admissionregistration.k8s.io',
            '/apis/admissionregistration.k8s.io: 404',
          )
        : undefined,
    remedy: () => [
      'It is there since Kubernetes 1.9; somebody has switched it off (--runtime-config of kube-apiserver).',
      'Until it is back, inject by hand: sidecar-injector kube-inject.',
    ],
    consequences: ['webhook-missing', 'plugin-absent'],
  },
  {
    id: 'plugin-absent',
    summary:
      'the API server runs without the plug-in MutatingAdmissionWebhook, as EKS did up to platform version 1.10-eks.1: webhooks are stored and never called',
    by: 'the canary comes back as it was sent, and the API server counts nothing for this plug-in',
    find: pluginAbsent,
    remedy: (facts) =>
      facts.isEks
        ? [
            'Platform versions from 1.10-eks.2 on have it; see yours, and update the cluster:',
            `    ${describeCluster(facts)} --query cluster.platformVersion`,
            `    aws eks update-cluster-version${region(facts)} --name ${clusterName(facts)} --kubernetes-version ${nextMinor(facts)}`,
            'Until then, inject by hand: sidecar-injector kube-inject.',
          ]
        : [
            'Start kube-apiserver with it (and without --disable-admission-plugins=MutatingAdmissionWebhook):',
            '    --enable-admission-plugins=MutatingAdmissionWebhook',
            'Until then, inject by hand: sidecar-injector kube-inject. (`kubectl api-versions | grep admissionregistration` proves nothing: the API is served all the same.)',
          ],
  },
  {
    id: 'api-server-proxy',
    summary: 'the API server sends calls of webhooks to its HTTP proxy: `.svc` is missing in its NO_PROXY',
    by: '`proxyconnect`, `Service Unavailable`, `Unable to connect`, HTML in the error',
    find: (facts) => {
      const { fault, webhook } = facts
      const title = 'The API server calls the webhook by way of its HTTP proxy'
      if (fault?.kind === 'proxy') return certain(title, told(facts))
      // What stands behind a url may be a load balancer with pages of its own.
      return fault?.kind === 'page' && webhook?.url === undefined ? probable(title, told(facts)) : undefined
    },
    remedy: ({ service }) => [
      'Add .svc and .cluster.local to NO_PROXY in the environment of kube-apiserver, and restart it:',
      '    NO_PROXY=…,.svc,.cluster.local,10.0.0.0/8',
      `It calls ${service === undefined ? 'SERVICE.NAMESPACE.svc' : `${service.name}.${service.namespace}.svc`}. Managed EKS has no such settings; EKS Anywhere (proxyConfiguration.noProxy) and kubeadm have.`,
    ],
  },
  {
    id: 'api-server-overloaded',
    summary: 'the API server has no time for the request: Priority and Fairness, or its own time-out',
    by: '`Timeout: request did not complete`, 429, or calls that need nobody else and take seconds',
    find: ({ seen, isSlow, fault, worked }) => {
      const { canary, plainMs = 0 } = seen
      const slow = isSlow ? [`the API server took ${plainMs} ms for a call that needs nobody else`] : []
      const title = 'The API server did not get to the canary in time'
      if (canary.kind !== 'refused') {
        return isSlow && !worked ? possible('The API server is late with every call', ...slow) : undefined
      }
      const isBusy = canary.status === 429 || /too many requests/i.test(canary.message)
      const isLate = isSlow || isBusy || /request did not complete within/.test(canary.message)
      // A time-out of the whole may well be ours; having no time at all is the API server's own.
      if (!isLate || (fault !== undefined && !isBusy)) return undefined
      const call = readCallFault(canary.message)
      if (call !== undefined && !(isSlow && call.kind === 'timeout')) return undefined
      return probable(title, `the canary was told: ${canary.message}`, ...slow)
    },
    remedy: () => [
      'Look at what waits, and at how long webhooks take (they count into the time of a request):',
      "    kubectl get --raw /metrics | grep -E 'apiserver_flowcontrol_(rejected_requests|current_inqueue)|apiserver_admission_webhook_admission_duration_seconds_sum'",
      'On EKS: CloudWatch APIServerWebhookLatencyP99. Short time-outs (timeoutSeconds 2 to 5) and matchConditions keep webhooks from adding to it.',
    ],
  },
]

/** Undefined unless every other reason for a canary without an answer is out of the question. */
function pluginAbsent(facts: Facts): Found | undefined {
  const { seen, webhook, worked, failedOpen, namespaces, service, serviceObject } = facts
  const { canary } = seen
  if (canary.kind !== 'admitted' || worked || failedOpen || webhook === undefined) return undefined
  const namespace = namespaces?.find(({ name }) => name === canary.namespace)
  if (namespace === undefined || !selects(webhook, namespace, labelsOf(canary.sent)).selected)
    return undefined
  const title = 'The API server does not call mutating webhooks: its plug-in MutatingAdmissionWebhook is off'
  const back = `the canary in namespace ${canary.namespace}, which ${webhook.name} selects, came back as it was sent after ${canary.ms} ms`
  const change = valueOf(seen.metrics)
  if (change !== undefined) {
    const counts = hasSeries(change, pluginSeries, { type: 'admit' })
    const countsOurs = hasSeries(change, pluginSeries, { name: 'MutatingAdmissionWebhook' })
    if (!counts || countsOurs) return undefined
    return certain(
      title,
      back,
      'the API server counts other admission plug-ins, and nothing for MutatingAdmissionWebhook',
    )
  }
  // Fail would have refused it had a call failed; with Ignore nothing can be told without the counts.
  if (webhook.failurePolicy === 'Ignore' || (service !== undefined && serviceObject === undefined))
    return undefined
  return probable(title, back, 'with failurePolicy Fail a call that fails would have refused it')
}
