import { copyFile, cp, link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usualPorts, type Ports } from './addresses.ts'
import type { Api } from './api.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { startKubelet, type Kubelet } from './kubelet.ts'
import { serveKubelet } from './kubelet-api.ts'
import { isInNamespace } from './namespace.ts'
import { prepareNetwork } from './network.ts'
import { isReady, type KubernetesObject, type List, type Pod } from './objects.ts'
import { runCommand, runOrThrow, type Output } from './processes.ts'
import { until } from './wait.ts'

const root = join(import.meta.dirname, '../../..')

export interface ClusterOptions {
  /** Has the programs of tools/control-plane. */
  readonly bin: string
  /** Keeps state and logs. Default: a new one, which goes with the cluster. */
  readonly folder?: string
  readonly ports?: Ports
}

/** A control plane, three nodes whose pods are pretended, and our own pods, which run. */
export interface Cluster {
  readonly api: Api
  readonly kubelet: Kubelet
  readonly controlPlane: ControlPlane
  readonly folder: string
  /** For kubectl and Helm. */
  readonly environment: NodeJS.ProcessEnv
  kubectl(args: readonly string[], input?: string): Promise<string>
  /** Applies objects, or YAML text, as a user would. */
  apply(manifests: string | readonly object[], ...args: readonly string[]): Promise<string>
  /** Like `kubectl`, for commands that may fail. */
  tryKubectl(args: readonly string[], input?: string): Promise<Output>
  helm(version: 3 | 4, args: readonly string[]): Promise<string>
  /** Like `helm`, for commands that may fail. */
  tryHelm(version: 3 | 4, args: readonly string[]): Promise<Output>
  /** Every pod of a namespace. */
  pods(namespace: string): Promise<readonly Pod[]>
  stop(): Promise<void>
}

/** Starts everything; only inside a network namespace of the tests' own. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  if (!(await isInNamespace())) {
    throw new Error(
      'cluster tests run in a network namespace of their own: npm run test:cluster -- NAME, e.g. bookinfo',
    )
  }
  const { bin, ports = usualPorts } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'cluster-')))
  await prepareNetwork()
  const image = await makeImage(folder)
  const controlPlane = await startControlPlane({ bin, folder, ports })
  const { api } = controlPlane
  const environment = { ...process.env, KUBECONFIG: controlPlane.kubeconfig, HOME: folder }
  const kubelet = startKubelet({
    api,
    folder,
    image,
    entrypoint: ['/nodejs/bin/node', '/app/dist/main.js'],
    apiServerPort: ports.apiServer,
    note(line) {
      // What a pod has to say when its folder is gone is that it was stopped.
      writeFile(join(folder, 'logs/kubelet.log'), `${line}\n`, { flag: 'a' }).catch(() => {})
    },
  })
  const kubeletApi = await serveKubelet(kubelet, join(folder, 'certificates'))
  await createNodes(api)

  return {
    api,
    kubelet,
    controlPlane,
    folder,
    environment,
    kubectl: (args, input) => runOrThrow(join(bin, 'kubectl'), args, { environment, input }),
    tryKubectl: (args, input) => runCommand(join(bin, 'kubectl'), args, { environment, input }),
    apply(manifests, ...args) {
      const text =
        typeof manifests === 'string'
          ? manifests
          : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests })
      return runOrThrow(join(bin, 'kubectl'), ['apply', '-f', '-', ...args], { environment, input: text })
    },
    helm: (version, args) => runOrThrow(join(bin, `helm${version}`), args, { environment, cwd: root }),
    tryHelm: (version, args) => runCommand(join(bin, `helm${version}`), args, { environment, cwd: root }),
    async pods(namespace) {
      return (await api.get<List<Pod>>(`/api/v1/namespaces/${namespace}/pods`)).items
    },
    async stop() {
      kubeletApi.close()
      await kubelet.stop()
      await controlPlane.stop()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The files of the Dockerfile's last stage that are ours: Node, and the bundle. */
async function makeImage(folder: string): Promise<string> {
  const image = join(folder, 'image')
  await mkdir(join(image, 'nodejs/bin'), { recursive: true })
  await mkdir(join(image, 'app/dist'), { recursive: true })
  const node = join(image, 'nodejs/bin/node')
  await link(process.execPath, node).catch(() => copyFile(process.execPath, node))
  await cp(join(root, 'dist'), join(image, 'app/dist'), { recursive: true })
  return image
}

const zones = ['a', 'b', 'c']

async function createNodes(api: Api): Promise<void> {
  for (const zone of zones) {
    const body = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: `node-${zone}`,
        labels: {
          'kubernetes.io/hostname': `node-${zone}`,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'topology.kubernetes.io/zone': `zone-${zone}`,
        },
      },
      status: { nodeInfo: nodeInfo },
    }
    await api.call({ method: 'POST', path: '/api/v1/nodes', body })
  }
  await until('the nodes are ready', 60, async () => {
    const { items } = await api.get<List<KubernetesObject & Pod>>('/api/v1/nodes')
    return items.length === zones.length && items.every(isReady)
  })
}

/** The parts that a Node must have, and the kubelet's version, by which native sidecars are decided. */
const nodeInfo = {
  kubeletVersion: 'v1.37.2',
  architecture: 'amd64',
  operatingSystem: 'linux',
  bootID: '',
  containerRuntimeVersion: 'none://0',
  kernelVersion: '6',
  kubeProxyVersion: '',
  machineID: '',
  osImage: '',
  systemUUID: '',
}
