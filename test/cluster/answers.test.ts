/**
 * What is stored is what it would be with Istio's own injectors: generated pods are created in a namespace that is injected, and
 * the answers that the injectors of each release gave to the same pods are created as they are, before there is a webhook.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { knownDifferences } from '../conformance/differences.ts'
import { ApiFailure } from './harness/api.ts'
import { metricOf, metricsPage } from './harness/metrics.ts'
import type { Pod } from './harness/objects.ts'
import { clusterFor, createPod, ensureNamespace, installChart, releaseFolder } from './harness/scenario.ts'
import { comparable } from './harness/stored.ts'
import { withoutUnsaid } from './harness/unsaid.ts'
import { until } from './harness/wait.ts'

const namespace = 'bookinfo'
const folder = releaseFolder('generated')

interface Generated {
  readonly id: string
  readonly namespace: string
  readonly pod: Pod
}

interface Answer {
  readonly id: string
  readonly allowed: boolean
  readonly pod?: Pod
}

/** What the API server said to a pod: what it would store, or why it would not. */
type Stored = Pod | string

/** What is kept of a sidecar that a pod has itself is what the API server has made of it: these are left out. */
const pods = lines(readFileSync(join(folder, 'pods.jsonl'), 'utf8'))
  .map((line): Generated => JSON.parse(line))
  .filter((row) => row.namespace === namespace)
  .filter(({ pod }) => !pod.spec.containers.some(({ name }) => name === 'istio-proxy'))
const releases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const cluster = await clusterFor(t)
await ensureNamespace(cluster, 'istio-system', {})
await ensureNamespace(cluster, namespace, { 'istio-injection': 'enabled' })
await cluster.apply([
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 },
])
for (const name of accounts()) {
  await cluster.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }])
}

/** By release and id. */
const expected = new Map<string, Stored | undefined>()
for (const release of releases) {
  const text = gunzipSync(readFileSync(join(folder, release, 'answers.jsonl.gz'))).toString()
  for (const line of lines(text)) {
    const { id, allowed, pod }: Answer = JSON.parse(line)
    const row = pods.find((found) => found.id === id)
    if (row === undefined) continue
    expected.set(`${release}#${id}`, allowed ? await stored(pod ?? row.pod) : undefined)
  }
}

for (const [index, release] of releases.entries()) {
  await t.test(release, async (t) => {
    await applyConfigMaps(release)
    if (index === 0) await installChart(cluster, { set: ['istio.revision=default'] })
    await until('its settings in both replicas', 10, () => isServed(release))
    const counts = { equal: 0, refused: 0, denied: 0 }
    for (const { id, pod } of pods) {
      const name = `generated/${release}#${id}`
      if (knownDifferences.has(name)) continue
      const want = expected.get(`${release}#${id}`)
      const got = await stored(pod)
      if (want === undefined) {
        t.match(got, /^admission webhook .* denied/, `${id} is denied`)
        counts.denied += 1
      } else if (typeof want === 'string') {
        t.equal(typeof got, 'string', `${id} is refused by the API server: ${want}`)
        counts.refused += 1
      } else if (typeof got === 'string') t.fail(`${id}: ${got}`)
      else {
        t.same(withoutUnsaid(comparable(got)), withoutUnsaid(comparable(want)), id)
        counts.equal += 1
      }
    }
    t.comment(
      `${counts.equal} stored pods equal, ${counts.denied} denied, ${counts.refused} refused by the API server`,
    )
  })
}

async function stored(pod: Pod): Promise<Stored> {
  try {
    return await createPod(cluster, namespace, pod, { dryRun: true })
  } catch (error) {
    if (error instanceof ApiFailure && (error.status < 500 || error.message.includes('denied the request')))
      return error.message.replace(/^.*?: \d+ /, '')
    throw error
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** The ServiceAccounts of the generated pods; a pod whose account is missing is refused. */
function accounts(): ReadonlySet<string> {
  const names = pods.map(({ pod }) => pod.spec.serviceAccountName ?? 'default')
  return new Set(names.filter((name) => name !== 'default' && /^[a-z0-9-]+$/.test(name)))
}

async function applyConfigMaps(release: string): Promise<void> {
  const read = (name: string): string => readFileSync(join(folder, release, name), 'utf8')
  const metadata = { namespace: 'istio-system' }
  const values = readdirSync(join(folder, release)).includes('values') ? { values: read('values') } : {}
  await cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', ...metadata },
      data: { mesh: read('mesh') },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio-sidecar-injector', ...metadata },
      data: { config: read('config'), ...values },
    },
  ])
}

/** Whether all replicas have the settings of a release. */
async function isServed(release: string): Promise<boolean> {
  const pages = await Promise.all(cluster.kubelet.pods().map(({ address }) => metricsPage(address)))
  return pages.every(
    (page) => metricOf(page, 'eks_sidecar_injector_settings_info', `release="${release}"`) > 0,
  )
}
