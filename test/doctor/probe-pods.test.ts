/** What a pod says of itself: asked directly from a pod, else by the API server's proxy. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import type { KubernetesClient } from '../../src/cluster/client.ts'
import { askSelf, type PodTarget } from '../../src/doctor/probe-pods.ts'
import { portOf } from '../server/harness.ts'

const rows: [
  title: string,
  place: 'in-cluster' | 'outside',
  status: number,
  direct: number,
  proxied: number,
  by: string,
][] = [
  ['from a pod, directly', 'in-cluster', 200, 2, 0, 'itself'],
  ['from a pod that cannot: once, which may cost the whole of its time', 'in-cluster', 500, 1, 2, 'proxy'],
  ['from elsewhere', 'outside', 200, 0, 2, 'proxy'],
]

for (const [title, place, status, direct, proxied, by] of rows) {
  t.test(title, async (t) => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked++
      response.writeHead(status).end('{"by":"itself"}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const paths: string[] = []
    const target = targetAt(portOf(server))
    const { self } = await askSelf(fakeClient(paths), target, place)
    t.same(self, { value: { by } })
    t.equal(asked, direct, 'directly')
    t.equal(paths.length, proxied, 'by the proxy')
    for (const path of paths) {
      t.equal(path, `/api/v1/namespaces/injector/pods/a:${target.operationsPort}/proxy/doctor`)
    }
  })
}

t.test("Istio's own injector is not asked", async (t) => {
  const paths: string[] = []
  const { self } = await askSelf(fakeClient(paths), { ...targetAt(1), hasSelf: false }, 'in-cluster')
  t.match(self, { missing: 'not asked' })
  t.same(paths, [])
})

function targetAt(operationsPort: number): PodTarget {
  const address = '127.0.0.1'
  return { namespace: 'injector', pod: 'a', address, ready: true, port: 9443, operationsPort, hasSelf: true }
}

/** An API server whose proxy reaches every pod. */
function fakeClient(paths: string[]): KubernetesClient {
  return {
    server: 'https://fake',
    call({ path }) {
      paths.push(path)
      return Promise.resolve({ by: 'proxy' })
    },
    // oxlint-disable-next-line require-yield -- nobody watches
    async *lines() {
      throw new TypeError('nothing is watched')
    },
    close: () => Promise.resolve(),
  }
}
