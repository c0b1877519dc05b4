import type { OwnerTraits } from '../istio/traits.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from './json.ts'

/** The workload that a pod belongs to, as templates see it in .TypeMeta and .DeploymentMeta. */
export interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

/** A workload at hand, with its own metadata. */
export interface Workload extends Owner {
  readonly metadata: JsonObject
}

/**
 * Finds the workload behind a pod that a controller made: a ReplicaSet stands for its Deployment or Rollout, a
 * Job for its CronJob, a ReplicationController for its DeploymentConfig (spec B.7). Bare pods own themselves.
 */
export function ownerOf(pod: JsonObject, namespace: string, traits: OwnerTraits): Owner {
  const metadata = objectAt(pod, 'metadata')
  const name = stringAt(metadata, 'name')
  const self: Owner = { apiVersion: 'v1', kind: 'Pod', name, namespace }
  if (!traits.detected || stringAt(metadata, 'generateName') === '') return self
  const controller = listAt(metadata, 'ownerReferences')
    .filter(isObject)
    .find((reference) => reference['controller'] === true)
  if (controller === undefined) return self

  const owner: Owner = {
    apiVersion: stringAt(controller, 'apiVersion'),
    kind: stringAt(controller, 'kind'),
    name: stringAt(controller, 'name'),
    namespace,
  }
  const workload = workloadOf(owner, objectAt(metadata, 'labels'), traits)
  return workload.name === '' ? { ...workload, name } : workload
}

function workloadOf(owner: Owner, labels: JsonObject, traits: OwnerTraits): Owner {
  switch (owner.kind) {
    case 'ReplicaSet':
      return replicaSetOwner(owner, labels, traits)
    case 'Job':
      return jobOwner(owner, traits)
    case 'ReplicationController':
      return replicationControllerOwner(owner, labels, traits)
    default:
      return owner
  }
}

function replicaSetOwner(owner: Owner, labels: JsonObject, traits: OwnerTraits): Owner {
  const hash = ownLabel(labels, 'pod-template-hash')
  if (owner.name.endsWith(hash) && (hash !== '' || traits.emptyHashMatches)) {
    return { ...owner, kind: 'Deployment', name: withoutSuffix(owner.name, `-${hash}`) }
  }
  const rolloutHash = ownLabel(labels, 'rollouts-pod-template-hash')
  if (!traits.rollouts || rolloutHash === '' || !owner.name.endsWith(rolloutHash)) return owner
  return {
    ...owner,
    apiVersion: 'v1alpha1',
    kind: 'Rollout',
    name: withoutSuffix(owner.name, `-${rolloutHash}`),
  }
}

function jobOwner(owner: Owner, traits: OwnerTraits): Owner {
  if (traits.cronJobSuffix === undefined) return owner
  const match = traits.cronJobSuffix.exec(owner.name)
  const name = match === null ? '' : owner.name.slice(0, match.index)
  if (name === '') return owner
  return { ...owner, apiVersion: traits.cronJobApiVersion, kind: 'CronJob', name }
}

function replicationControllerOwner(owner: Owner, labels: JsonObject, traits: OwnerTraits): Owner {
  const name = ownLabel(labels, 'deploymentconfig')
  return traits.deploymentConfigs && name !== '' ? { ...owner, kind: 'DeploymentConfig', name } : owner
}

function ownLabel(labels: JsonObject, key: string): string {
  return Object.hasOwn(labels, key) ? stringAt(labels, key) : ''
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
}
