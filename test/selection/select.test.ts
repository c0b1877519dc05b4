import t from 'tap'
import type { JsonObject } from '../../src/injection/json.ts'
import { injectorOf } from '../../src/selection/injector.ts'
import { changesOf } from '../../src/selection/managed-fields.ts'
import { readNamespace } from '../../src/selection/namespace.ts'
import { isForPods, readRules } from '../../src/selection/rules.ts'
import { candidateOf, selectEntry } from '../../src/selection/select.ts'
import { readWebhooks } from '../../src/selection/webhook-entry.ts'

const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }

t.test('rules are for pods that are created, or not', (t) => {
  const table: readonly (readonly [change: JsonObject, expected: boolean])[] = [
    [{}, true],
    [{ operations: [] }, false],
    [{ operations: ['UPDATE', 'DELETE'] }, false],
    [{ operations: ['*'] }, true],
    [{ apiGroups: ['apps'] }, false],
    [{ apiGroups: ['*'] }, true],
    [{ apiVersions: ['v1beta1'] }, false],
    [{ apiVersions: ['*'] }, true],
    [{ resources: ['deployments'] }, false],
    [{ resources: ['pods/exec'] }, false],
    [{ resources: ['pods/*'] }, true],
    [{ resources: ['*'] }, true],
    [{ resources: ['*/*'] }, true],
    [{ resources: ['*/status'] }, false],
    [{ scope: 'Cluster' }, false],
    [{ scope: 'Namespaced' }, true],
    [{ scope: '*' }, true],
  ]
  for (const [change, expected] of table) {
    const [rule] = readRules([{ ...podRule, ...change }])
    t.equal(rule !== undefined && isForPods(rule), expected, JSON.stringify(change))
  }
  t.end()
})

function configuration(name: string, webhooks: readonly JsonObject[], rest: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: webhooks.map((webhook) => ({ rules: [podRule], ...webhook })),
    ...rest,
  }
}

t.test('configurations come in the order of their names, webhooks as they stand', (t) => {
  const { entries } = readWebhooks([
    configuration('z', [{ name: 'z1' }]),
    configuration('a', [{ name: 'a2' }, { name: 'a1' }]),
    { kind: 'Namespace', metadata: { name: 'shop' } },
  ])
  t.same(
    entries.map(({ configuration, name }) => `${configuration}/${name}`),
    ['a/a2', 'a/a1', 'z/z1'],
  )
  t.end()
})

t.test('v1 and v1beta1 have defaults of their own', (t) => {
  const v1 = readWebhooks([configuration('v1', [{ name: 'x' }])]).entries[0]
  const beta = readWebhooks([
    configuration('beta', [{ name: 'x' }], { apiVersion: 'admissionregistration.k8s.io/v1beta1' }),
  ]).entries[0]
  t.equal(v1?.failurePolicy, 'Fail')
  t.equal(beta?.failurePolicy, 'Ignore')
  t.equal(v1?.namespaceSelector.isEmpty, true)
  t.end()
})

t.test('a selector that no API server takes is told of', (t) => {
  const { entries, unreadable } = readWebhooks([
    configuration('broken', [
      { name: 'bad', namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Like' }] } },
      { name: 'good' },
    ]),
  ])
  t.same(
    entries.map(({ name }) => name),
    ['good'],
  )
  t.match(unreadable, [{ configuration: 'broken', name: 'bad', why: /not a valid label selector operator/ }])
  t.end()
})

const istio = {
  name: 'namespace.sidecar-injector.istio.io',
  namespaceSelector: {
    matchLabels: { 'istio-injection': 'enabled' },
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
  },
  objectSelector: {
    matchExpressions: [{ key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] }],
  },
  clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/inject' } },
}

t.test('selectors name the first requirement that is not met, and what is there instead', (t) => {
  const [entry] = readWebhooks([configuration('istio', [istio])]).entries
  if (entry === undefined) throw new TypeError('one entry')
  const enabled = { 'istio-injection': 'enabled' }
  const out = { labels: { 'sidecar.istio.io/inject': 'false' } }
  const table: readonly (readonly [
    name: string,
    namespace: JsonObject,
    metadata: JsonObject,
    kind: string,
    because: string,
  ])[] = [
    ['shop', {}, {}, 'other-namespaces', 'it wants istio-injection=enabled, and namespace shop has no label'],
    [
      'shop',
      { 'istio-injection': 'disabled' },
      {},
      'other-namespaces',
      'namespace shop has label istio-injection=disabled',
    ],
    [
      'kube-system',
      enabled,
      {},
      'other-namespaces',
      'it wants kubernetes.io/metadata.name notin (kube-system), and namespace kube-system has label kubernetes.io/metadata.name=kube-system',
    ],
    ['shop', enabled, {}, 'called', ''],
    [
      'shop',
      enabled,
      out,
      'other-pods',
      'it wants sidecar.istio.io/inject notin (false), and the pod has label sidecar.istio.io/inject=false',
    ],
    ['shop', {}, out, 'other-namespaces', ''],
  ]
  for (const [name, labels, metadata, kind, because] of table) {
    const facts = readNamespace({ metadata: { name, labels } })
    const selection = selectEntry(entry, candidateOf({ metadata }, name, facts))
    t.equal(selection.kind, kind, because)
    t.ok(selection.because.includes(because), selection.because)
  }
  const unknown = selectEntry(entry, candidateOf({}, 'shop', undefined))
  t.match(unknown, { kind: 'unknown', because: /the labels of namespace shop are not known/ })
  t.end()
})

t.test('a namespace has its name as a label, as the API server gives it from 1.21 on', (t) => {
  const name = 'kubernetes.io/metadata.name'
  t.equal(readNamespace({ metadata: { name: 'shop' } }).labels[name], 'shop')
  t.equal(readNamespace({ metadata: { name: 'shop', uid: 'u' } }).labels[name], undefined, 'an old cluster')
  t.end()
})

t.test('injectors are known by their paths and names', (t) => {
  const table: readonly (readonly [
    name: string,
    clientConfig: JsonObject,
    expected: JsonObject | undefined,
  ])[] = [
    ['mutate.vault', { service: { path: '/mutate' } }, undefined],
    ['x', { url: 'https://injector:9443/inject' }, { revision: undefined, path: '' }],
    ['x', { url: 'https://injector:9443' }, undefined],
    ['x', { service: { path: '/injector' } }, undefined],
    ['x', { service: { path: '/revision/1-30/inject' } }, { revision: '1-30', path: '' }],
    [
      'x',
      { service: { path: '/inject/cluster/c1/net/n1' } },
      { revision: undefined, path: '/cluster/c1/net/n1' },
    ],
    ['rev.object.sidecar-injector.istio.io', { service: {} }, { revision: undefined, path: '' }],
  ]
  for (const [name, clientConfig, expected] of table) {
    const [entry] = readWebhooks([configuration('c', [{ name, clientConfig }])]).entries
    t.same(entry && injectorOf(entry), expected, `${name} ${JSON.stringify(clientConfig)}`)
  }
  t.end()
})

const managed = (manager: string, time: string, fieldsV1: JsonObject) => ({ manager, time, fieldsV1 })

t.test('managedFields say who has set a label, and when at the latest', (t) => {
  const metadata = {
    managedFields: [
      managed('kubectl-create', '2026-01-01T00:00:00Z', { 'f:metadata': { 'f:labels': { 'f:team': {} } } }),
      managed('kubectl-label', '2026-02-01T00:00:00Z', {
        'f:metadata': { 'f:labels': { 'f:istio-injection': {} } },
      }),
      managed('certs', '2026-03-01T00:00:00Z', {
        'f:webhooks': { 'k:{"name":"x"}': { '.': {}, 'f:name': {}, 'f:clientConfig': { 'f:caBundle': {} } } },
      }),
      managed('helm', '2026-01-15T00:00:00Z', {
        'f:webhooks': { '.': {}, 'k:{"name":"x"}': { 'f:name': {}, 'f:namespaceSelector': {} } },
      }),
      'rubbish',
    ],
  }
  t.same(changesOf(metadata, ['f:metadata', 'f:labels', 'f:istio-injection']), [
    { manager: 'kubectl-label', time: '2026-02-01T00:00:00Z', isOnly: true },
  ])
  t.same(
    changesOf(metadata, ['f:webhooks']).map(({ manager }) => manager),
    ['helm'],
    'whoever writes the caBundle changes no selector',
  )
  t.end()
})
