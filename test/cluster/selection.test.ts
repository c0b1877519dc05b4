/**
 * What src/selection says of webhooks, beside what the API server does. No injector runs here: with failurePolicy Fail the
 * refusal of a pod shows that a webhook would have been called.
 */
import t from 'tap'
import type { JsonObject } from '../../src/injection/json.ts'
import { readNamespace } from '../../src/selection/namespace.ts'
import { candidateOf, selectEntry, type SelectionKind } from '../../src/selection/select.ts'
import { readWebhooks } from '../../src/selection/webhook-entry.ts'
import type { List } from './harness/objects.ts'
import { clusterFor } from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const rule = (change: object) => ({ rules: [{ ...podRule, ...change }] })
const conditions = (...expressions: readonly string[]) => ({
  matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
})
const labels = (...matchExpressions: readonly object[]) => ({ objectSelector: { matchExpressions } })

/** A part of a webhook; what both are to say. `unknown` is ours alone: the API server knows. */
const rows: readonly (readonly [webhook: object, expected: SelectionKind])[] = [
  // Rules.
  [{}, 'called'],
  [rule({ operations: ['*'] }), 'called'],
  [rule({ operations: ['UPDATE'] }), 'other-requests'],
  [rule({ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }), 'called'],
  [rule({ resources: ['*/*'] }), 'called'],
  [rule({ resources: ['pods/*'] }), 'called'],
  [rule({ resources: ['pods/status', 'services'] }), 'other-requests'],
  [rule({ apiGroups: ['apps'] }), 'other-requests'],
  [rule({ scope: 'Namespaced' }), 'called'],
  [rule({ scope: 'Cluster' }), 'other-requests'],
  // Labels of the pod.
  [labels({ key: 'app', operator: 'In', values: ['web', 'api'] }), 'called'],
  [labels({ key: 'app', operator: 'NotIn', values: ['web'] }), 'other-pods'],
  [labels({ key: 'tier', operator: 'NotIn', values: ['web'] }), 'called'],
  [labels({ key: 'tier', operator: 'Exists' }), 'other-pods'],
  [labels({ key: 'tier', operator: 'DoesNotExist' }), 'called'],
  // Conditions: members.
  [conditions('has(object.metadata.labels)'), 'called'],
  [conditions('has(object.spec.hostNetwork)'), 'left-out'],
  [conditions("'app' in object.metadata.labels && object.metadata.labels['app'] == 'web'"), 'called'],
  [conditions("object.metadata.labels.app == 'api'"), 'left-out'],
  [conditions('object.?spec.?hostNetwork.orValue(false) == true'), 'left-out'],
  [conditions("object.metadata.labels[?'tier'].orValue('none') == 'none'"), 'called'],
  [conditions('oldObject == null'), 'called'],
  // Conditions: what fails, and what of it does not count.
  [conditions("object.metadata.labels.tier == 'x'"), 'refused'],
  [conditions("object.metadata.labels.tier == 'x' || true"), 'called'],
  [conditions("object.metadata.labels.tier == 'x' && false"), 'left-out'],
  [conditions("object.metadata.labels.tier == 'x'", 'false'), 'left-out'],
  [{ ...conditions("object.metadata.labels.tier == 'x'"), failurePolicy: 'Ignore' }, 'passed-over'],
  // Conditions: lists, texts, numbers.
  [conditions("object.spec.containers.exists(c, c.name == 'app' && c.image.startsWith('app:'))"), 'called'],
  [conditions("object.spec.containers.all(c, c.name.matches('^[b-z]+$'))"), 'left-out'],
  [conditions('object.spec.containers.map(c, c.name).size() == 1'), 'called'],
  [conditions('object.spec.containers[0].ports[0].containerPort > 8000'), 'called'],
  [conditions('object.spec.containers.filter(c, has(c.ports)).size() == 0'), 'left-out'],
  [conditions("'a-b'.split('-').size() == 2 && 'AB'.lowerAscii() == 'ab'"), 'called'],
  [conditions("object.metadata.name.find('[0-9]+') != '' && 'a.b'.replace('.', '') == 'ab'"), 'called'],
  // Conditions: what the API server has filled in, and who asks.
  [conditions("object.spec.restartPolicy == 'Always' && object.spec.dnsPolicy == 'ClusterFirst'"), 'called'],
  [
    conditions(
      "object.spec.serviceAccountName == 'default' && object.spec.schedulerName == 'default-scheduler'",
    ),
    'called',
  ],
  [conditions('object.spec.terminationGracePeriodSeconds == 30'), 'called'],
  [conditions("request.operation == 'CREATE' && request.namespace.startsWith('selection-')"), 'called'],
  [conditions("request.kind.kind == 'Pod' && request.resource.resource == 'pods'"), 'called'],
  [conditions('object.metadata.namespace == request.namespace'), 'called'],
  [conditions("!('system:masters' in request.userInfo.groups)"), 'unknown'],
  [conditions("authorizer.group('').resource('pods').check('list').allowed()"), 'unknown'],
  [conditions("quantity('1Gi').isGreaterThan(quantity('1Mi'))"), 'called'],
  [conditions("semver('1.2.3').isLessThan(semver('1.3.0'))"), 'unknown'],
  [conditions("has(request.userInfo.username) && object.metadata.name == 'other'"), 'left-out'],
]

const cluster = await clusterFor(t)
const names = rows.map((_, index) => `selection-${index}`)
await cluster.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })))
await cluster.apply(
  rows.map(([webhook], index) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: names[index] },
    webhooks: [
      {
        name: `w${index}.sidecar-injector.istio.io`,
        // Nobody is there.
        clientConfig: { url: 'https://127.0.0.1:9/inject' },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': names[index] } },
        rules: [podRule],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
        ...webhook,
      },
    ],
  })),
)

function podIn(namespace: string) {
  const spec = { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod-1', namespace, labels: { app: 'web' } },
    spec,
  }
}

/** What the API server does, by what it says. */
async function done(namespace: string): Promise<'called' | 'refused' | 'created'> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`
  try {
    await cluster.api.call({ method: 'POST', path, body: podIn(namespace) })
    return 'created'
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (message.includes('failed calling webhook')) return 'called'
    if (message.includes('resulted in error')) return 'refused'
    throw error
  }
}

await t.test('the API server calls, leaves out and refuses as it is said', async (t) => {
  await until('the API server has all webhooks', 20, async () => (await done('selection-0')) === 'called')
  const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
  const { entries } = readWebhooks((await cluster.api.get<List<JsonObject>>(webhooks)).items)
  t.equal(entries.length, rows.length)
  for (const [index, [webhook, expected]] of rows.entries()) {
    const name = names[index] ?? ''
    const entry = entries.find(({ configuration }) => configuration === name)
    if (entry === undefined) throw new Error(`${name} is stored`)
    const facts = readNamespace(await cluster.api.get<JsonObject>(`/api/v1/namespaces/${name}`))
    const { kind, because } = selectEntry(entry, candidateOf(podIn(name), name, facts))
    t.equal(kind, expected, `${JSON.stringify(webhook)}: ${because}`)
    const was = await done(name)
    if (kind === 'called' || kind === 'refused') t.equal(was, kind)
    else if (kind !== 'unknown') t.equal(was, 'created')
  }
})
