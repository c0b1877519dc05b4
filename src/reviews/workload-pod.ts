import { isObject, objectAt, stringAt, stringMapAt, type Json, type JsonObject } from '../injection/json.ts'

/** A kind whose controller makes pods. */
interface PodMaker {
  /** Where the pod template is, from the object's root. */
  readonly template: readonly string[]
  /** What the pods are owned by, which is not always what people write. */
  readonly owner: (name: string) => {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
  }
  /** Labels that the controllers add and injection looks at. */
  readonly labels?: (name: string) => Readonly<Record<string, string>>
  /** Its pods have names that do not change. */
  readonly isNumbered?: boolean
}

/** Stands for what a controller makes of a template; of the ten characters that Kubernetes has for it. */
const hash = '5d8f6c7b9z'

/** A minute in the year 2025, as CronJobs name their Jobs. */
const minute = '29000000'

const usualTemplate = ['spec', 'template']

/** Controllers name pods and their owners as Kubernetes 1.9 and later do; injection finds the workload by that. */
const podMakers: ReadonlyMap<string, PodMaker> = new Map<string, PodMaker>([
  [
    'Deployment',
    {
      template: usualTemplate,
      owner: (name) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}` }),
      labels: () => ({ 'pod-template-hash': hash }),
    },
  ],
  [
    'Rollout',
    {
      template: usualTemplate,
      owner: (name) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}` }),
      labels: () => ({ 'rollouts-pod-template-hash': hash }),
    },
  ],
  ['ReplicaSet', itself('apps/v1', 'ReplicaSet')],
  ['StatefulSet', { ...itself('apps/v1', 'StatefulSet'), isNumbered: true }],
  ['DaemonSet', itself('apps/v1', 'DaemonSet')],
  ['ReplicationController', itself('v1', 'ReplicationController')],
  ['Job', itself('batch/v1', 'Job')],
  [
    'CronJob',
    {
      template: ['spec', 'jobTemplate', 'spec', 'template'],
      owner: (name) => ({ apiVersion: 'batch/v1', kind: 'Job', name: `${name}-${minute}` }),
    },
  ],
  [
    'DeploymentConfig',
    {
      template: usualTemplate,
      owner: (name) => ({ apiVersion: 'v1', kind: 'ReplicationController', name: `${name}-1` }),
      labels: (name) => ({ deploymentconfig: name }),
    },
  ],
])

function itself(apiVersion: string, kind: string): PodMaker {
  return { template: usualTemplate, owner: (name) => ({ apiVersion, kind, name }) }
}

/**
 * The pod that the controller of a workload would make, as it comes to the webhook: with a generated name, the owner
 * and the labels by which injection knows the workload. Undefined for what makes no pods.
 */
export function podOfWorkload(workload: JsonObject): JsonObject | undefined {
  const maker = podMakers.get(stringAt(workload, 'kind'))
  if (maker === undefined) return undefined
  const template = maker.template.reduce<JsonObject>(objectAt, workload)
  const name = stringAt(objectAt(workload, 'metadata'), 'name')
  const metadata = objectAt(template, 'metadata')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, ...namesOf(maker, name), ...labelsOf(maker, name, metadata) },
    ...members(template, 'spec'),
  }
}

/** A workload without a name, as people paste it, has pods without an owner. */
function namesOf(maker: PodMaker, name: string): JsonObject {
  if (name === '') return {}
  const owner = { ...maker.owner(name), controller: true, blockOwnerDeletion: true, uid: '' }
  return {
    ...(maker.isNumbered === true ? { name: `${name}-0` } : {}),
    generateName: `${owner.name}-`,
    ownerReferences: [owner],
  }
}

function labelsOf(maker: PodMaker, name: string, metadata: JsonObject): JsonObject {
  if (maker.labels === undefined || name === '') return {}
  // What is no map is for the injection to refuse.
  if (metadata['labels'] !== undefined && !isObject(metadata['labels'])) return {}
  return { labels: { ...stringMapAt(metadata, 'labels'), ...maker.labels(name) } }
}

function members(parent: JsonObject, field: string): Readonly<Record<string, Json>> {
  const value = parent[field]
  return value === undefined ? {} : { [field]: value }
}
