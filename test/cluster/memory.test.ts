/** Memory of `serve` after 5,000 pods in 500 namespaces, which stay. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installChart,
  plainPod,
  proxyImage,
} from './harness/scenario.ts'

const namespaces = 500
const podsEach = 10
const atOnce = 8
const mostMegabytes = 200

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.30.3/defaults'
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, `${folder}/istio-sidecar-injector.configmap.yaml`)
await installChart(cluster)

await t.test(`${namespaces * podsEach} pods in ${namespaces} namespaces`, async (t) => {
  const before = megabytes()
  let next = 0
  let injected = 0
  async function work(): Promise<void> {
    for (let number = next++; number < namespaces; number = next++) {
      const namespace = `team-${number}`
      await ensureNamespace(cluster, namespace, { 'istio-injection': 'enabled' })
      for (let pod = 0; pod < podsEach; pod += 1) {
        const { labels, name } = { name: `pod-${pod}`, labels: { app: `app-${number}-${pod}` } }
        if (proxyImage(await createPod(cluster, namespace, plainPod(name, { labels }))) !== undefined)
          injected += 1
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  t.equal(injected, namespaces * podsEach, 'each pod has its sidecar')
  for (const [index, now] of megabytes().entries()) {
    t.comment(`replica ${index + 1}: ${before[index]?.toFixed(0)} MB before, ${now.toFixed(0)} MB after`)
    t.ok(now < mostMegabytes, `replica ${index + 1} needs less than ${mostMegabytes} MB`)
  }
})

/** What each of our processes has in memory, its highest so far. */
function megabytes(): readonly number[] {
  return cluster.kubelet.pods().map((pod) => {
    const status = readFileSync(`/proc/${pod.pid()}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  })
}
