/**
 * The chart's alerts and dashboard before series that are scraped while what they are about happens, each trouble played for as long as
 * its alerts wait. With RECORD_SERIES=1 the series are kept for the tests of the chart (test/chart/alerts.test.ts).
 */
import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { issueAuthority } from '../../src/tls/issue.ts'
import { judge } from '../chart/promtool.ts'
import {
  firingOfPhases,
  phases,
  playedPhases,
  readRecorded,
  recordedFile,
  scrapesOfPhase,
  shapeOf,
  shownByPanels,
} from '../chart/recorded.ts'
import type { Role } from '../chart/objects.ts'
import { recorder, type Scrape } from '../chart/series.ts'
import { watchedMetrics } from '../chart/watched.ts'
import { metricOf, metricsPage } from './harness/metrics.ts'
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

const { namespace } = installation
const name = 'eks-sidecar-injector'
const istio = 'releases/istio-1.30.3/defaults'
const configMaps = [`${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`]
const configuration = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`

const cluster = await clusterFor(t)
const recording = recorder(watchedMetrics)
const recorded: string[] = []
let pods = 0

await t.test('one trouble after the other', async (t) => {
  await applyIstio(cluster, ...configMaps)
  await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
  const set = [
    'coverage.enabled=true',
    'doctor.minutes=1',
    'extraArgs={--doctorMinutes=0.05}',
    'doctor.namespace=bookinfo',
  ]
  await installChart(cluster, { set: [`fullnameOverride=${name}`, ...set] })
  await phase('healthy', create, () => shows('pods', 'state="injected"'))
  await phase('pods refused', createRefused)

  await edit('config', (config) => `${config}\npolicy: [`)
  await phase(
    'settings refused',
    create,
    () => shows('settings_refused'),
    () => shows('doctor_finding', 'settings-refused'),
  )
  await applyIstio(cluster, ...configMaps)
  await until('settings are mended', 10, () => hides('settings_refused'))

  const rules = await withoutWriting()
  const other = await issueAuthority({ name: 'another', now: new Date(), lifetimeMs: 1e9 })
  await patchWebhooks('clientConfig/caBundle', Buffer.from(other.cert).toString('base64'))
  await until('the caBundle is seen', 10, () => hides('ca_bundle_matches'))
  await phase(
    'not trusted',
    () => troubled(createInVain),
    () => shows('doctor_finding', 'ca-bundle-wrong'),
  )
  await patchWebhooks('failurePolicy', 'Ignore')
  await phase(
    'failing open',
    () => troubled(create),
    () => shows('doctor_finding', 'failing-open'),
    () => shows('pods', 'reason="webhook-ignored"'),
  )

  // Times are whole seconds: what changes now is younger than the pods.
  await sleep(1100)
  await setRules(rules)
  await patchWebhooks('failurePolicy', 'Fail')
  await until('the caBundle is mended', 30, () => shows('ca_bundle_matches'))
  await phase('mended', create, () => hides('doctor_finding'))

  await edit('values', (values) => values.replaceAll('1.30.3', '1.30.4'))
  await phase('newer settings', create, () => shows('pods', 'state="outdated"'))
  await cluster.kubectl(['delete', 'configmap', '-n', 'istio-system', 'istio', 'istio-sidecar-injector'])
  await phase(
    'orphaned',
    create,
    () => shows('settings_orphaned'),
    () => shows('doctor_finding', 'config-map-missing'),
  )
  await cluster.kubectl(['scale', '-n', namespace, `deployment/${name}`, '--replicas=0'])
  await until('no pods', 60, async () => (await cluster.pods(namespace)).length === 0)
  await phase('gone', createInVain)
  t.same(
    recorded,
    phases.map(({ name: each }) => each),
    'each was made',
  )
})

await t.test('the right alerts fire, each at its time, and no other', (t) => {
  const done = recording.done()
  const series = playedPhases(done)
  t.equal(judge({ series, firing: firingOfPhases }), '')
  t.equal(judge({ series, queries: shownByPanels }), '', 'each panel of the dashboard shows something')
  if (process.env['RECORD_SERIES'] === '1') writeFileSync(recordedFile, `${JSON.stringify(done, null, 1)}\n`)
  t.same(shapeOf(done), shapeOf(readRecorded()), 'the series that the tests of the chart have are like these')
  t.end()
})

/** Has something happen until it is seen, and scrapes then, and twice more as it goes on. */
async function phase(
  what: string,
  act: () => Promise<void>,
  ...seen: readonly (() => Promise<boolean>)[]
): Promise<void> {
  await act()
  for (const condition of seen) await until(`${what}: ${String(condition)}`, 60, condition)
  recorded.push(what)
  for (let count = 0; count < scrapesOfPhase; count++) {
    if (count > 0) await act()
    // Logs and metrics are written behind the answer.
    await sleep(500)
    recording.add(`${what}, ${count + 1}`, Date.now() / 1000, await scrape())
  }
}

/** What Prometheus would: the API server, and each pod of ours with the labels of a ServiceMonitor. */
async function scrape(): Promise<Scrape[]> {
  const job = { job: name, namespace, service: name, endpoint: 'operations', container: 'sidecar-injector' }
  const ours = (await cluster.pods(namespace)).map(async ({ metadata, status }) => ({
    target: { ...job, pod: metadata.name, instance: `${status?.podIP}:8080` },
    page: await metricsPage(status?.podIP ?? ''),
  }))
  const target = { job: 'apiserver', namespace: 'default', service: 'kubernetes', instance: '192.0.2.10:443' }
  const page = await cluster.kubectl(['get', '--raw', '/metrics'])
  return [...(await Promise.all(ours)), { target, page: ofWebhooks(page) }]
}

/** Without the histograms and the other plug-ins, which nobody asks for. */
function ofWebhooks(page: string): string {
  return page
    .split('\n')
    .filter((line) => line.includes('sidecar-injector.istio.io') || line.startsWith('process_start_time'))
    .join('\n')
}

/** Some pods, one of which a matchCondition leaves out; and a request that is none of the API server's. */
async function create(): Promise<void> {
  await createPod(cluster, 'bookinfo', plainPod(`app-${(pods += 1)}`))
  const pod = plainPod('node', {})
  await createPod(
    cluster,
    'bookinfo',
    { ...pod, spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a' }] } },
    { dryRun: true },
  )
  for (const { status } of await cluster.pods(namespace)) await strangeRequest(status?.podIP ?? '')
}

async function createInVain(): Promise<void> {
  await t.rejects(createPod(cluster, 'bookinfo', plainPod('in-vain')), /failed calling webhook/)
}

/** Not before the injector has failed to mend the caBundle once more. */
async function troubled(act: () => Promise<void>): Promise<void> {
  const before = await sumOf('certificate_troubles_total', '')
  await act()
  await until(
    'another vain attempt',
    60,
    async () => (await sumOf('certificate_troubles_total', '')) > before,
  )
}

async function createRefused(): Promise<void> {
  const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': 'none' }
  await t.rejects(createPod(cluster, 'bookinfo', plainPod('refused', { annotations })), /excludeInboundPorts/)
}

function strangeRequest(host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { host, port: 9443, path: '/inject', method: 'POST', rejectUnauthorized: false }
    request(options, (answer) => answer.resume().on('end', resolve))
      .on('error', reject)
      .end('what?')
  })
}

/** Whether a metric of ours is 1 or more in the replicas together, of series whose labels have this in them. */
async function shows(metric: string, part = ''): Promise<boolean> {
  return (await sumOf(metric, part)) > 0
}

async function hides(metric: string): Promise<boolean> {
  return (await sumOf(metric, '')) === 0
}

async function sumOf(metric: string, part: string): Promise<number> {
  let sum = 0
  for (const { status } of await cluster.pods(namespace)) {
    sum += metricOf(await metricsPage(status?.podIP ?? ''), `eks_sidecar_injector_${metric}`, part)
  }
  return sum
}

async function edit(key: string, change: (text: string) => string): Promise<void> {
  const path = '/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector'
  const { data } = await cluster.api.get<{ readonly data: Readonly<Record<string, string>> }>(path)
  const text = change(data[key] ?? '')
  if (text === data[key]) throw new Error('the edit changes nothing')
  await cluster.api.call({
    method: 'PATCH',
    path,
    contentType: 'application/merge-patch+json',
    body: { data: { [key]: text } },
  })
}

/** Takes the right to write webhook configurations from the injector, which sees them still; gives back what it had. */
async function withoutWriting(): Promise<readonly object[]> {
  const { rules }: Role = JSON.parse(await cluster.kubectl(['get', 'clusterrole', name, '-o', 'json']))
  await setRules(rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') })))
  return rules
}

async function setRules(value: readonly object[]): Promise<void> {
  const patch = JSON.stringify([{ op: 'replace', path: '/rules', value }])
  await cluster.kubectl(['patch', 'clusterrole', name, '--type=json', `--patch=${patch}`])
}

async function patchWebhooks(field: string, value: unknown): Promise<void> {
  const { webhooks } = await cluster.api.get<{ readonly webhooks: readonly object[] }>(configuration)
  const operations = webhooks.map((_, index) => ({ op: 'add', path: `/webhooks/${index}/${field}`, value }))
  await cluster.api.call({
    method: 'PATCH',
    path: configuration,
    contentType: 'application/json-patch+json',
    body: operations,
  })
  await sleep(1500)
}
