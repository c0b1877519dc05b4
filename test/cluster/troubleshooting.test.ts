/**
 * docs/troubleshooting.md, followed by the letter: what makes a symptom is done, the page's own commands are run, and the row with the words that
 * they show must lead to the cause that doctor finds; mended, the page's last step has the pods made.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { commandsOf, leadsTo } from '../diagnosis/symptoms.ts'
import { injected, patchService, patchWebhooks, run } from './harness/doctoring.ts'
import { runCommand } from './harness/processes.ts'
import { applyIstio, clusterFor, ensureNamespace, installation, installChart } from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const { name, namespace } = installation
const section = 'Pods are not created'
const istio = 'releases/istio-1.30.3/defaults'

const cluster = await clusterFor(t)
await applyIstio(cluster, `${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`)
await installChart(cluster)
await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
await injected(cluster)
const program = join(cluster.folder, 'image/app/dist/main.js')
await writeFile(
  join(cluster.folder, 'sidecar-injector'),
  `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`,
  { mode: 0o755 },
)

interface Trouble {
  readonly cause: string
  /** What `explain` says of a workload meanwhile. */
  readonly reason: string
  readonly make: () => Promise<unknown>
  readonly undo: () => Promise<unknown>
}

const kubectl = (...args: readonly string[]) => cluster.kubectl(args)
const label = (...labels: readonly string[]) =>
  kubectl('label', 'namespace', 'bookinfo', '--overwrite', ...labels)
const scale = (replicas: number) =>
  kubectl('scale', '-n', namespace, `deployment/${name}`, `--replicas=${replicas}`)

const troubles: readonly Trouble[] = [
  {
    cause: 'port-closed',
    reason: 'webhook-failed',
    make: () => patchService(cluster, 9444),
    undo: () => patchService(cluster, 'webhook'),
  },
  {
    cause: 'not-tls',
    reason: 'webhook-failed',
    make: () => patchService(cluster, 'operations'),
    undo: () => patchService(cluster, 'webhook'),
  },
  {
    cause: 'wrong-path',
    reason: 'webhook-failed',
    make: () => patchWebhooks(cluster, 'clientConfig/service/path', '/injct'),
    undo: () => patchWebhooks(cluster, 'clientConfig/service/path', '/inject'),
  },
  {
    cause: 'service-port',
    reason: 'webhook-failed',
    make: () => patchWebhooks(cluster, 'clientConfig/service/port', 444),
    undo: () => patchWebhooks(cluster, 'clientConfig/service/port', 443),
  },
  {
    cause: 'pod-security',
    reason: 'not-admitted',
    make: () => label('pod-security.kubernetes.io/enforce=baseline'),
    undo: () => label('pod-security.kubernetes.io/enforce-'),
  },
  {
    cause: 'no-endpoints',
    reason: 'webhook-failed',
    make: async () => {
      await scale(0)
      await until('no pods', 40, async () => (await cluster.pods(namespace)).length === 0)
    },
    undo: () => scale(2),
  },
]

for (const trouble of troubles) await t.test(trouble.cause, (t) => followed(t, trouble))

async function followed(t: Test, { cause, reason, make, undo }: Trouble): Promise<void> {
  await make()
  const [events = '', probe = ''] = commandsOf(section).map((line) =>
    line.replaceAll('NAMESPACE', 'bookinfo'),
  )
  const told = await until('a refusal', 30, async () => {
    const { status, stderr } = await shell(probe)
    return status !== 0 && leadsTo(section, stderr).includes(cause) && stderr
  })
  t.ok(told, told)
  await kubectl('create', 'deployment', '-n', 'bookinfo', cause, '--image=app:1')
  const listed = await until('the Event', 30, async () => {
    const { stdout } = await shell(events)
    return stdout.split('\n').find((line) => line.includes(`replicaset/${cause}-`)) ?? false
  })
  t.ok(leadsTo(section, listed).includes(cause), listed)

  const { diagnosed } = await run(cluster, { args: ['--namespace', 'bookinfo'] })
  t.same(
    diagnosed.findings.map((finding) => finding.cause),
    [cause],
  )
  const explained = await shell(`sidecar-injector explain deployment/${cause} -n bookinfo`)
  t.equal(explained.status, 3, explained.stderr)
  t.match(explained.stdout, `would be refused (${reason})`)
  t.match(explained.stdout, 'sidecar-injector doctor -n bookinfo')

  await undo()
  await injected(cluster)
  const [, retry = ''] = /once that is mended: (.*?) {2}#/.exec(explained.stdout) ?? []
  t.match(retry, 'rollout restart')
  // Events and pods have whole seconds: a pod of the last refusal's second is not known to be younger.
  await sleep(1100)
  t.equal((await shell(retry)).status, 0, retry)
  await until('its pod', 20, async () => {
    const pods = await cluster.pods('bookinfo')
    return pods.some(({ metadata }) => metadata.name.startsWith(`${cause}-`))
  })
  t.match(
    (await shell(`sidecar-injector explain deployment/${cause} -n bookinfo`)).stdout,
    'would be injected',
  )
  await kubectl('delete', 'deployment', '-n', 'bookinfo', cause)
}

/** A line of the page, by a shell that has kubectl and our command. */
async function shell(line: string) {
  const { environment } = cluster
  return runCommand('sh', ['-c', line], {
    environment: { ...environment, PATH: `${cluster.folder}:${environment['PATH'] ?? ''}` },
  })
}
