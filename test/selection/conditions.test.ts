import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read } from '../../src/goyaml/index.ts'
import { isObject, listAt, stringAt, type JsonObject } from '../../src/injection/json.ts'
import { valueOf } from '../../src/cel/value.ts'
import { compileCondition, conditionInput } from '../../src/selection/condition.ts'
import { requestOf } from '../../src/selection/received.ts'
import { candidateOf, selectEntry } from '../../src/selection/select.ts'
import { readWebhooks } from '../../src/selection/webhook-entry.ts'

const pod = {
  metadata: { labels: { a: 'b', constructor: 'x' }, annotations: { x: 'false' } },
  spec: { hostNetwork: false, n: 3, d: 1.5, containers: [{ name: 'a' }, { name: 'b' }] },
}

/** Expression, and what it says; for errors and what is not known a part of the reason. */
const rows: readonly (readonly [expression: string, kind: string, why?: string])[] = [
  // What only the API server knows.
  ['1 +', 'unknown', 'it ends where'],
  ["authorizer.group('').resource('pods').check('create').allowed()", 'unknown', 'authorizer'],
  ["request.userInfo.groups.exists(g, g == 'a')", 'unknown', 'who creates the pod'],
  ["semver('1.2.3').major() == 1", 'unknown', 'semver'],
  ['variables.foo == 1', 'unknown', 'variables'],
  // What fails there, too.
  ['object.spec.missing == 1', 'error', 'missing'],
  ['object.metadata.labels.a', 'error', 'neither true nor false'],
  ["object.metadata.labels.toString == 'a'", 'error', 'toString'],
  ['oldObject.spec.x == 1', 'error', 'spec'],
  // Members.
  ['has(object.spec.hostNetwork)', 'true'],
  ['has(object.spec.constructor)', 'false'],
  ["'constructor' in object.metadata.labels", 'true'],
  ["'toString' in object.metadata.labels", 'false'],
  ["'__proto__' in object.metadata.labels", 'false'],
  ['object.?spec.?foo.orValue(false) == false', 'true'],
  ["object.metadata.labels[?'zz'].hasValue()", 'false'],
  ['oldObject == null', 'true'],
  // Errors that do not count.
  ['object.spec.missing == 1 || true', 'true'],
  ['object.spec.missing == 1 && false', 'false'],
  // Numbers are integers unless they are none.
  ['object.spec.n == 3', 'true'],
  ['object.spec.n + 1 == 4', 'true'],
  ['object.spec.d > 1', 'true'],
  // Lists and texts.
  ["object.spec.containers.exists(c, c.name == 'b')", 'true'],
  ["object.spec.containers.all(c, c.name.matches('^[ac]$'))", 'false'],
  ["object.spec.containers.map(c, c.name) == ['a', 'b']", 'true'],
  ["request.namespace in ['shop', 'bar']", 'true'],
  ["request.operation == 'CREATE' && !request.namespace.startsWith('kube-')", 'true'],
  ["'Shop'.matches('(?i)sHOP')", 'true'],
  ["'matches'.matches('matches') && 'a'.matches('b')", 'false'],
  ["'abc'.find('b.') == 'bc' && 'aXa'.replace('a', '$&') == '$&X$&'", 'true'],
  // JavaScript would take until the sun goes out.
  [`'${'a'.repeat(64)}!'.matches('^(a+)+$')`, 'false'],
  // What is too large to be told is not told, and ends nothing.
  [`1${' + 1'.repeat(8000)} > 0`, 'unknown', 'too long'],
  [`true${' && true'.repeat(50_000)}`, 'unknown', 'too long'],
  [`object${'.a'.repeat(20_000)}`, 'unknown', 'too long'],
  [`${'('.repeat(50_000)}true${')'.repeat(50_000)}`, 'unknown', 'too deep'],
  [`'${'a'.repeat(1000)}'${".replace('', 'aaaaaaaaaa')".repeat(8)} == ''`, 'unknown', 'takes too long'],
  [`['${'x'.repeat(1000)}']${'.map(a, a + a + a + a)'.repeat(12)}.size() == 1`, 'unknown', 'takes too long'],
]

t.test('expressions say what they say in the API server', (t) => {
  const input = conditionInput(valueOf(pod), requestOf({}, 'shop'))
  for (const [expression, kind, why] of rows) {
    const truth = compileCondition(expression).evaluate(input)
    const name = expression.slice(0, 100)
    t.equal(truth.kind, kind, name)
    if (why !== undefined && 'why' in truth) t.match(truth.why, why, name)
  }
  t.end()
})

t.test('who creates a pod is known of pods that controllers make', (t) => {
  const condition = compileCondition(
    "request.userInfo.username == 'system:serviceaccount:kube-system:replicaset-controller'",
  )
  const owned = { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true }] } }
  const entry = entryWith([condition.expression])
  t.equal(selectEntry(entry, candidateOf(owned, 'shop', undefined)).kind, 'called')
  t.equal(selectEntry(entry, candidateOf({}, 'shop', undefined)).kind, 'unknown')
  t.end()
})

function entryWith(expressions: readonly string[], failurePolicy = 'Fail') {
  const [entry] = readWebhooks([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'injector' },
      webhooks: [
        {
          name: 'sidecar-injector.istio.io',
          rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
          matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
          failurePolicy,
        },
      ],
    },
  ]).entries
  if (entry === undefined) throw new TypeError('one entry')
  return entry
}

t.test('several conditions: one that is false wins, then one that fails counts by failurePolicy', (t) => {
  const [yes, no, error, unknown] = ['true', 'false', 'object.x == 1', 'authorizer.foo == 1']
  const table: readonly (readonly [expressions: readonly string[], policy: string, kind: string])[] = [
    [[], 'Fail', 'called'],
    [[yes, yes], 'Fail', 'called'],
    [[yes, no], 'Fail', 'left-out'],
    [[error, no], 'Fail', 'left-out'],
    [[unknown, error, no], 'Ignore', 'left-out'],
    [[yes, error], 'Fail', 'refused'],
    [[yes, error], 'Ignore', 'passed-over'],
    [[yes, unknown], 'Ignore', 'unknown'],
    [[error, unknown], 'Fail', 'unknown'],
    [[error, unknown], 'Ignore', 'passed-over'],
    [[unknown, error], 'Ignore', 'passed-over'],
  ]
  for (const [expressions, policy, kind] of table) {
    const selection = selectEntry(entryWith(expressions, policy), candidateOf({}, 'shop', undefined))
    t.equal(selection.kind, kind, `${expressions.join(' ; ')} with ${policy}`)
  }
  t.end()
})

/** The chart's own conditions, from its template. */
function chartConditions(): readonly JsonObject[] {
  const template = readFileSync(
    join(import.meta.dirname, '../../charts/eks-sidecar-injector/templates/_webhook.tpl'),
    'utf8',
  )
  const block = /^matchConditions:\n[^]*?(?=\{\{- end)/m.exec(template)?.[0] ?? ''
  const parsed = read(block)
  return isObject(parsed) ? listAt(parsed, 'matchConditions').filter(isObject) : []
}

t.test("the chart's conditions leave out what no release injects, and nothing else", (t) => {
  const conditions = chartConditions()
  t.ok(conditions.length >= 3, 'they are there')
  const entry = entryWith(conditions.map((condition) => stringAt(condition, 'expression')))
  const key = 'sidecar.istio.io/inject'
  const table: readonly (readonly [name: string, pod: JsonObject, kind: string])[] = [
    ['nothing at all', {}, 'called'],
    ['a host network', { spec: { hostNetwork: true } }, 'left-out'],
    ['a host network that is none', { spec: { hostNetwork: false } }, 'called'],
    ['annotation false', { metadata: { annotations: { [key]: 'false' } } }, 'left-out'],
    ['annotation true', { metadata: { annotations: { [key]: 'true' } } }, 'called'],
    ['label false alone: up to 1.11 nobody looks', { metadata: { labels: { [key]: 'false' } } }, 'called'],
    ['both false', { metadata: { labels: { [key]: 'false' }, annotations: { [key]: 'false' } } }, 'left-out'],
    [
      'annotation false, label true: from 1.12 the label wins',
      { metadata: { labels: { [key]: 'true' }, annotations: { [key]: 'false' } } },
      'called',
    ],
    ['other annotations', { metadata: { annotations: { a: 'b' } } }, 'called'],
    ['a mirror pod', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }, 'left-out'],
  ]
  for (const [name, candidate, kind] of table) {
    t.equal(selectEntry(entry, candidateOf(candidate, 'shop', undefined)).kind, kind, name)
  }
  t.end()
})
