/** One reason everywhere: warning, audit log, Event, metric, log and `explain` say the same of each pod. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { ofRevision } from './harness/istio-revisions.ts'
import { metricsPage } from './harness/metrics.ts'
import type { List } from './harness/objects.ts'
import { runCommand } from './harness/processes.ts'
import { cases, enabled, open, podOf, revisionObjects, revisions, type Case } from './harness/reasons.ts'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installChart,
  plainPod,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

/** Is labelled when its pod is there. */
const late = 'reasons-late'
/** Has an injector that does not answer. */
const silent = 'reasons-silent'

const cluster = await clusterFor(t)
const old = 'releases/istio-1.0.0/defaults'
await applyIstio(cluster, `${old}/istio.configmap.yaml`, `${old}/istio-sidecar-injector.configmap.yaml`)
await cluster.apply([...revisionObjects(), ...ofRevision('releases/istio-1.30.3/defaults', '1-30')])
await ensureNamespace(cluster, enabled, { 'istio-injection': 'enabled' })
await ensureNamespace(cluster, open, {})
// What conditions leave out, the injector would have no reason for.
await installChart(cluster, {
  set: ['coverage.enabled=true', 'webhooks.matchConditions=false', `revisions={${revisions.join(',')}}`],
})

const addresses = cluster.kubelet.pods().map(({ address }) => address)
const before = await decisions()
const created = await createAll()
const audited = auditLines()

await t.test('there are as many pods as the issue asks for, of every outcome', (t) => {
  t.ok(cases.length >= 40, `${cases.length} pods`)
  t.same(
    new Set(cases.map(({ outcome }) => outcome)),
    new Set(['injected', 'skipped', 'failed', 'left alone']),
  )
  t.end()
})

await t.test(
  'whoever creates a pod is warned where that helps, and refused where no sidecar can be made',
  (t) => {
    for (const each of cases) {
      const { status = null, stderr = '' } = created.get(each.name) ?? {}
      t.equal(status !== 0, each.outcome === 'failed', `${each.name} is ${each.outcome}`)
      const told = each.outcome === 'failed' ? 'refused' : 'no sidecar'
      if (each.isTold) t.match(stderr, `Warning: ${told} (${each.reason})`)
      else t.notMatch(stderr, /Warning: (?:no sidecar|refused) \(/)
    }
    t.end()
  },
)

await t.test('the audit log has decision, reason, revision and template', (t) => {
  for (const each of cases) {
    const annotations = audited.get(each.name) ?? {}
    const { decision, reason, revision, 'template-hash': template } = ofWebhook(annotations)
    if (each.outcome === 'left alone') {
      t.same([decision, reason], [undefined, undefined], each.name)
      continue
    }
    t.same([decision, reason], [each.outcome, each.reason], each.name)
    const asked = each.labels['istio.io/rev'] ?? 'default'
    t.equal(revision, each.reason === 'revision-unknown' ? undefined : asked)
    t.equal(template?.length, each.reason === 'revision-unknown' ? undefined : 64)
  }
  t.end()
})

await t.test('the owner has an Event where a person should know, and none else', async (t) => {
  const told = cases.filter(({ isTold }) => isTold)
  const events = await until('an Event for each', 60, async () => {
    const found = await eventsOf([enabled, open])
    return found.size >= told.length && found
  })
  for (const each of cases) {
    const text = events.get(each.name)
    if (each.isTold) t.match(text, `(${each.reason})`, each.name)
    else t.equal(text, undefined, each.name)
  }
})

await t.test('the metrics have counted each reason as often as it was one', async (t) => {
  const expected = new Map<string, number>()
  for (const { outcome, reason } of cases.filter(({ outcome }) => outcome !== 'left alone')) {
    const key = `${outcome} ${reason}`
    expected.set(key, (expected.get(key) ?? 0) + 1)
  }
  const counted = new Map<string, number>()
  for (const [key, count] of await decisions()) {
    const more = count - (before.get(key) ?? 0)
    if (more > 0) counted.set(key, more)
  }
  t.same(counted, expected)
})

await t.test(
  'the log has a line for each call, with reason, field and owner, and nothing of the pod',
  async (t) => {
    const lines = await until('a line for each', 10, () => {
      const found = logLines()
      return Promise.resolve(
        found.size >= cases.filter(({ outcome }) => outcome !== 'left alone').length && found,
      )
    })
    for (const each of cases) {
      const line = lines.get(each.name)
      if (each.outcome === 'left alone') t.equal(line, undefined, each.name)
      else
        t.match(line, { decision: each.outcome, reason: each.reason, namespace: each.namespace }, each.name)
    }
    t.match(lines.get(`${enabled}-14-host-network`)?.['field'], 'spec.hostNetwork')
    t.notMatch(
      JSON.stringify([...lines.values()]),
      /maybe|everything|10\.0\.0\.0\/33/,
      'values are the pod’s own',
    )
  },
)

const verdicts = {
  injected: 'would-be-injected',
  skipped: 'would-not-be-injected',
  failed: 'would-be-refused',
  'left alone': 'would-not-be-injected',
} as const

await t.test('explain says the same beforehand, by the cluster and the pod alone', async (t) => {
  const explained = await explain(['-f', '-'], JSON.stringify({ kind: 'List', items: cases.map(podOf) }))
  const byName = new Map(explained.map((each) => [each.name, each]))
  for (const each of cases) {
    const { verdict, reason, warnings } = byName.get(each.name) ?? {}
    t.same([verdict, reason], [verdicts[each.outcome], each.reason], each.name)
    const isWarned = warnings?.some((warning) => warning.startsWith(`no sidecar (${each.reason})`))
    if (each.outcome === 'skipped') t.equal(isWarned, each.isTold, `${each.name}: what kubectl would warn`)
  }
})

await t.test('and of pods that are there', async (t) => {
  const there = cases.filter(({ outcome }) => outcome !== 'failed')
  for (const namespace of [enabled, open]) {
    const targets = there.filter((each) => each.namespace === namespace)
    const explained = await explain([...targets.map(({ name }) => `pod/${name}`), '-n', namespace])
    for (const each of targets) {
      const { verdict, reason } = explained.find(({ name }) => name === each.name) ?? {}
      // A container istio-proxy is a sidecar, whoever has made it.
      if (each.reason === 'own-sidecar' || JSON.stringify(each.spec).includes('own:1')) {
        t.same([verdict, reason], ['injected', 'foreign-sidecar'], each.name)
      } else if (each.outcome === 'injected') t.same([verdict, reason], ['injected', 'current'], each.name)
      else t.same([verdict, reason], ['not-injected', each.reason], each.name)
    }
  }
})

await t.test('coverage counts the same, as a command and as a metric', async (t) => {
  const expected = new Map<string, number>()
  for (const { namespace, outcome, reason, spec } of cases) {
    if (outcome === 'failed') continue
    const isOwn = JSON.stringify(spec).includes('own:1')
    const counted = isOwn ? 'injected foreign-sidecar' : `not-injected ${reason}`
    const key = `${namespace} ${outcome === 'injected' ? 'injected current' : counted}`
    expected.set(key, (expected.get(key) ?? 0) + 1)
  }
  const { stdout } = await program(['coverage', '-o', 'json'])
  const coverage: Coverage = JSON.parse(stdout)
  t.same(countsOf(coverage), expected, 'the command')
  for (const address of addresses) {
    const counts = await until('the metric', 10, async () => {
      const found = podCounts(await metricsPage(address))
      return [...found].length === [...expected].length && found
    })
    t.same(counts, expected, `the metric of ${address}`)
  }
})

await t.test(
  'pods that are older than their label, and pods whose webhook failed without a word',
  async (t) => {
    await ensureNamespace(cluster, late, {})
    await createPod(cluster, late, plainPod('early'))
    // Times are whole seconds.
    await sleep(1100)
    await cluster.kubectl(['label', 'namespace', late, 'istio-injection=enabled'])
    const [early] = await explain(['pod/early', '-n', late])
    t.match(early, { verdict: 'not-injected', reason: 'before-namespace-label' })
    t.match(
      early?.evidence.join('\n'),
      /label istio-injection of namespace reasons-late last set by kubectl-label/,
    )
    t.match(early?.advice, [/delete the pod and create it again/])

    await ensureNamespace(cluster, silent, {})
    await cluster.apply([deaf()])
    const name = 'w.sidecar-injector.istio.io'
    await until('a call that failed', 20, async () => {
      await createPod(cluster, silent, plainPod('probe'), { dryRun: true })
      const page: string = await cluster.kubectl(['get', '--raw', '/metrics'])
      return page.includes(`apiserver_admission_webhook_fail_open_count{name="${name}"`)
    })
    await createPod(cluster, silent, plainPod('alone'))
    const [alone] = await explain(['pod/alone', '-n', silent])
    t.match(alone, { verdict: 'not-injected', reason: 'webhook-ignored' })
    t.match(
      alone?.evidence.join('\n'),
      /failed and were ignored, as one API server counts since its start: [1-9]/,
    )
  },
)

await t.test('a workload whose pods are refused tells so on its ReplicaSet, once', async (t) => {
  await cluster.apply([workload('refused', 3, { 'traffic.sidecar.istio.io/includeInboundPorts': 'x' })])
  const events = await until('the Events', 20, async () => {
    const all = await eventObjects(enabled)
    const own = all.filter(({ reason }) => reason === 'SidecarInjectionFailed')
    const about = own.filter(({ involvedObject }) => involvedObject.kind === 'ReplicaSet')
    const hasController = all.some(({ reason }) => reason === 'FailedCreate')
    return about.length > 0 && hasController && about
  })
  t.equal(events.length, 1, 'one for all pods and replicas')
  t.match(events[0], { message: /^refused \(annotation-invalid\)/, involvedObject: { name: /^refused-/ } })
  const [explanation] = await explain(['deployment/refused', '-n', enabled])
  t.match(explanation, { verdict: 'would-be-refused', reason: 'annotation-invalid' })
  t.match(explanation?.events, [{ reason: /FailedCreate|SidecarInjectionFailed/ }])
})

await t.test('a dry run leaves no Event', async (t) => {
  const pod = { ...podOf(told()), metadata: { ...podOf(told()).metadata, name: 'dry' } }
  const ran = await cluster.tryKubectl(['create', '-f', '-', '--dry-run=server'], JSON.stringify(pod))
  t.match(ran.stderr, 'Warning: ')
  t.notOk((await eventsOf([enabled, open])).has('dry'))
})

function told(): Case {
  const found = cases.find(({ isTold, outcome }) => isTold && outcome === 'skipped')
  if (found === undefined) throw new Error('some are told')
  return found
}

interface Created {
  readonly status: number | null
  readonly stderr: string
}

/** Creates the pods as users do, some at a time. */
async function createAll(): Promise<ReadonlyMap<string, Created>> {
  const results = new Map<string, Created>()
  const left = [...cases]
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      results.set(next.name, await cluster.tryKubectl(['create', '-f', '-'], JSON.stringify(podOf(next))))
    }
  }
  await Promise.all([worker(), worker(), worker()])
  return results
}

/** The audit annotations of each pod that was created or refused, by its name. */
function auditLines(): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const lines = readFileSync(cluster.controlPlane.auditLog, 'utf8').trim().split('\n')
  const found = new Map<string, Readonly<Record<string, string>>>()
  for (const line of lines) {
    const { verb, objectRef = {}, annotations = {} } = JSON.parse(line)
    if (verb === 'create' && objectRef.resource === 'pods') found.set(objectRef.name, annotations)
  }
  return found
}

/** The annotations of the injector's webhook, without its name. */
function ofWebhook(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([key, value]) => {
      const [webhook = '', name = ''] = key.split('/')
      return webhook.endsWith('sidecar-injector.istio.io') ? [[name, value]] : []
    }),
  )
}

interface Event {
  readonly reason: string
  readonly message: string
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

async function eventObjects(namespace: string): Promise<readonly Event[]> {
  return (await cluster.api.get<List<Event>>(`/api/v1/namespaces/${namespace}/events`)).items
}

/** The injector's Events about pods, by the pods' names. */
async function eventsOf(namespaces: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const all = (await Promise.all(namespaces.map(eventObjects))).flat()
  return new Map(
    all
      .filter(({ reason, involvedObject }) => reason.startsWith('Sidecar') && involvedObject.kind === 'Pod')
      .map(({ involvedObject, message }) => [involvedObject.name, message]),
  )
}

/** What the replicas have counted together, by decision and reason. */
async function decisions(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const line =
    /^eks_sidecar_injector_decisions_total\{decision="([\w-]+)",reason="([\w-]+)",dry_run="false".*\} (\d+)$/gm
  for (const page of await Promise.all(addresses.map(metricsPage))) {
    for (const [, decision = '', reason = '', count] of page.matchAll(line)) {
      const key = `${decision} ${reason}`
      counts.set(key, (counts.get(key) ?? 0) + Number(count))
    }
  }
  return counts
}

/** The lines of the replicas' logs about reviews, by the pods' names. */
function logLines(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const texts = cluster.kubelet.pods().flatMap((pod) => pod.logs().map((file) => readFileSync(file, 'utf8')))
  const found = new Map<string, Readonly<Record<string, unknown>>>()
  for (const line of texts.join('\n').split('\n')) {
    if (!line.includes('"msg":"review"')) continue
    const entry: Record<string, unknown> = JSON.parse(line)
    if (typeof entry['pod'] === 'string') found.set(entry['pod'], entry)
  }
  return found
}

interface Explained {
  readonly name: string
  readonly verdict: string
  readonly reason: string
  readonly warnings: readonly string[]
  readonly evidence: readonly string[]
  readonly advice: readonly string[]
  readonly events: readonly { readonly reason: string }[]
}

interface Coverage {
  readonly namespaces: readonly {
    readonly name: string
    readonly counts: readonly { readonly state: string; readonly reason: string; readonly count: number }[]
  }[]
}

/** Of the namespaces of the table. */
function countsOf({ namespaces }: Coverage): ReadonlyMap<string, number> {
  return new Map(
    namespaces
      .filter(({ name }) => name === enabled || name === open)
      .flatMap(({ name, counts }) =>
        counts.map(({ state, reason, count }) => [`${name} ${state} ${reason}`, count] as const),
      ),
  )
}

function podCounts(page: string): ReadonlyMap<string, number> {
  const line = /^eks_sidecar_injector_pods\{pod_namespace="(.+?)",state="(.+?)",reason="(.+?)"\} (\d+)$/gm
  return new Map(
    [...page.matchAll(line)]
      .filter(([, namespace]) => namespace === enabled || namespace === open)
      .map(([, namespace, state, reason, count]) => [`${namespace} ${state} ${reason}`, Number(count)]),
  )
}

/** An injector where nobody listens, and which nobody misses. */
function deaf(): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'a-deaf-injector' },
    webhooks: [
      {
        name: 'w.sidecar-injector.istio.io',
        clientConfig: { url: 'https://127.0.0.1:9/inject' },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': silent } },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
        failurePolicy: 'Ignore',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
      },
    ],
  }
}

/** A command, as users run it. */
function program(args: readonly string[], input = '') {
  const main = join(import.meta.dirname, '../../dist/main.js')
  return runCommand(process.execPath, [main, ...args, '--kubeconfig', cluster.controlPlane.kubeconfig], {
    input,
  })
}

/** What `explain` says. */
async function explain(args: readonly string[], input = ''): Promise<readonly Explained[]> {
  const { stdout, stderr } = await program(['explain', ...args, '-o', 'json'], input)
  if (stdout === '') throw new Error(stderr)
  const { explanations }: { explanations: readonly Explained[] } = JSON.parse(stdout)
  return explanations
}

function workload(name: string, replicas: number, annotations: object): object {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: enabled },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
    },
  }
}
