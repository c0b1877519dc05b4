import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addresses, type Ports } from './addresses.ts'
import { createApi, type Api } from './api.ts'
import { startProgram, tailOf, type RunningProgram } from './processes.ts'
import { stages } from './stages.ts'
import { Hopeless, until } from './wait.ts'

export interface ControlPlaneOptions {
  /** Has etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  readonly bin: string
  /** Keeps the state and the logs. What is there from an earlier run goes on. */
  readonly folder: string
  readonly ports: Ports
}

export interface ControlPlane {
  /** As a member of system:masters. */
  readonly api: Api
  /** Of the same user. */
  readonly kubeconfig: string
  /** `https://10.96.0.1:443` */
  readonly server: string
  /** PEM of the API server's authority. */
  readonly authority: string
  /** Who called what, a line of JSON each, of the users whose name begins with `system:serviceaccount:`. */
  readonly auditLog: string
  /** Starts one more API server over the same state, and waits until it answers. It ends with the others. */
  another(options: AnotherOptions): Promise<Another>
  stop(): Promise<void>
}

/** How an API server differs from the first one. */
export interface AnotherOptions {
  readonly port: number
  /** Beside those of the first, and after them. */
  readonly args?: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
}

export interface Another {
  /** Of the same user as the first one's. */
  readonly kubeconfig: string
  stop(): Promise<void>
}

/** Tokens are only good inside the namespace, where nothing but the tests is. */
const users = ['admin', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const
type User = (typeof users)[number]

const secondsUntilReady = 90

/** Starts the five programs and waits until the API server answers and a ServiceAccount is made. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { bin, folder, ports } = options
  const server = `https://${addresses.apiServer}:${ports.apiServer}`
  const files = await writeFiles(folder, server)
  const running: RunningProgram[] = []

  function start(name: string, args: readonly string[]): void {
    const command = join(bin, name)
    const logFile = join(folder, 'logs', `${name}.log`)
    running.push(startProgram({ name, command, args, environment: process.env, logFile }))
  }

  async function another({ port, args = [], environment = {} }: AnotherOptions): Promise<Another> {
    const name = `kube-apiserver-${port}`
    const program = startProgram({
      name,
      command: join(bin, 'kube-apiserver'),
      args: [
        ...apiServerArgs(folder, { ...ports, apiServer: port }),
        `--audit-log-path=${join(folder, `audit-${port}.log`)}`,
        ...args,
      ],
      environment: { ...process.env, ...environment },
      logFile: join(folder, 'logs', `${name}.log`),
    })
    running.push(program)
    const address = `https://${addresses.apiServer}:${port}`
    const authority = await readFile(files.authority, 'utf8')
    const api = createApi({ server: address, authority, token: tokenOf('admin') })
    await until(`${name} is ready`, secondsUntilReady, () =>
      alive(folder, [program], () => api.call({ method: 'GET', path: '/readyz/ping' }).catch(okText)),
    )
    api.close()
    const file = join(folder, `admin-${port}.kubeconfig`)
    await writeFile(file, kubeconfig(address, files.authority, 'admin'))
    return {
      kubeconfig: file,
      async stop() {
        running.splice(running.indexOf(program), 1)
        await program.stop(5000)
      },
    }
  }

  async function stop(): Promise<void> {
    // The last first: what has lost its API server ends slowly.
    for (const program of running.toReversed()) await program.stop(5000)
  }

  try {
    start('etcd', etcdArgs(folder, ports))
    start('kube-apiserver', apiServerArgs(folder, ports))
    const authority = await until('the certificate of the API server', secondsUntilReady, () =>
      alive(folder, running, () => readFile(files.authority, 'utf8')),
    )
    const api = createApi({ server, authority, token: tokenOf('admin') })
    await until('the API server is ready', secondsUntilReady, () =>
      alive(folder, running, () => api.call({ method: 'GET', path: '/readyz/ping' }).catch(okText)),
    )
    start('kube-controller-manager', controllerManagerArgs(folder, ports, files.authority))
    start('kube-scheduler', [`--config=${files.scheduler}`, `--secure-port=${ports.scheduler}`])
    start('kwok', kwokArgs(folder))
    await until('the first ServiceAccount', secondsUntilReady, () =>
      alive(folder, running, () => api.get('/api/v1/namespaces/default/serviceaccounts/default')),
    )
    return {
      api,
      server,
      authority,
      kubeconfig: kubeconfigOf(folder, 'admin'),
      auditLog: join(folder, 'audit.log'),
      another,
      async stop() {
        api.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Asks, unless one of the programs has ended: then its log says why. */
async function alive<T>(
  folder: string,
  running: readonly RunningProgram[],
  ask: () => Promise<T>,
): Promise<T | undefined> {
  for (const { name, ended } of running) {
    const end = await Promise.race([ended, Promise.resolve()])
    if (end === undefined) continue
    const log = await tailOf(join(folder, 'logs', `${name}.log`))
    throw new Hopeless(`${name} ended with ${end.code ?? end.signal}:\n${log}`)
  }
  return ask()
}

/** `/readyz` answers `ok`, which is no JSON. */
function okText(error: unknown): true {
  if (error instanceof SyntaxError) return true
  throw error
}

interface Files {
  readonly authority: string
  readonly scheduler: string
}

async function writeFiles(folder: string, server: string): Promise<Files> {
  for (const name of ['logs', 'etcd', 'certificates']) await mkdir(join(folder, name), { recursive: true })
  // kube-apiserver makes a certificate for its addresses, with the authority that signed it behind it.
  const authority = join(folder, 'certificates/apiserver.crt')
  const tokens = users.map((user) => `${tokenOf(user)},${user},${user},system:masters\n`)
  await writeFile(join(folder, 'tokens.csv'), tokens.join(''))
  for (const user of users) await writeFile(kubeconfigOf(folder, user), kubeconfig(server, authority, user))
  await writeFile(join(folder, 'stages.yaml'), stages)
  await writeFile(join(folder, 'audit-policy.yaml'), auditPolicy)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = join(folder, 'service-accounts.key')
  await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { flag: 'wx' }).catch(
    keepExisting,
  )
  const scheduler = join(folder, 'scheduler.yaml')
  await writeFile(scheduler, schedulerConfiguration(kubeconfigOf(folder, 'kube-scheduler')))
  return { authority, scheduler }
}

/** A state folder that is used again keeps its key: the tokens of the ServiceAccounts were signed by it. */
function keepExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

function tokenOf(user: User): string {
  return `token-of-${user}`
}

function kubeconfigOf(folder: string, user: User): string {
  return join(folder, `${user}.kubeconfig`)
}

function kubeconfig(server: string, authority: string, user: User): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: user, user: { token: tokenOf(user) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: 'default' } }],
    'current-context': 'test',
  })
}

/** Those of random-explain.test.ts, and some that Kubernetes has made. */
export const explainedNamespaces: readonly string[] = [
  ...Array.from({ length: 15 }, (_, index) => `explained-${index}`),
  'default',
  'kube-public',
  'istio-system',
]

/** Only what ServiceAccounts do is written: the chart's rights are compared with it. */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    userGroups: ['system:serviceaccounts:kube-system']
  - level: Metadata
    userGroups: ['system:serviceaccounts']
  # What reasons.test.ts and random-explain.test.ts read.
  - level: Metadata
    users: [admin]
    namespaces: [reasons, reasons-open, ${[...explainedNamespaces].join(', ')}]
    verbs: [create]
    resources: [{ group: '', resources: [pods] }]
  - level: None
`

/** The default of 50 bindings a second is just what the tests ask for. */
function schedulerConfiguration(kubeconfig: string): string {
  return JSON.stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    leaderElection: { leaderElect: false },
    clientConnection: { kubeconfig, qps: 500, burst: 1000 },
  })
}

function etcdArgs(folder: string, ports: Ports): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`
  const peer = `http://127.0.0.1:${ports.etcdPeers}`
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    // Nothing here has to survive a power cut.
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=warn',
  ]
}

function apiServerArgs(folder: string, ports: Ports): readonly string[] {
  const key = join(folder, 'service-accounts.key')
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=0.0.0.0',
    `--secure-port=${ports.apiServer}`,
    `--advertise-address=${addresses.node}`,
    '--endpoint-reconciler-type=none',
    `--cert-dir=${join(folder, 'certificates')}`,
    `--service-cluster-ip-range=${addresses.serviceRange}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    // Webhooks are called at the pods' addresses, as managed control planes do; there is no kube-proxy.
    '--enable-aggregator-routing=true',
    // The names of the nodes are in no DNS.
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${join(folder, 'audit-policy.yaml')}`,
    `--audit-log-path=${join(folder, 'audit.log')}`,
    // As on EKS: sidecars of old releases are.
    '--allow-privileged=true',
    '--profiling=false',
    '--v=1',
  ]
}

function controllerManagerArgs(folder: string, ports: Ports, authority: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfigOf(folder, 'kube-controller-manager')}`,
    `--secure-port=${ports.controllerManager}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--service-account-private-key-file=${join(folder, 'service-accounts.key')}`,
    `--root-ca-file=${authority}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ]
}

function kwokArgs(folder: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfigOf(folder, 'kwok')}`,
    `--config=${join(folder, 'stages.yaml')}`,
    '--manage-all-nodes=true',
    `--cidr=${addresses.kwokRange}`,
    `--node-ip=${addresses.node}`,
    '--node-lease-duration-seconds=40',
  ]
}
