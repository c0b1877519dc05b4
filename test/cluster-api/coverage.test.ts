/** `coverage` of a cluster, once and as it changes. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { connect } from '../../src/cluster/connect.ts'
import { openCoverage } from '../../src/commands/live-coverage.ts'
import type { Coverage } from '../../src/coverage/types.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { severalRevisions, type Revisions } from '../../src/revisions/revisions.ts'
import { coverageMetrics } from '../../src/telemetry/covering.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { runWith } from '../commands/in-process.ts'
import { injectedPod, merging, podOf, shop, webhookOf } from '../coverage/made.ts'
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts'
import { until } from './until.ts'

const config = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers: [{name: istio-proxy, image: "istio/proxyv2:{{ .Values.global.tag }}"}]
`
const namespaces = '/api/v1/namespaces'
const pods = '/api/v1/pods'
const configMaps = '/api/v1/namespaces/istio-system/configmaps'
const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
const good = injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, { name: 'good' })
const old = podOf({ metadata: { name: 'old', creationTimestamp: '2026-01-15T00:00:00Z' } })

async function startCluster(t: { teardown(handler: () => unknown): void }): Promise<FakeApiServer> {
  const server = await startFakeApiServer(t)
  const configMap = (name: string, data: JsonObject) =>
    server.put(configMaps, {
      metadata: { name, namespace: 'istio-system', creationTimestamp: '2026-01-01T00:00:00Z' },
      data,
    })
  configMap('istio-sidecar-injector', { config, values: '{"global":{"tag":"1.30.3"}}' })
  configMap('istio', { mesh: '' })
  server.put(namespaces, shop)
  server.put(namespaces, { metadata: { name: 'plain' } })
  server.put(webhooks, webhookOf())
  server.put(pods, good)
  server.put(pods, podOf({ metadata: { name: 'bare', namespace: 'plain' } }))
  return server
}

t.test('the table has a line a namespace, and the exit code says whether all is well', async (t) => {
  const server = await startCluster(t)
  const cluster = ['--kubeconfig', server.kubeconfig()]
  const fine = await runWith(['coverage', ...cluster])
  t.match(fine, { code: 0, stderr: '' })
  t.equal(
    fine.stdout,
    [
      'NAMESPACE   LABELS                    INJECTED   OUTDATED   NOT INJECTED   REASONS',
      'plain       -                         0          0          1              1 revision-not-selected',
      'shop        istio-injection=enabled   1          0          0',
      'all                                   1          0          1',
      '',
    ].join('\n'),
  )
  server.put(pods, old)
  const { code, stdout } = await runWith(['coverage', '--pods', ...cluster])
  t.equal(code, 3)
  t.match(stdout, /^shop\/old +- +not-injected +before-namespace-label +the pod is older than label/m)
  t.notMatch(stdout, 'plain/bare', 'which is as somebody wants it')
  server.remove(pods, 'old', 'shop')

  const file = join(mkdtempSync(join(tmpdir(), 'coverage-')), 'config.yaml')
  writeFileSync(file, config.replace('{{ .Values.global.tag }}', '1.31.0'))
  const other = await runWith(['coverage', '--injectConfigFile', file, ...cluster])
  t.equal(other.code, 3, 'other settings would make it old')
  t.match(other.stdout, /^shop .* 0 +1 +0 +1 image-changed$/m)
  t.match(await runWith(['coverage', '--valuesFile', file, ...cluster]), { code: 2 })

  const json = await runWith(['coverage', '-o', 'json', ...cluster])
  t.match(JSON.parse(json.stdout), { injected: 1, outdated: 0, notInjected: 1 })
})

t.test('one namespace alone, and what may not be seen', async (t) => {
  const server = await startCluster(t)
  const cluster = ['--kubeconfig', server.kubeconfig()]
  server.put('/api/v1/namespaces/shop/pods', old)
  const shopOnly = await runWith(['coverage', '-n', 'shop', ...cluster])
  t.equal(shopOnly.code, 3)
  t.notMatch(shopOnly.stdout, 'plain')
  t.match(await runWith(['coverage', '-n', 'nowhere', ...cluster]), {
    code: 1,
    stderr: /no namespace nowhere/,
  })
  server.forbidden.add(webhooks)
  const blind = await runWith(['coverage', '-n', 'shop', ...cluster])
  t.match(blind.stdout, 'before-namespace-label')
  t.match(blind.stderr, /not known: webhook configurations/)
})

/** Follows a cluster, and says how it is. */
async function follow(t: { teardown(handler: () => unknown): void }, server: FakeApiServer) {
  const client = await connect({ kubeconfig: server.kubeconfig() })
  const told: { revisions: Revisions; coverage: Coverage | undefined; troubles: string[] } = {
    revisions: severalRevisions(new Map([['default', merging('1.30.3')]]), new Map()),
    coverage: undefined,
    troubles: [],
  }
  const live = openCoverage({
    client,
    revisions: () => told.revisions,
    istioNamespace: 'istio-system',
    onChange: (coverage) => (told.coverage = coverage),
    onTrouble: (resource, error) => void (error === undefined || told.troubles.push(resource)),
    onDefect: (error) => void told.troubles.push(String(error)),
    debounceMs: 10,
    times: { windowSeconds: 1, silenceMs: 2000, absentMs: 50 },
  })
  t.teardown(async () => {
    live.close()
    await client.close()
  })
  const counts = (): string => {
    const { injected = -1, outdated = -1, notInjected = -1 } = told.coverage ?? {}
    return `${injected} ${outdated} ${notInjected}`
  }
  return { told, live, counts }
}

t.test('it follows pods, labels, webhooks and settings', async (t) => {
  const server = await startCluster(t)
  const { told, live, counts } = await follow(t, server)
  const shows = (expected: string) => until(`it is ${expected}`, () => counts() === expected)
  await shows('1 0 1')
  t.equal(live.current, told.coverage)

  server.put(pods, old)
  await shows('1 0 2')
  server.remove(pods, 'old', 'shop')
  await shows('1 0 1')

  const reasonOf = (name: string) =>
    told.coverage?.namespaces.flatMap((each) => each.pods).find((pod) => pod.name === name)?.reason
  t.equal(reasonOf('bare'), 'revision-not-selected')
  server.put(namespaces, { metadata: { name: 'plain', labels: { 'istio-injection': 'enabled' } } })
  await until('the label counts', () => reasonOf('bare') === 'unexplained')
  server.put(configMaps, {
    metadata: {
      name: 'istio-sidecar-injector',
      namespace: 'istio-system',
      creationTimestamp: '2026-04-01T00:00:00Z',
    },
  })
  await until('the age of settings counts', () => reasonOf('bare') === 'before-settings')
  server.remove(configMaps, 'istio-sidecar-injector', 'istio-system')
  server.put(webhooks, webhookOf({ failurePolicy: 'Ignore' }))
  await until('the policy counts', () => reasonOf('bare') === 'webhook-ignored')
  server.remove(webhooks, 'sidecar-injector')
  await until('the webhook is gone', () => reasonOf('bare') === 'revision-not-selected')
  server.put(webhooks, webhookOf())

  told.revisions = severalRevisions(new Map([['default', merging('1.31.0')]]), new Map())
  await shows('0 1 1')
  t.same(told.troubles, [])
})

t.test('what cannot be counted is told once, and the next change is counted again', async (t) => {
  const server = await startCluster(t)
  const { told, counts } = await follow(t, server)
  await until('it is told', () => counts() === '1 0 1')
  const { revisions } = told
  const broken: Revisions = {
    ...revisions,
    get named(): Revisions['named'] {
      throw new RangeError('too deep')
    },
  }
  told.revisions = broken
  await until('it is known', () => told.troubles.length > 0)
  t.equal(counts(), '1 0 1', 'the last count stays')
  told.revisions = revisions
  server.put(pods, old)
  await until('it goes on', () => counts() === '1 0 2')
  t.same(told.troubles, ['RangeError: too deep'])
})

t.test('rights that are missing are said, and the rest is told all the same', async (t) => {
  const server = await startCluster(t)
  server.forbidden.add(webhooks)
  const { told, counts } = await follow(t, server)
  await until('it is told', () => counts() === '1 0 1')
  t.match(told.coverage?.notKnown, ['mutatingwebhookconfigurations may not be seen'])
  server.forbidden.clear()
  await until('it is seen', () => told.coverage?.notKnown.length === 0)
})

/** Namespaces with so many pods. */
const of = (sizes: readonly number[]): Coverage => ({
  injected: 0,
  outdated: 0,
  notInjected: 0,
  notKnown: [],
  namespaces: sizes.map((size, index) => ({
    name: `n${index}`,
    labels: [],
    injected: size,
    outdated: 0,
    notInjected: 0,
    counts: size === 0 ? [] : [{ state: 'injected', reason: 'current', count: size }],
    pods: Array.from({ length: size }, (_, pod) => ({
      namespace: `n${index}`,
      name: `p${pod}`,
      owner: undefined,
      state: 'injected' as const,
      reason: 'current' as const,
      message: '',
      revision: undefined,
      version: undefined,
    })),
  })),
})

t.test('metrics have a series for what there is, of the largest namespaces', (t) => {
  const { instruments } = createMetrics()
  const show = coverageMetrics(instruments)
  const series = () =>
    instruments.pods
      .toText()
      .split('\n')
      .filter((line) => line.startsWith('eks_'))
  show(of([3, 1]))
  t.same(series(), [
    'eks_sidecar_injector_pods{pod_namespace="n0",state="injected",reason="current"} 3',
    'eks_sidecar_injector_pods{pod_namespace="n1",state="injected",reason="current"} 1',
  ])
  show(of([0, 2]))
  t.equal(series()[0], 'eks_sidecar_injector_pods{pod_namespace="n1",state="injected",reason="current"} 2')
  show(of([...Array.from({ length: 250 }, () => 1), 7]))
  t.equal(series().length, 201)
  t.match(series().join('\n'), 'pod_namespace="n250",state="injected",reason="current"} 7')
  t.match(series().join('\n'), 'pod_namespace="_others",state="injected",reason="current"} 51')
  show(of([]))
  t.same(series(), [])
  t.end()
})
