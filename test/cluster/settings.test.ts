/** ConfigMaps are edited under a running injector. */
import t from 'tap'
import { metricOf, metricsPage } from './harness/metrics.ts'
import type { KubernetesObject, List } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installChart,
  plainPod,
  proxyImage,
  readObject,
  releaseFolder,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.0.0/defaults'
const injectorFile = `${folder}/istio-sidecar-injector.configmap.yaml`
let config = readObject(releaseFolder(injectorFile)).data?.['config'] ?? ''
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, injectorFile)
await ensureNamespace(cluster, 'shop', { 'istio-injection': 'enabled' })
await installChart(cluster)
const addresses = cluster.kubelet.pods().map(({ address }) => address)

await t.test('an edit holds within two seconds, in every replica', async (t) => {
  for (const round of [1, 2, 3]) {
    const image = `registry.example/proxyv2:round-${round}`
    await edit((config) => config.replace(/docker\.io\/istio\/proxyv2:1\.0\.0|registry\.example\S+/, image))
    const edited = performance.now()
    // Each replica has an equal chance to answer: many in a row with the new image are from both.
    let row = 0
    await until(
      'twenty sidecars in a row of the new image',
      10,
      async () => {
        row = (await sidecar()) === image ? row + 1 : 0
        return row === 20
      },
      5,
    )
    const generations = await Promise.all(
      addresses.map(async (address) =>
        metricOf(await metricsPage(address), 'eks_sidecar_injector_settings_generation'),
      ),
    )
    const seconds = (performance.now() - edited) / 1000
    t.ok(seconds < 2, `round ${round}: ${seconds.toFixed(2)} s, with the twenty pods`)
    t.equal(new Set(generations).size, 1, `both replicas have settings number ${generations[0]}`)
  }
})

await t.test('a broken edit is refused: an Event says so, and pods go on being injected', async (t) => {
  const before = await sidecar()
  await edit((config) => config.replace('[[', '[[ nonsense'))
  const event = await until('an Event', 5, eventOf)
  t.comment(`${event.reason}: ${event.message}`)
  t.equal(event.type, 'Warning')
  t.match(event.message, /nonsense/, 'it says what is wrong')
  t.equal(await sidecar(), before, 'pods have the sidecar of the last good settings')
  const page = await metricsPage(addresses[0]!)
  t.ok(metricOf(page, 'eks_sidecar_injector_settings_load_errors_total') > 0, 'it is counted')
  await edit((config) => config.replace('[[ nonsense', '[[').replace(/registry\.example\S+/, 'mended:1'))
  await until('the sidecar of the mended settings', 2, async () => (await sidecar()) === 'mended:1')
  t.pass('mended settings hold again')
})

await t.test('ConfigMaps that are deleted go on being served', async (t) => {
  await cluster.kubectl(['delete', 'configmap', 'istio', 'istio-sidecar-injector', '-n', 'istio-system'])
  await until('the metric of deleted ConfigMaps', 5, async () =>
    metricOf(await metricsPage(addresses[0]!), 'eks_sidecar_injector_settings_orphaned'),
  )
  t.equal(await sidecar(), 'mended:1', 'pods have the sidecar of the last good settings')
})

/** The image of the sidecar that a pod would have now. */
async function sidecar(): Promise<string | undefined> {
  return proxyImage(await createPod(cluster, 'shop', plainPod('probe'), { dryRun: true }))
}

async function edit(change: (config: string) => string): Promise<void> {
  const changed = change(config)
  if (changed === config) throw new Error('the edit changes nothing')
  config = changed
  await cluster.api.call({
    method: 'PATCH',
    path: '/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector',
    contentType: 'application/merge-patch+json',
    body: { data: { config } },
  })
}

interface Event extends KubernetesObject {
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

/** The Event on the injector's ConfigMap. */
async function eventOf(): Promise<Event | undefined> {
  const { items } = await cluster.api.get<List<Event>>('/api/v1/namespaces/istio-system/events')
  return items.find(
    ({ involvedObject: { kind, name } }) => kind === 'ConfigMap' && name === 'istio-sidecar-injector',
  )
}
