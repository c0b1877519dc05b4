/** Server-side dry run is answered and leaves nothing behind; `kubectl diff`, which is made of it, shows the sidecar. */
import t from 'tap'
import type { Pod } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  containerNames,
  ensureNamespace,
  installChart,
  plainPod,
} from './harness/scenario.ts'

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.0.0/defaults'
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, `${folder}/istio-sidecar-injector.configmap.yaml`)
await installChart(cluster)
await ensureNamespace(cluster, 'shop', { 'istio-injection': 'enabled' })

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'app:1' }] },
    },
  },
}

await t.test('a dry run shows the pod as it would be', async (t) => {
  const printed = await cluster.apply([plainPod('try')], '-n', 'shop', '--dry-run=server', '-o', 'json')
  const pod: Pod = JSON.parse(printed)
  t.equal(containerNames(pod), 'app istio-proxy | istio-init')
  t.same(await cluster.pods('shop'), [], 'and nothing is left of it')
})

await t.test('kubectl diff', async (t) => {
  const asked = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [plainPod('try'), deployment] })
  const missing = await cluster.tryKubectl(['diff', '-n', 'shop', '-f', '-'], asked)
  t.equal(missing.status, 1, 'there are differences')
  t.match(missing.stdout, /^\+ +name: istio-proxy$/m, 'the sidecar of a pod is one of them')
  t.same(await cluster.pods('shop'), [], 'nothing is left of it')

  await cluster.apply([deployment], '-n', 'shop')
  await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=30s'])
  const [pod] = await cluster.pods('shop')
  t.equal(containerNames(pod!), 'app istio-proxy | istio-init', 'its pod has a sidecar')
  const unchanged = await cluster.tryKubectl(['diff', '-n', 'shop', '-f', '-'], JSON.stringify(deployment))
  t.equal(unchanged.stdout, '', 'its Deployment is as it was applied')
  t.equal(unchanged.status, 0)
})
