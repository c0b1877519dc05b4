/**
 * An API server with 5,000 pods, for `bench/server.ts --only coverage`, in a process of its own: writes the path of its kubeconfig, and
 * on every line of standard input changes something by which each pod has to be judged anew.
 *
 *     node bench/server/cluster.ts CONFIG [MESH [VALUES]]
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { startFakeApiServer } from '../../test/cluster-api/fake-api-server.ts'
import { injectedPod, webhookOf } from '../../test/coverage/made.ts'
import { distinct } from './pods.ts'

const podsInAll = 5000
const namespaces = 200
const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

const [config = '', mesh, values] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'))
const server = await startFakeApiServer({ teardown: () => undefined })
put('configmaps', 'istio-system', 'istio-sidecar-injector', {
  data: { config, ...(values === undefined ? {} : { values }) },
})
put('configmaps', 'istio-system', 'istio', { data: { mesh: mesh ?? '' } })
for (let index = 0; index < namespaces; index++) {
  server.put('/api/v1/namespaces', {
    metadata: { name: `team-${index}`, labels: { 'istio-injection': 'enabled' } },
  })
}
for (let index = 0; index < podsInAll; index++) server.put('/api/v1/pods', pod(index))
server.put(webhooks, webhookOf())
process.stdout.write(`${server.kubeconfig()}\n`)
for await (const turn of createInterface({ input: process.stdin })) {
  server.put(webhooks, { ...webhookOf(), metadata: { name: 'sidecar-injector', annotations: { turn } } })
}

function put(resource: string, namespace: string, name: string, rest: JsonObject): void {
  server.put(`/api/v1/namespaces/${namespace}/${resource}`, { metadata: { name, namespace }, ...rest })
}

/** As it is stored: with the sidecar, its status, and some kilobytes of what nobody looks at. */
function pod(index: number): JsonObject {
  const { request }: { request: { object: JsonObject } } = JSON.parse(distinct(index))
  const metadata = {
    name: `web-${index}`,
    namespace: `team-${index % namespaces}`,
    creationTimestamp: '2026-01-15T00:00:00Z',
  }
  const image = index % 3 === 0 ? 'istio/proxyv2:1.29.0' : 'istio/proxyv2:1.30.3'
  const injected = injectedPod(image, { revision: 'default' }, metadata)
  return { ...injected, status: { phase: 'Running', asCreated: JSON.stringify(request.object).repeat(3) } }
}
