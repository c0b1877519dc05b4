/**
 * Pods that have no sidecar for a reason of the past: what is said of them must be what happened or be said to be a guess, and
 * `explain` and `coverage` must say the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { metricOf, metricsPage } from './harness/metrics.ts'
import type { Deployment } from './harness/objects.ts'
import { sayer } from './harness/sayer.ts'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installation,
  installChart,
  plainPod,
  proxyImage,
  readObject,
  releaseFolder,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const cluster = await clusterFor(t)
const kubectl = (args: readonly string[]): Promise<string> => cluster.kubectl(args)
const { explain, coverage } = sayer(cluster)
const inject = 'sidecar.istio.io/inject'
const enabled = { 'istio-injection': 'enabled' }
const folder = 'releases/istio-1.30.3/defaults'
const injectorFile = `${folder}/istio-sidecar-injector.configmap.yaml`

/** Whatever may be said of a pod's past is either proved by a time that only this has, or says that it may be otherwise. */
const hedges =
  /probably|or than its last change|there was none when it was made, or another|there were none when it was made, or others|was changed since|were changed since|nothing that is seen/

/** Times are whole seconds. */
const nextSecond = (): Promise<void> => sleep(1100)

await applyIstio(cluster, `${folder}/istio.configmap.yaml`)
await applyInjector('disabled')
await installChart(cluster)

/** The settings of the default revision, as an operator would change them. */
async function applyInjector(policy: 'enabled' | 'disabled', ...args: readonly string[]): Promise<void> {
  const object = readObject(releaseFolder(injectorFile))
  const config = (object.data?.['config'] ?? '').replace('policy: enabled', `policy: ${policy}`)
  const changed = {
    ...object,
    metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' },
    data: { ...object.data, config },
  }
  await cluster.apply([changed], ...args)
}

interface Row {
  readonly namespace: string
  readonly reason: string
  readonly message: RegExp
  readonly advice?: RegExp
}

/** Asks about the pod of each namespace, of `explain` and of `coverage`. */
async function check(t: Test, rows: readonly Row[]): Promise<void> {
  const covered = await coverage()
  for (const { namespace, reason, message } of rows) {
    const [said] = await explain([], ['pod/web'], namespace)
    t.same([said?.verdict, said?.reason], ['not-injected', reason], namespace)
    t.match(said?.message, message, namespace)
    if (said?.now.outcome === 'injected') t.match(said.message, hedges, `${namespace}: it may be otherwise`)
    const { state, reason: counted } = covered.get(`${namespace}/web`) ?? {}
    t.same([state, counted], [said?.verdict, said?.reason], `${namespace}: coverage`)
  }
}

async function pod(namespace: string, metadata: object = {}, name = 'web'): Promise<string | undefined> {
  return proxyImage(await createPod(cluster, namespace, plainPod(name, metadata)))
}

const optedOut = { annotations: { [inject]: 'false' } }
const leftOut = { labels: { [inject]: 'false' } }

await t.test('labels, wishes and settings that were different when the pod was made', async (t) => {
  await ensureNamespace(cluster, 'h-policy', enabled)
  t.equal(await pod('h-policy'), undefined)
  await nextSecond()
  await applyInjector('enabled')
  await ensureNamespace(cluster, 'h-probe', enabled)
  await until('the policy holds in both replicas', 20, async () => {
    const tried = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((each) => createPod(cluster, 'h-probe', plainPod(`p${each}`), { dryRun: true })),
    )
    return tried.every((each) => proxyImage(each) !== undefined)
  })
  // So that no pod is as old as the settings.
  await nextSecond()

  for (const name of ['h-late', 'h-back', 'h-annotated', 'h-workload'])
    await ensureNamespace(cluster, name, {})
  for (const name of ['h-opted', 'h-left']) await ensureNamespace(cluster, name, enabled)
  await ensureNamespace(cluster, 'h-team', {})
  await kubectl(['label', 'namespace', 'h-back', 'h-team', 'istio-injection=enabled'])
  await kubectl(['label', 'namespace', 'h-back', 'istio-injection-'])
  for (const name of ['h-late', 'h-back', 'h-annotated']) t.equal(await pod(name), undefined, name)
  for (const name of ['h-opted', 'h-team']) t.equal(await pod(name, optedOut), undefined, name)
  t.equal(await pod('h-left', leftOut), undefined)
  await cluster.apply([deployment('h-workload')])
  await rolled('h-workload')
  await nextSecond()
  for (const name of ['h-opted', 'h-team'])
    await kubectl(['annotate', '-n', name, 'pod', 'web', `${inject}-`])
  await kubectl(['label', '-n', 'h-left', 'pod', 'web', `${inject}-`])
  await kubectl([
    'label',
    'namespace',
    'h-late',
    'h-back',
    'h-annotated',
    'h-workload',
    'istio-injection=enabled',
  ])
  await kubectl(['label', 'namespace', 'h-team', 'team=a'])
  await kubectl(['annotate', '-n', 'h-annotated', 'pod', 'web', `${inject}=false`])
  await check(t, [
    { namespace: 'h-policy', reason: 'before-settings', message: /were changed since it was made/ },
    {
      namespace: 'h-late',
      reason: 'before-namespace-label',
      message: /older than label istio-injection=enabled/,
    },
    { namespace: 'h-back', reason: 'before-namespace-label', message: /or than its last change/ },
    { namespace: 'h-opted', reason: 'unexplained', message: /nothing that is seen/ },
    { namespace: 'h-left', reason: 'unexplained', message: /nothing that is seen/ },
    { namespace: 'h-team', reason: 'before-namespace-label', message: /probably/ },
    { namespace: 'h-annotated', reason: 'inject-annotation', message: /"false"/ },
  ])
  const [annotated] = await explain([], ['pod/web'], 'h-annotated')
  t.match(annotated?.message, /set after the pod was made/)
})

await t.test(
  'pods of a Deployment that are older than the label, until it is restarted as is said',
  async (t) => {
    const [before] = await explain([], ['deployment/web'], 'h-workload')
    t.match(before, {
      verdict: 'would-be-injected',
      pods: [{ state: 'not-injected', reason: 'before-namespace-label', count: 2 }],
    })
    const [line = ''] = before?.advice ?? []
    t.equal(line, 'kubectl -n h-workload rollout restart deployment/web')
    await kubectl(line.split(' ').slice(1))
    await rolled('h-workload')
    const [after] = await explain([], ['deployment/web'], 'h-workload')
    t.match(after, {
      verdict: 'would-be-injected',
      pods: [{ state: 'injected', reason: 'current', count: 2 }],
    })
  },
)

await t.test('settings and webhook configurations that were deleted and made anew', async (t) => {
  for (const name of ['h-settings', 'h-webhook']) await ensureNamespace(cluster, name, enabled)
  t.equal(await pod('h-settings', optedOut), undefined)
  await kubectl(['annotate', '-n', 'h-settings', 'pod', 'web', `${inject}-`])
  await nextSecond()
  await kubectl(['delete', 'configmap', '-n', 'istio-system', 'istio-sidecar-injector'])
  await applyInjector('enabled')
  await check(t, [
    {
      namespace: 'h-settings',
      reason: 'before-settings',
      message: /there were none when it was made, or others/,
    },
    {
      namespace: 'h-opted',
      reason: 'before-settings',
      message: /there were none when it was made, or others/,
    },
  ])

  const kind = 'mutatingwebhookconfiguration'
  const saved: { metadata: Record<string, unknown> } = JSON.parse(
    await kubectl(['get', kind, installation.name, '-o', 'json']),
  )
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...metadata } = saved.metadata
  await kubectl(['delete', kind, installation.name])
  await until('the API server calls nobody', 10, async () => {
    const tried = await createPod(cluster, 'h-probe', plainPod('gone'), { dryRun: true })
    return proxyImage(tried) === undefined
  })
  const [without] = await explain([], ['namespace/h-webhook'], 'h-webhook')
  t.match(without, { verdict: 'would-not-be-injected', reason: 'revision-not-selected' })
  t.equal(await pod('h-webhook'), undefined)
  await nextSecond()
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify({ ...saved, metadata }))
  await check(t, [
    {
      namespace: 'h-webhook',
      reason: 'before-webhook',
      message: /there was none when it was made, or another/,
    },
    { namespace: 'h-opted', reason: 'before-webhook', message: /or another/ },
  ])
})

await t.test('an injector that was away, and whom nobody missed', async (t) => {
  await installChart(cluster, { set: ['webhooks.failurePolicy=Ignore'] })
  await ensureNamespace(cluster, 'h-ignored', enabled)
  await ensureNamespace(cluster, 'h-wish', enabled)
  await until(
    'it is called',
    20,
    async () => (await pod('h-ignored', {}, `called-${Date.now()}`)) !== undefined,
  )
  await nextSecond()
  t.equal(await pod('h-wish', optedOut), undefined)
  await kubectl(['annotate', '-n', 'h-wish', 'pod', 'web', `${inject}-`])
  await scale(0)
  t.equal(await pod('h-ignored'), undefined, 'nobody is there')
  const rows: readonly Row[] = [
    { namespace: 'h-ignored', reason: 'webhook-ignored', message: /has probably failed/ },
    // The same to be seen, with another past: it must not be certain.
    { namespace: 'h-wish', reason: 'webhook-ignored', message: /has probably failed/ },
  ]
  await check(t, rows)
  const [now] = await explain([], ['namespace/h-ignored'], 'h-ignored')
  t.match(now, { verdict: 'would-not-be-injected', reason: 'webhook-ignored', message: /no ready endpoint/ })
  await scale(2)
  await until('it is back', 30, async () => (await pod('h-ignored', {}, `back-${Date.now()}`)) !== undefined)
  await check(t, rows)
  const [again] = await explain([], ['namespace/h-ignored'], 'h-ignored')
  t.match(again, { verdict: 'would-be-injected' })
  const [said] = await explain([], ['pod/web'], 'h-ignored')
  t.match(
    said?.evidence.join('\n'),
    /failed and were ignored, as one API server counts since its start: [1-9]/,
  )
})

await t.test('the metric of the server has the same reasons', async (t) => {
  await installChart(cluster, { set: ['coverage.enabled=true', 'webhooks.failurePolicy=Ignore'] })
  const covered = await coverage()
  const counts = new Map<string, number>()
  for (const [name, { reason, state }] of covered) {
    if (!name.startsWith('h-') || state !== 'not-injected') continue
    const key = `pod_namespace="${name.split('/', 1)[0]}",state="not-injected",reason="${reason}"`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  t.ok(counts.size > 8, `${counts.size} namespaces and reasons`)
  for (const [labels, count] of counts) {
    // Those that are replaced end by and by.
    await until(`${labels} is ${count}`, 60, async () => {
      const pages = await Promise.all(cluster.kubelet.pods().map(({ address }) => metricsPage(address)))
      return pages.every((page) => metricOf(page, 'eks_sidecar_injector_pods', labels) === count)
    })
  }
})

async function scale(replicas: number): Promise<void> {
  const { name, namespace } = installation
  await kubectl(['scale', '-n', namespace, 'deployment', name, `--replicas=${replicas}`])
  await until(`${replicas} replicas`, 60, async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
    const { status } = await cluster.api.get<Deployment>(path)
    const pods = await cluster.pods(namespace)
    return (status?.readyReplicas ?? 0) === replicas && pods.length === replicas
  })
}

function deployment(namespace: string): object {
  const labels = { app: 'web' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
    },
  }
}

async function rolled(namespace: string): Promise<void> {
  await kubectl(['rollout', 'status', '-n', namespace, 'deployment/web', '--timeout=60s'])
  await until(`only new pods in ${namespace}`, 30, async () => (await cluster.pods(namespace)).length === 2)
}
