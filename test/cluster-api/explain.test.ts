/** `explain` and `coverage` of a cluster. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { runWith } from '../commands/in-process.ts'
import { injectedPod, podOf, shop, webhookOf } from '../coverage/made.ts'
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts'

const config = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers: [{name: istio-proxy, image: "istio/proxyv2:{{ .Values.global.tag }}"}]
`
const podsPath = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`
const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

/** A cluster with a namespace `shop`, labelled in February, and its pods of December and March. */
async function startCluster(t: { teardown(handler: () => unknown): void }): Promise<FakeApiServer> {
  const server = await startFakeApiServer(t)
  const created = { creationTimestamp: '2025-01-01T00:00:00Z' }
  const configMap = (name: string, data: JsonObject) =>
    server.put('/api/v1/namespaces/istio-system/configmaps', {
      metadata: { name, namespace: 'istio-system', ...created },
      data,
    })
  configMap('istio-sidecar-injector', { config, values: '{"global":{"tag":"1.30.3"}}' })
  configMap('istio', { mesh: '' })
  server.put('/api/v1/namespaces', shop)
  server.put('/api/v1/namespaces', { metadata: { name: 'plain' } })
  server.put(webhooks, webhookOf())
  put(server, podOf({ metadata: { name: 'old', creationTimestamp: '2026-01-15T00:00:00Z' } }))
  put(server, injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, { name: 'good' }))
  put(server, injectedPod('istio/proxyv2:1.29.0', { revision: 'default' }, { name: 'aged' }))
  put(server, podOf({ metadata: { name: 'bare', namespace: 'plain' } }))
  server.put('/apis/apps/v1/namespaces/shop/deployments', {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template: { metadata: {}, spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
  })
  return server
}

/** As its namespace and all namespaces show it. */
function put(server: FakeApiServer, pod: JsonObject & { readonly metadata?: unknown }): void {
  const namespace = JSON.stringify(pod.metadata).includes('"plain"') ? 'plain' : 'shop'
  server.put(podsPath(namespace), pod)
  server.put('/api/v1/pods', pod)
}

/** Arguments, exit code, and what is said. */
const rows: readonly (readonly [args: readonly string[], exitCode: number, said: readonly RegExp[]])[] = [
  [
    ['pod/good', '-n', 'shop'],
    0,
    [/^pod shop\/good: injected \(current\)/, /by: revision default, Istio 1\.30\.3/],
  ],
  [
    ['pod/old', '-n', 'shop'],
    3,
    [
      /^pod shop\/old: not injected \(before-namespace-label\)/,
      /pod created 2026-01-15T00:00:00Z/,
      /last set by kubectl-label, 2026-02-01T00:00:00Z at the latest/,
      /created now: it would be injected \(policy-enabled\)/,
      /called +sidecar-injector\/namespace\.sidecar-injector\.istio\.io/,
    ],
  ],
  [
    ['po/aged', '-n', 'shop'],
    3,
    [/outdated \(image-changed\): the sidecar is 1\.29\.0, and would be 1\.30\.3 now/],
  ],
  [
    ['pod/bare', '-n', 'plain'],
    3,
    [/revision-not-selected/, /kubectl label namespace plain istio-injection=enabled/],
  ],
  [['deploy/web', '-n', 'shop', '--diff'], 0, [/would be injected/, /^\+.*image: istio\/proxyv2:1\.30\.3$/m]],
  [
    ['namespace/shop'],
    0,
    [
      /^namespace shop: would be injected/,
      /1 not-injected \(before-namespace-label\): old/,
      /1 outdated \(image-changed\): aged/,
    ],
  ],
  [['ns/plain'], 3, [/would not be injected/, /1 not-injected \(revision-not-selected\): bare/]],
  [['pod/nobody'], 1, [/error: there is no Pod nobody in namespace default \(-n names another\)/]],
  [['ns/nowhere'], 1, [/error: there is no Namespace nowhere at/]],
]

t.test('explain says what is the matter in a cluster', async (t) => {
  const server = await startCluster(t)
  const cluster = ['--kubeconfig', server.kubeconfig()]
  for (const [args, expected, said] of rows) {
    const { code, stdout, stderr } = await runWith(['explain', ...args, ...cluster])
    t.equal(code, expected, args.join(' '))
    for (const line of said) t.match(expected === 1 ? stderr : stdout, line)
  }
  t.same(
    [...new Set(server.seen.map(({ verb }) => verb))].sort(),
    ['get', 'list'],
    'nothing is changed or watched',
  )
})

t.test('what may not be seen is said, and what is known is told all the same', async (t) => {
  const server = await startCluster(t)
  const cluster = ['--kubeconfig', server.kubeconfig()]
  server.forbidden.add(webhooks)
  server.forbidden.add('/api/v1/namespaces/shop/events')
  const { code, stdout } = await runWith(['explain', 'deployment/web', '-n', 'shop', ...cluster])
  t.equal(code, 0)
  t.match(stdout, /not known:\n.*webhook configurations may not be listed\n.*Events of namespace shop/)
  t.match(stdout, "those of Istio's charts are taken for there")
  server.remove('/api/v1/namespaces', 'shop')
  const blind = await runWith(['explain', 'deployment/web', '-n', 'shop', ...cluster])
  t.match(blind.stdout, /namespace shop: its pods are taken for selected/)
})

t.test('JSON for scripts, with a manifest from a file', async (t) => {
  const server = await startCluster(t)
  const file = join(mkdtempSync(join(tmpdir(), 'explain-')), 'pod.json')
  writeFileSync(file, JSON.stringify({ kind: 'Pod', metadata: { name: 'new' }, spec: { hostNetwork: true } }))
  const args = ['explain', '-f', file, '-n', 'shop', '-o', 'json', '--kubeconfig', server.kubeconfig()]
  const { code, stdout } = await runWith(args)
  t.equal(code, 3)
  t.match(JSON.parse(stdout), {
    explanations: [
      {
        kind: 'Pod',
        namespace: 'shop',
        name: 'new',
        exists: false,
        verdict: 'would-not-be-injected',
        reason: 'host-network',
        field: 'spec.hostNetwork',
        webhooks: [{ kind: 'called', failurePolicy: 'Fail' }],
      },
    ],
  })
})
