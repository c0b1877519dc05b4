import { structNamed } from './kubernetes.ts'
import type { StructType } from './types.ts'

/** The kinds that kube-inject injects, by the Go type of each. DeploymentConfig is OpenShift's. */
const workloads: ReadonlyMap<string, string> = new Map([
  ['Pod', 'v1.Pod'],
  ['ReplicationController', 'v1.ReplicationController'],
  ['Deployment', 'v1.Deployment'],
  ['DaemonSet', 'v1.DaemonSet'],
  ['ReplicaSet', 'v1.ReplicaSet'],
  ['StatefulSet', 'v1.StatefulSet'],
  ['Job', 'v1.Job'],
  ['CronJob', 'v1.CronJob'],
  ['DeploymentConfig', 'openshift.DeploymentConfig'],
  ['List', 'v1.List'],
])

/** The kinds that were in extensions/v1beta1 and apps/v1beta1, where an absent selector is left out. */
const olderWorkloads: ReadonlyMap<string, string> = new Map([
  ...workloads,
  ['Deployment', 'v1beta1.Deployment'],
  ['DaemonSet', 'v1beta1.DaemonSet'],
  ['ReplicaSet', 'v1beta1.ReplicaSet'],
  ['StatefulSet', 'v1beta1.StatefulSet'],
])

export interface WorkloadOptions {
  /** The minor of Kubernetes' library that the Istio release was built with. */
  readonly minor: number
  /**
   * The group versions that the release decodes apps into: `v1beta1` in Istio 1.0 and 1.1.
   *
   * Default: `v1`.
   */
  readonly apps?: 'v1' | 'v1beta1'
}

/**
 * The type that kube-inject of a release decodes a kind into, whatever its apiVersion says; undefined for kinds that
 * it copies as they are.
 */
export function workloadType(kind: string, options: WorkloadOptions): StructType | undefined {
  const goName = (options.apps === 'v1beta1' ? olderWorkloads : workloads).get(kind)
  return goName === undefined ? undefined : structNamed(goName, options.minor)
}
