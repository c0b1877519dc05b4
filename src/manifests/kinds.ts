import { holds } from '../istio/history.ts'
import type { Release } from '../istio/release.ts'
import { structNamed, type StructType } from '../schema/index.ts'

/** A kind of object that holds a pod template, as one release's kube-inject knew it. */
export interface WorkloadKind {
  readonly kind: string
  readonly type: StructType
  /** Where the template's metadata and spec are, from the object's root. */
  readonly metadataPath: readonly string[]
  readonly specPath: readonly string[]
  /** Go has a pointer to the template: one that is missing is not an empty one. */
  readonly needsTemplate: boolean
}

interface KindRow {
  readonly kind: string
  /** The Go type up to 1.1, whose Kubernetes library had the beta groups only, and later. */
  readonly types: readonly [before: string, from12: string]
  readonly metadataPath?: readonly string[]
  readonly specPath?: readonly string[]
  readonly needsTemplate?: boolean
}

const templatePath = ['spec', 'template']

const rows: readonly KindRow[] = [
  { kind: 'Pod', types: ['v1.Pod', 'v1.Pod'], metadataPath: ['metadata'], specPath: ['spec'] },
  {
    kind: 'ReplicationController',
    types: ['v1.ReplicationController', 'v1.ReplicationController'],
    needsTemplate: true,
  },
  { kind: 'Deployment', types: ['v1beta1.Deployment', 'v1.Deployment'] },
  { kind: 'DaemonSet', types: ['v1beta1.DaemonSet', 'v1.DaemonSet'] },
  { kind: 'ReplicaSet', types: ['v1beta1.ReplicaSet', 'v1.ReplicaSet'] },
  { kind: 'StatefulSet', types: ['v1beta1.StatefulSet', 'v1.StatefulSet'] },
  { kind: 'Job', types: ['v1.Job', 'v1.Job'] },
  {
    kind: 'CronJob',
    types: ['v1.CronJob', 'v1.CronJob'],
    // Istio annotates the job template, not the pod template inside it.
    metadataPath: ['spec', 'jobTemplate', 'metadata'],
    specPath: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  },
  {
    kind: 'DeploymentConfig',
    types: ['openshift.DeploymentConfig', 'openshift.DeploymentConfig'],
    needsTemplate: true,
  },
]

/**
 * The kinds that kube-inject changes, by name: the apiVersion does not matter, in any release (spec A.11).
 *
 * @param at Default: the newest release.
 * @param kubernetesMinor The minor of the release's Kubernetes library. Default: the newest that the tables know.
 */
export function workloadKinds(at?: Release, kubernetesMinor?: number): ReadonlyMap<string, WorkloadKind> {
  const isNew = at === undefined || holds('1.2', at)
  return new Map(
    rows.map(({ kind, types, metadataPath, specPath, needsTemplate = false }) => [
      kind,
      {
        kind,
        type: structNamed(isNew ? types[1] : types[0], kubernetesMinor),
        metadataPath: metadataPath ?? [...templatePath, 'metadata'],
        specPath: specPath ?? [...templatePath, 'spec'],
        needsTemplate,
      },
    ]),
  )
}
