import { UsageError } from './errors.ts'

/** A kind that can be explained, and where the API server has it. */
export interface TargetKind {
  readonly kind: string
  /** The API group with its version: `/apis/apps/v1`. */
  readonly api: string
  readonly resource: string
  readonly aliases: readonly string[]
}

/** An object that is asked about. */
export interface Target {
  readonly kind: TargetKind
  readonly name: string
}

/** As kubectl names them. */
export const targetKinds: readonly TargetKind[] = [
  { kind: 'Pod', api: '/api/v1', resource: 'pods', aliases: ['po'] },
  { kind: 'Namespace', api: '/api/v1', resource: 'namespaces', aliases: ['ns'] },
  { kind: 'Deployment', api: '/apis/apps/v1', resource: 'deployments', aliases: ['deploy'] },
  { kind: 'StatefulSet', api: '/apis/apps/v1', resource: 'statefulsets', aliases: ['sts'] },
  { kind: 'DaemonSet', api: '/apis/apps/v1', resource: 'daemonsets', aliases: ['ds'] },
  { kind: 'ReplicaSet', api: '/apis/apps/v1', resource: 'replicasets', aliases: ['rs'] },
  { kind: 'Job', api: '/apis/batch/v1', resource: 'jobs', aliases: [] },
  { kind: 'CronJob', api: '/apis/batch/v1', resource: 'cronjobs', aliases: ['cj'] },
  { kind: 'ReplicationController', api: '/api/v1', resource: 'replicationcontrollers', aliases: ['rc'] },
  { kind: 'Rollout', api: '/apis/argoproj.io/v1alpha1', resource: 'rollouts', aliases: ['ro'] },
  {
    kind: 'DeploymentConfig',
    api: '/apis/apps.openshift.io/v1',
    resource: 'deploymentconfigs',
    aliases: ['dc'],
  },
]

/** Reads `deployment/web`, `deploy/web`, `ns/shop`. Throws UsageError. */
export function parseTarget(text: string): Target {
  const [word = '', name = '', ...rest] = text.split('/')
  const lower = word.toLowerCase().replace(/\..*$/, '')
  const kind = targetKinds.find(
    ({ kind, resource, aliases }) =>
      kind.toLowerCase() === lower || resource === lower || aliases.includes(lower),
  )
  if (kind === undefined || name === '' || rest.length > 0) {
    const kinds = targetKinds.map((each) => each.kind.toLowerCase()).join(', ')
    throw new UsageError(
      `${JSON.stringify(text)} is no KIND/NAME, such as deployment/web; kinds are ${kinds}`,
    )
  }
  return { kind, name }
}

/** The path of an object. */
export function targetPath({ kind, name }: Target, namespace: string): string {
  const { api, resource } = kind
  const place = resource === 'namespaces' ? api : `${api}/namespaces/${encodeURIComponent(namespace)}`
  return `${place}/${resource}/${encodeURIComponent(name)}`
}
