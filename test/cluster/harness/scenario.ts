import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { sharedData } from '../../shared-data.ts'
import { startCluster, type Cluster } from './cluster.ts'
import type { DataObject, KubernetesObject, Pod } from './objects.ts'
import { tailOf } from './processes.ts'
import { until } from './wait.ts'

/** Names that the tests install under. */
export const release = 'sidecar-injector'
export const installation = {
  release,
  namespace: 'sidecar-injector',
  chart: 'charts/eks-sidecar-injector',
  /** Of the Deployment, the Service, the webhook configuration, … */
  name: 'sidecar-injector-eks-sidecar-injector',
  certificateSecret: 'sidecar-injector-eks-sidecar-injector-certificate',
} as const

/** The parts of tap's `t` that a cluster needs. */
export interface TestContext {
  teardown(what: () => Promise<void>): void
  comment(line: string): void
  passing(): boolean
}

/** A cluster for one test file. What its programs wrote is shown when something in the file failed. */
export async function clusterFor(t: TestContext): Promise<Cluster> {
  const bin = process.env['CONTROL_PLANE_BIN'] ?? ''
  const cluster = await startCluster({ bin })
  t.teardown(async () => {
    if (!t.passing()) for (const line of await logsOf(cluster)) t.comment(line)
    await cluster.stop()
  })
  return cluster
}

/** The ends of the logs of our own pods, and what the kubelet had to say. */
async function logsOf(cluster: Cluster): Promise<readonly string[]> {
  const files = [
    join(cluster.folder, 'logs/kubelet.log'),
    ...cluster.kubelet.pods().flatMap((pod) => pod.logs().slice(-1)),
  ]
  const tails = await Promise.all(files.map((file) => tailOf(file)))
  return files.map((file, index) => `${file}:\n${tails[index]}`)
}

/** The folder of the shared data; cluster tests are about what is in it, so they cannot do without. */
export function releaseFolder(path: string): string {
  const folder = sharedData(path)
  if (folder === undefined) {
    throw new Error(
      `${path} is not in the shared data: put it beside the checkout, or name it in SHARED_DATA`,
    )
  }
  return folder
}

/** One object of a YAML file. */
export function readObject(path: string): DataObject {
  const object: DataObject = JSON.parse(JSON.stringify(load(readFileSync(path, 'utf8'))))
  return object
}

/** Puts ConfigMaps of Istio, from files of the shared data, into istio-system, in place of what is there. */
export async function applyIstio(cluster: Cluster, ...files: readonly string[]): Promise<void> {
  await ensureNamespace(cluster, 'istio-system', {})
  for (const file of files) {
    const object = readObject(releaseFolder(file))
    await cluster.apply([{ ...object, metadata: { ...object.metadata, namespace: 'istio-system' } }])
  }
}

/** Makes a namespace with labels, or gives it these. */
export async function ensureNamespace(
  cluster: Cluster,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }])
  await until(`the ServiceAccount of ${name}`, 20, () =>
    cluster.api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
  )
}

export interface InstallOptions {
  readonly helm?: 3 | 4
  /** `--set` arguments. */
  readonly set?: readonly string[]
  /** Default: waits until the pods are ready. */
  readonly wait?: boolean
}

/** `helm upgrade --install` of the chart, unmodified. */
export async function installChart(cluster: Cluster, options: InstallOptions = {}): Promise<string> {
  const { helm = 3, set = [], wait = true } = options
  const args = [
    'upgrade',
    '--install',
    installation.release,
    installation.chart,
    `--namespace=${installation.namespace}`,
    '--create-namespace',
    ...(wait ? ['--wait', '--timeout=120s'] : []),
    ...set.map((pair) => `--set=${pair}`),
  ]
  try {
    return await cluster.helm(helm, args)
  } catch (cause) {
    // Helm does not say more than that it was not in time.
    throw new Error(['the chart cannot be installed', ...(await logsOf(cluster))].join('\n'), { cause })
  }
}

/** Creates a pod, or tries to with `dryRun`, and gives what is stored. */
export function createPod(
  cluster: Cluster,
  namespace: string,
  pod: object,
  { dryRun = false } = {},
): Promise<Pod> {
  const query = dryRun ? '?dryRun=All' : ''
  return cluster.api.call<Pod>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods${query}`,
    body: pod,
  })
}

/** A pod of one container. */
export function plainPod(name: string, more: Partial<KubernetesObject['metadata']> = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more },
    spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
  }
}

/** Names of the containers and, after a `|`, of the init containers. */
export function containerNames(pod: Pod): string {
  const names = [...pod.spec.containers].map(({ name }) => name)
  return `${names.join(' ')} | ${(pod.spec.initContainers ?? []).map(({ name }) => name).join(' ')}`
}

/** The image of the container istio-proxy, or of the init container; undefined where there is none. */
export function proxyImage(pod: Pod): string | undefined {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  return all.find(({ name }) => name === 'istio-proxy')?.image
}

/** The sample of BookInfo that today's API servers take. */
export const bookinfo = 'releases/bookinfo/1.30.3/platform/kube/bookinfo.yaml'

/** Applies BookInfo and waits until its six pods are ready. */
export async function applyBookinfo(
  cluster: Cluster,
  namespace: string,
  file = releaseFolder(bookinfo),
): Promise<readonly Pod[]> {
  await cluster.kubectl(['apply', '-n', namespace, '-f', file])
  return until(`six ready pods in ${namespace}`, 60, async () => {
    const table = await cluster.kubectl(['get', 'pods', '-n', namespace, '--no-headers'])
    const rows = table.trim().split('\n')
    const ready = rows.filter((row) => /\s(\d+)\/\1\s+Running\s/.test(row))
    return rows.length === 6 && ready.length === 6 && cluster.pods(namespace)
  })
}
