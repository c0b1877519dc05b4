/** `review` and `kube-inject` with the ConfigMaps of a cluster. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { runWith } from '../commands/in-process.ts'
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts'

const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`

function put(server: FakeApiServer, name: string, data: Record<string, string>, namespace = 'istio-system') {
  server.put(configMaps(namespace), { metadata: { name, namespace }, data })
}

/** A config of 1.30 that shows what it was told. */
const config130 = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      initContainers:
      - {name: istio-proxy, image: "proxy:{{ .Revision }}", env: [{name: NATIVE, value: "{{ .NativeSidecars }}"}]}
`
const values130 = '{"global":{"tag":"1.30.3"}}'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1"}]
`

function pod(namespace: string, labels: JsonObject = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace, labels },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
  })
}

/** No kubeconfig but those that tests name. */
const home = mkdtempSync(join(tmpdir(), 'home-'))
Object.assign(process.env, { HOME: home, KUBECONFIG: '', KUBERNETES_SERVICE_HOST: '' })

t.test('kube-inject without files takes the ConfigMaps of the cluster, as istioctl does', async (t) => {
  const server = await startFakeApiServer(t)
  put(server, 'istio-sidecar-injector', { config: exampleConfig })
  put(server, 'istio', { mesh: exampleMesh })
  put(server, 'istio-sidecar-injector-1-30', { config: config130, values: values130 })
  put(server, 'istio-1-30', { mesh: '' })
  put(server, 'own', { config: config130.replace('proxy:', 'own:'), values: values130 }, 'mesh')
  put(server, 'own-mesh', { mesh: '' }, 'mesh')
  process.env['KUBECONFIG'] = server.kubeconfig()
  t.teardown(() => (process.env['KUBECONFIG'] = ''))

  const plain = await runWith(['kube-inject', '-f', '-'], deployment)
  const example = await runWith(['kube-inject', '--example', '-f', '-'], deployment)
  t.equal(plain.code, 0, plain.stderr)
  t.equal(plain.stdout, example.stdout)
  t.match(
    plain.stderr,
    /^settings: ConfigMaps istio-sidecar-injector and istio in namespace istio-system of http:.*\nIstio /,
  )
  t.same(
    server.seen.map(({ verb, resource }) => `${verb} ${resource}`),
    ['get configmaps', 'get configmaps'],
    'asks for no more than it needs',
  )
  for (const [args, image] of [
    [['-r', '1-30'], 'proxy:1-30'],
    [['-r', 'stable', '--revisionTags', 'stable=1-30'], 'proxy:1-30'],
    [['-i', 'mesh', '--injectConfigMapName', 'own', '--meshConfigMapName', 'own-mesh'], 'own:'],
  ] as const) {
    const { stdout, stderr } = await runWith(['kube-inject', '-f', '-', ...args], deployment)
    t.ok(stdout.includes(image), stderr)
  }
})

t.test('kube-inject that finds no settings says every way', async (t) => {
  const server = await startFakeApiServer(t)
  const kubeconfig = ['--kubeconfig', server.kubeconfig()]
  const file = join(home, 'file')
  writeFileSync(file, exampleConfig)
  const rows: readonly (readonly [args: readonly string[], code: number, stderr: RegExp])[] = [
    [[], 1, /no settings are given: name files of them .*; --example injects the built-in example\n$/],
    [['--example', '--injectConfigFile', file], 2, /--example and the files of settings: give one/],
    [['--example', ...kubeconfig], 2, /or --example, and flags of a cluster: give one/],
    [['--injectConfigFile', file, '-i', 'x'], 2, /flags of a cluster: give one/],
    [['--meshConfigFile', file], 2, /belong to a --injectConfigFile/],
    [kubeconfig, 1, /there is no ConfigMap istio-sidecar-injector in namespace istio-system: .*1\.0\.0/],
    [[...kubeconfig, '--context', 'other'], 1, /has no context "other"; it has test/],
  ]
  for (const [args, code, stderr] of rows) {
    t.match(await runWith(['kube-inject', '-f', '-', ...args], deployment), { code, stdout: '', stderr })
  }
  put(server, 'istio-sidecar-injector', { config: 'template: "[["' })
  t.match(await runWith(['kube-inject', '-f', '-', ...kubeconfig], deployment), {
    code: 1,
    stderr: /there is no ConfigMap istio in namespace/,
  })
  put(server, 'istio', { mesh: '' })
  t.match(await runWith(['kube-inject', '-f', '-', ...kubeconfig], deployment), {
    code: 1,
    stderr: /error: ConfigMap istio-sidecar-injector: template: inject:1:[^]*\n +1 \| \[\[\n/,
  })
  server.trouble = { status: 403 }
  t.match(await runWith(['kube-inject', '-f', '-', ...kubeconfig], deployment), {
    code: 1,
    stderr: /error: GET http:.*: 403 refused/,
  })
  server.trouble = 'drop'
  t.match(await runWith(['kube-inject', '-f', '-', ...kubeconfig], deployment), {
    code: 1,
    stderr: /error: GET http:.*(?:ECONNRESET|socket hang up)/,
  })
})

t.test('review asks the cluster for settings and namespaces, where one is meant', async (t) => {
  const server = await startFakeApiServer(t)
  put(server, 'istio-sidecar-injector', { config: exampleConfig })
  put(server, 'istio', { mesh: exampleMesh })
  put(server, 'istio-sidecar-injector-1-30', { config: config130, values: values130 })
  put(server, 'istio-1-30', { mesh: '' })
  put(server, 'istio-sidecar-injector-1-40', { config: '{' })
  put(server, 'istio-1-40', { mesh: '' })
  server.put('/api/v1/nodes', {
    metadata: { name: 'a' },
    status: { nodeInfo: { kubeletVersion: 'v1.32.9-eks-1' } },
  })
  const namespace = (name: string, labels: JsonObject) =>
    server.put('/api/v1/namespaces', { metadata: { name, labels } })
  namespace('old', { 'istio-injection': 'enabled' })
  namespace('new', { 'istio.io/rev': '1-30' })
  namespace('plain', {})
  const cluster = ['--kubeconfig', server.kubeconfig()]

  const input = ['old', 'new', 'plain', 'none'].map((name) => pod(name)).join('\n')
  const { code, stdout, stderr } = await runWith(['review', '--diff', ...cluster], input)
  t.equal(code, 0)
  t.match(
    stdout,
    /^old\/web: injected[^\n]*revision default, as label istio-injection of the namespace asks for it/m,
  )
  t.match(
    stdout,
    /^new\/web: injected[^\n]*revision 1-30, as label istio\.io\/rev of the namespace names it[^]*image: proxy:1-30/m,
  )
  t.match(stdout, /value: "false"/, 'a kubelet is too old for native sidecars')
  t.match(stdout, /^plain\/web: not injected \(revision-not-selected\)/m)
  t.match(stdout, /^none\/web: injected/m)
  t.match(stderr, /warning: the labels of namespace none are not known, so the pod is taken for selected/)
  t.match(stderr, /warning: revision 1-40 is left out: ConfigMap istio-sidecar-injector-1-40: /)

  const told = await runWith(
    ['review', '--diff', ...cluster, '--namespaceLabels', 'istio.io/rev=1-30'],
    pod('old'),
  )
  t.match(told.stdout, /revision 1-30, as label istio\.io\/rev of the namespace/, 'the flag has the word')
  const one = await runWith(['review', ...cluster, '-r', '1-30', '--nodeVersion', 'v1.33.0'], pod('new'))
  const { response } = JSON.parse(one.stdout)
  t.match(Buffer.from(response.patch, 'base64').toString(), '"value":"true"')

  server.forbidden.add('/api/v1/nodes')
  const less = await runWith(['review', ...cluster, '-r', '1-30'], pod('new'))
  t.match(less.stderr, /warning: what is there is not known, and taken for nothing: .*nodes is forbidden/)
  t.equal(less.code, 0)
})

t.test('review that is not told of a cluster asks none', async (t) => {
  const server = await startFakeApiServer(t)
  process.env['KUBECONFIG'] = server.kubeconfig()
  t.teardown(() => (process.env['KUBECONFIG'] = ''))
  t.match(await runWith(['review'], pod('shop')), { code: 0 })
  t.same(server.seen, [])
  t.match(await runWith(['review', '-i', 'x', '--valuesFile', 'y'], pod('shop')), {
    code: 2,
    stderr: /--valuesFile names a file/,
  })
})
