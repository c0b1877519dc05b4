/** The review page of a process that watches a cluster, or none. */
import t from 'tap'
import type { PageState, ReviewAnswer } from '../../src/page/answers.ts'
import type { Picture } from '../../src/page/picture.ts'
import { run, serve } from '../commands/server-process.ts'
import { injectedPod, podOf, shop, webhookOf } from '../coverage/made.ts'
import { folder } from '../server/harness.ts'
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts'
import { until } from './until.ts'

const namespaces = '/api/v1/namespaces'
const pods = '/api/v1/pods'
const config = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers: [{name: istio-proxy, image: "istio/proxyv2:{{ .Values.global.tag }}"}]
`

function fill(server: FakeApiServer): void {
  const configMap = (name: string, data: Record<string, string>) =>
    server.put(`${namespaces}/istio-system/configmaps`, {
      metadata: { name, namespace: 'istio-system' },
      data,
    })
  configMap('istio-sidecar-injector', { config, values: '{"global":{"tag":"1.30.3"}}' })
  configMap('istio', { mesh: '' })
  server.put(namespaces, shop)
  server.put(namespaces, { metadata: { name: 'plain' } })
  server.put('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', webhookOf())
  server.put(pods, injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, { name: 'good' }))
  server.put(pods, podOf({ metadata: { name: 'bare', namespace: 'plain' } }))
}

t.test('pods of the cluster are seen, and its webhooks select what is tried', async (t) => {
  const server = await startFakeApiServer(t)
  fill(server)
  const cluster = ['-i', 'istio-system', '--kubeconfig', server.kubeconfig(), '--drainSeconds', '0']
  const running = await serve(['--reviewPage', '--coverage', ...cluster], folder())
  t.teardown(() => running.stop())
  const page = `http://127.0.0.1:${running.operationsPort}/review/`
  const get = async (path: string) => (await fetch(page + path)).text()
  const picture = async (): Promise<Picture> => JSON.parse(await get('cluster'))
  await until('it has been seen', async () => (await picture()).namespaces.length > 0)
  t.match(await picture(), {
    namespaces: [
      { name: 'plain', pods: [{ name: 'bare', state: 'left-out', reason: 'revision-not-selected' }] },
      { name: 'shop', labels: ['istio-injection=enabled'], pods: [{ name: 'good', state: 'injected' }] },
    ],
  })
  const state: PageState = JSON.parse(await get('state'))
  t.match(state, { hasPicture: true, revisions: [{ name: 'default', release: '1.30.3' }] })

  const review = async (namespace: string): Promise<ReviewAnswer> => {
    const text = `kind: Pod\nmetadata: {name: web, namespace: ${namespace}}\nspec: {containers: [{name: web}]}`
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${page}review`, { method: 'POST', headers, body: JSON.stringify({ text }) })
    return JSON.parse(await answer.text())
  }
  t.match(await review('shop'), {
    pods: [{ verdict: 'injected', webhook: { name: 'namespace.sidecar-injector.istio.io' } }],
  })
  t.match(await review('plain'), { pods: [{ verdict: 'skipped', reason: 'revision-not-selected' }] })

  server.put(namespaces, { metadata: { name: 'plain', labels: { 'istio-injection': 'enabled' } } })
  await until('the label is seen', async () => (await picture()).namespaces[0]?.pods[0]?.state === 'missing')
  t.match(await review('plain'), { pods: [{ verdict: 'injected' }] })
  t.equal(await running.stop(), 0)
})

t.test('without --reviewPage there is no page, and its flags say so', async (t) => {
  const running = await serve(['--drainSeconds', '0'], folder())
  t.equal((await fetch(`http://127.0.0.1:${running.operationsPort}/review/`)).status, 404)
  t.equal(await running.stop(), 0)

  const hosts = run(['serve', '--reviewPageHosts', 'a.example'], folder())
  t.equal(await hosts.exited, 2)
  t.match(hosts.stderr(), /--reviewPageHosts belong to a --reviewPage/)
  const wrong = run(['serve', '--reviewPage', '--reviewPageHosts', 'https://a.example'], folder())
  t.equal(await wrong.exited, 2)
  t.match(wrong.stderr(), /no name of a host/)
})
