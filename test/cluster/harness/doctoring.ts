import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Cluster } from './cluster.ts'
import { runCommand } from './processes.ts'
import { createPod, installation, plainPod } from './scenario.ts'
import { until } from './wait.ts'

const { name, namespace } = installation
const configuration = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`

/** How doctor is run, and how it ends. */
export interface Expected {
  /** Default: 3, something was found; 0 where nothing is to be. */
  readonly code?: number
  /** Default: the administrator's. */
  readonly kubeconfig?: string
  readonly args?: readonly string[]
  /** Default: 20, which is what doctor promises. */
  readonly seconds?: number
}

/** What `doctor -o json` prints, as far as the tests look at it. */
export interface Diagnosed {
  readonly findings: readonly {
    readonly cause: string
    readonly certainty: string
    readonly title: string
    readonly evidence: readonly string[]
    readonly remedy: readonly string[]
  }[]
  readonly unchecked: readonly string[]
  readonly done: readonly string[]
  readonly summary: string
  readonly verdict: string
}

/** Runs doctor once; these causes, this exit code, in time. */
export async function finds(
  t: Test,
  cluster: Cluster,
  causes: readonly string[],
  expected: Expected = {},
): Promise<Diagnosed> {
  const { diagnosed, status, seconds, stderr } = await run(cluster, expected)
  t.same(
    diagnosed.findings.map(({ cause }) => cause).toSorted(),
    causes.toSorted(),
    causes.join(', ') || 'nothing',
  )
  t.equal(status, expected.code ?? (causes.length === 0 ? 0 : 3), 'the exit code says so')
  t.ok(seconds < (expected.seconds ?? 20), `in ${seconds.toFixed(1)} s`)
  t.equal(stderr, '')
  for (const { cause, title, evidence } of diagnosed.findings) {
    t.comment(`${cause}: ${title}\n${evidence.join('\n')}`)
  }
  return diagnosed
}

/** Runs doctor once. */
export async function run(cluster: Cluster, { kubeconfig, args = [] }: Expected) {
  // Of the image, which stays as it is: others may build the bundle anew meanwhile.
  const program = join(cluster.folder, 'image/app/dist/main.js')
  const began = performance.now()
  const { status, stdout, stderr } = await runCommand(
    process.execPath,
    [program, 'doctor', '-o', 'json', ...args],
    {
      environment: {
        ...cluster.environment,
        ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }),
      },
    },
  )
  const diagnosed: Diagnosed = JSON.parse(stdout)
  return { diagnosed, status, stderr, seconds: (performance.now() - began) / 1000 }
}

/** Runs the first line for the shell that a remedy has, as an operator would. */
export async function follow(
  t: Test,
  cluster: Cluster,
  remedy: readonly string[] | undefined,
): Promise<void> {
  const line = remedy?.find((each) => each.startsWith('    '))?.trim() ?? 'false'
  const child = spawn('sh', ['-c', line], { env: cluster.environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  t.equal(code, 0, `${line}: ${said.trim()}`)
}

/** Whose kubeconfig it is. */
export interface Account {
  /** A ClusterRole; and webhook configurations may be listed. Default: no rights. */
  readonly role?: string
  /** Default: the first API server. */
  readonly server?: string
}

/** A kubeconfig of a ServiceAccount. */
export async function kubeconfigOf(
  cluster: Cluster,
  account: string,
  { role, server = cluster.controlPlane.server }: Account = {},
): Promise<string> {
  const subject = `--serviceaccount=default:${account}`
  await cluster.kubectl(['create', 'serviceaccount', '-n', 'default', account])
  if (role !== undefined) {
    const resource = '--resource=mutatingwebhookconfigurations.admissionregistration.k8s.io'
    await cluster.kubectl(['create', 'clusterrole', account, '--verb=list', resource])
    for (const each of [role, account]) {
      const binding = `${account}-${each}`
      await cluster.kubectl(['create', 'clusterrolebinding', binding, `--clusterrole=${each}`, subject])
    }
  }
  const token = (await cluster.kubectl(['create', 'token', '-n', 'default', account])).trim()
  const ca = Buffer.from(cluster.controlPlane.authority).toString('base64')
  const file = join(cluster.folder, `${account}.kubeconfig`)
  const content = {
    clusters: [{ name: 'a', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'a', user: { token } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  }
  await writeFile(file, JSON.stringify(content))
  return file
}

/** Waits until pods of bookinfo get their sidecar. */
export async function injected(cluster: Cluster): Promise<void> {
  await until('a pod with a sidecar', 30, async () => {
    const pod = await createPod(cluster, 'bookinfo', plainPod('probe'), { dryRun: true })
    return JSON.stringify(pod).includes('istio-proxy')
  })
}

/** Sets a field of all webhooks, and waits until API servers know. */
export async function patchWebhooks(cluster: Cluster, field: string, value: unknown): Promise<void> {
  const { webhooks } = await cluster.api.get<{ readonly webhooks: readonly object[] }>(configuration)
  const operations = webhooks.map((_, index) => ({ op: 'add', path: `/webhooks/${index}/${field}`, value }))
  await cluster.kubectl([
    'patch',
    'mutatingwebhookconfiguration',
    name,
    '--type=json',
    `--patch=${JSON.stringify(operations)}`,
  ])
  await sleep(1500)
}

/** Has the webhooks trust this authority. */
export async function trust(cluster: Cluster, ca: string): Promise<void> {
  await patchWebhooks(cluster, 'clientConfig/caBundle', Buffer.from(ca).toString('base64'))
}

/** Leads the Service elsewhere. */
export async function patchService(cluster: Cluster, targetPort: number | string): Promise<void> {
  const patch = [{ op: 'replace', path: '/spec/ports/0/targetPort', value: targetPort }]
  await cluster.kubectl([
    'patch',
    'service',
    '-n',
    namespace,
    name,
    '--type=json',
    `--patch=${JSON.stringify(patch)}`,
  ])
}

/** Waits until the API server refuses pods of bookinfo in these words. */
export async function untilTold(cluster: Cluster, words: RegExp): Promise<void> {
  const pod = plainPod('probe')
  await until(`a refusal with ${String(words)}`, 20, async () => {
    const said = await createPod(cluster, 'bookinfo', pod, { dryRun: true }).catch((error: unknown) =>
      String(error),
    )
    return words.test(typeof said === 'string' ? said : '')
  })
}
