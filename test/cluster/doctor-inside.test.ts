/** doctor in the cluster: as the Job of `helm test`, and as the slow check of the server, which its pods have a condition of. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { List, Pod } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installation,
  installChart,
  plainPod,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const { name, namespace, release } = installation
const job = `${name}-doctor`
const istio = 'releases/istio-1.30.3/defaults'
const type = 'sidecar-injector.istio.io/InjectionWorks'
const pods = ['pod', '-n', namespace, '-l', 'app.kubernetes.io/name=eks-sidecar-injector']
const helms = [3, 4] as const

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastProbeTime?: string
  readonly lastTransitionTime?: string
}

/** What becomes of a pod that runs once. */
interface EndedPod extends Pod {
  readonly status?: Pod['status'] & {
    readonly containerStatuses?: readonly {
      readonly state: { readonly terminated?: { readonly exitCode: number; readonly reason: string } }
    }[]
  }
}

const cluster = await clusterFor(t)
await applyIstio(cluster, `${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`)
await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
await installChart(cluster, {
  // Every three seconds: the value is in minutes, the flag takes less.
  set: [
    'doctor.enabled=true',
    'doctor.namespace=bookinfo',
    'doctor.minutes=1',
    'extraArgs={--doctorMinutes=0.05}',
  ],
})
await injected()

await t.test('the slow check tells of itself in the condition of each pod', async (t) => {
  await cluster.kubectl(waitFor('', '--timeout=60s'))
  for (const pod of await injectors()) {
    t.match(conditionOf(pod), {
      reason: 'NothingFound',
      message: /^the canary in namespace bookinfo came back/,
    })
    const kubelets = pod.status?.conditions?.filter(({ type }) => type === 'Ready' || type === 'PodScheduled')
    t.match(kubelets, [{ status: 'True' }, { status: 'True' }], 'beside those of others')
  }
  t.match(await cluster.kubectl(['describe', ...pods]), new RegExp(`${type} +True`))
  const [one] = (await injectors()).map(conditionOf)
  await until('a later look', 20, async () => {
    const [now] = (await injectors()).map(conditionOf)
    return now?.lastProbeTime !== one?.lastProbeTime && now?.lastTransitionTime === one?.lastTransitionTime
  })
})

await t.test('helm test on a healthy cluster', async (t) => {
  for (const helm of helms) {
    const { status, stderr } = await cluster.tryHelm(helm, ['test', release, '-n', namespace])
    t.equal(status, 0, `Helm ${helm} says that it has succeeded`)
    t.match(
      stderr,
      /the canary in namespace bookinfo came back after \d+ ms, seen by/,
      'and prints the report',
    )
    const { pod, log } = await lastRun()
    t.match(pod.status, {
      phase: 'Succeeded',
      containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    })
    t.match(log, '\nNo cause found.\n')
    t.notMatch(log, 'Not looked at', 'its rights are enough')
    t.equal(await cluster.kubectl(['logs', '-n', namespace, `job/${job}`]), log, 'and so does kubectl')
  }
})

await t.test('the Job has no other rights', async (t) => {
  const rows: [verb: string, resource: string, namespace: string, answer: string][] = [
    ['create', 'pods', 'bookinfo', 'yes'],
    ['create', 'pods', namespace, 'no'],
    ['list', 'secrets', namespace, 'no'],
    ['patch', 'pods/status', namespace, 'no'],
    ['patch', 'mutatingwebhookconfigurations', namespace, 'no'],
  ]
  for (const [verb, resource, where, answer] of rows) {
    const as = `--as=system:serviceaccount:${namespace}:${job}`
    const { stdout } = await cluster.tryKubectl(['auth', 'can-i', verb, resource, '-n', where, as])
    t.equal(stdout.trim(), answer, `${verb} ${resource} in ${where}`)
  }
})

await t.test('a cause holds', async (t) => {
  const before = (await injectors()).map(conditionOf)
  await patchService(9444)
  await cluster.kubectl(waitFor('=False', '--timeout=60s'))
  await until('the reason', 30, async () =>
    (await injectors()).map(conditionOf).every((condition) => condition?.reason === 'PortClosed'),
  )
  for (const pod of await injectors()) {
    t.match(conditionOf(pod)?.message, / \(port-closed\)$/)
    t.match(
      pod.status?.conditions?.find((each) => each.type === 'Ready'),
      { status: 'True' },
      'the pod stays ready',
    )
  }
  const since = (await injectors()).map((pod) => conditionOf(pod)?.lastTransitionTime)
  t.notSame(
    since,
    before.map((condition) => condition?.lastTransitionTime),
    'since then',
  )

  for (const helm of helms) {
    const { status, stderr } = await cluster.tryHelm(helm, ['test', release, '-n', namespace])
    t.equal(status, 1, `Helm ${helm} says that it has failed`)
    t.match(stderr, 'port-closed, certain', 'and prints why')
    const { pod, log } = await lastRun()
    t.match(pod.status, {
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error' } } }],
    })
    t.match(log, 'port-closed, certain')
  }

  await patchService('webhook')
  await injected()
  await cluster.kubectl(waitFor('', '--timeout=60s'))
  const mended = await cluster.tryHelm(3, ['test', release, '-n', namespace])
  t.equal(mended.status, 0, 'until it is mended')
})

await t.test('a condition that may not be written', async (t) => {
  await cluster.kubectl(['delete', 'rolebinding', '-n', namespace, `${job}-condition`])
  const line = 'doctor: the condition of the pod cannot be written'
  const counts = async () => {
    const texts = await Promise.all(servers().map((pod) => readFile(pod.logs().at(-1) ?? '', 'utf8')))
    return texts.map((text) => text.split(line).length - 1)
  }
  await until('a line of each', 30, async () => (await counts()).every((count) => count > 0))
  // Some more looks.
  await sleep(10_000)
  t.same(await counts(), [1, 1], 'is told once')
  await injected()
  t.equal((await injectors()).length, 2)
  t.same(
    (await injectors()).map(({ status }) => status?.phase),
    ['Running', 'Running'],
    'and does no harm',
  )
})

function conditionOf(pod: Pod): Condition | undefined {
  return pod.status?.conditions?.find((each) => each.type === type)
}

/** Arguments of `kubectl wait` for all of the server's pods. */
function waitFor(value: string, timeout: string): readonly string[] {
  return ['wait', `--for=condition=${type}${value}`, timeout, ...pods]
}

/** The server's pods, without those of the Job. */
async function injectors(): Promise<readonly Pod[]> {
  const all = await cluster.pods(namespace)
  return all.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'eks-sidecar-injector')
}

function servers() {
  return cluster.kubelet.pods().filter((pod) => !pod.name.startsWith(job))
}

/** The pod of the Job, and what it has written. */
async function lastRun(): Promise<{ readonly pod: EndedPod; readonly log: string }> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(`job-name=${job}`)}`
  const { items } = await cluster.api.get<List<EndedPod>>(path)
  const [pod, ...others] = items
  if (pod === undefined || others.length > 0) throw new Error(`the Job has ${items.length} pods`)
  const run = cluster.kubelet.pods().find(({ uid }) => uid === pod.metadata.uid)
  return { pod, log: await readFile(run?.logs().at(-1) ?? '', 'utf8') }
}

/** Waits until pods of bookinfo get their sidecar. */
async function injected(): Promise<void> {
  await until('a pod with a sidecar', 30, async () => {
    const pod = await createPod(cluster, 'bookinfo', plainPod('probe'), { dryRun: true })
    return JSON.stringify(pod).includes('istio-proxy')
  })
}

async function patchService(targetPort: number | string): Promise<void> {
  const patch = [{ op: 'replace', path: '/spec/ports/0/targetPort', value: targetPort }]
  const args = ['patch', 'service', '-n', namespace, name, '--type=json', `--patch=${JSON.stringify(patch)}`]
  await cluster.kubectl(args)
}
