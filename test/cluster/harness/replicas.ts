import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { KubernetesObject } from './objects.ts'
import { installation } from './scenario.ts'
import { until } from './wait.ts'

const { name, namespace } = installation

interface DeploymentObject extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly containers: readonly { readonly ports: readonly { readonly name: string }[] }[]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

/** One more pod behind the Service, of a Deployment that differs. */
export async function addReplica(
  cluster: Cluster,
  {
    port,
    secret,
  }: {
    readonly port?: number
    readonly secret?: string
  },
): Promise<void> {
  const made = await cluster.api.get<DeploymentObject>(
    `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
  )
  const { metadata, spec: pod } = made.spec.template
  const labels = { ...metadata.labels, replica: 'other' }
  const containers = pod.containers.map((container) => ({
    ...container,
    ports: container.ports.map((each) =>
      each.name === 'webhook' && port !== undefined ? { ...each, containerPort: port } : each,
    ),
  }))
  const volumes = pod.volumes.map((volume) =>
    secret === undefined || !('secret' in volume) ? volume : { ...volume, secret: { secretName: secret } },
  )
  const template = { metadata: { labels }, spec: { ...pod, containers, volumes } }
  const spec = { replicas: 1, selector: { matchLabels: { replica: 'other' } }, template }
  await cluster.apply([
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'other', namespace }, spec },
  ])
  await cluster.kubectl(['rollout', 'status', '-n', namespace, 'deployment/other', '--timeout=60s'])
  await sleep(1500)
}

/** Takes it away again. */
/** Takes it away again. */
export async function removeReplica(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['delete', 'deployment', '-n', namespace, 'other'])
  await until('two pods', 40, async () => (await cluster.pods(namespace)).length === 2)
  await sleep(1000)
}
