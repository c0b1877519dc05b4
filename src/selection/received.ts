import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'

/** Whose controllers make pods, and the account that each of them has where they have one each (as on EKS). */
const accounts: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  DaemonSet: 'daemon-set-controller',
  ReplicationController: 'replication-controller',
  Job: 'job-controller',
}

/** What the API server fills in before webhooks are called, of what conditions may ask for. */
const defaults: JsonObject = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  serviceAccount: 'default',
  securityContext: {},
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
}

/** The pod as it came to the webhooks when it was created, from one that is there or would be. */
export function received(pod: JsonObject, namespace: string): JsonObject {
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...metadata } = objectAt(pod, 'metadata')
  const { nodeName, hostNetwork, ...spec } = objectAt(pod, 'spec')
  const isStatic = isMirror(pod)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, namespace },
    spec: {
      ...defaults,
      ...spec,
      // Go leaves out what is false.
      ...(hostNetwork === true ? { hostNetwork } : {}),
      ...(isStatic && nodeName !== undefined ? { nodeName } : {}),
    },
  }
}

/** The image of a static pod: the kubelet makes it, and runs what its file says. */
export function isMirror(pod: JsonObject): boolean {
  return Object.hasOwn(objectAt(objectAt(pod, 'metadata'), 'annotations'), 'kubernetes.io/config.mirror')
}

/** `request` as conditions see it. Who creates a pod is known where a controller of Kubernetes' does. */
export function requestOf(pod: JsonObject, namespace: string): Json {
  const user = userOf(pod)
  return {
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    requestKind: { group: '', version: 'v1', kind: 'Pod' },
    requestResource: { group: '', version: 'v1', resource: 'pods' },
    name: stringAt(objectAt(pod, 'metadata'), 'name'),
    namespace,
    operation: 'CREATE',
    dryRun: false,
    ...(user === undefined ? {} : { userInfo: user }),
  }
}

function userOf(pod: JsonObject): Json | undefined {
  const controller = listAt(objectAt(pod, 'metadata'), 'ownerReferences')
    .filter(isObject)
    .find((owner) => owner['controller'] === true)
  const kind = controller === undefined ? '' : stringAt(controller, 'kind')
  const account = Object.hasOwn(accounts, kind) ? accounts[kind] : undefined
  if (account === undefined) return undefined
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated']
  return { username: `system:serviceaccount:kube-system:${account}`, groups }
}
