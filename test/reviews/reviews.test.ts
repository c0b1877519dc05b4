import t from 'tap'
import { write } from '../../src/goyaml/index.ts'
import { isObject, type Json, type JsonObject } from '../../src/injection/json.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig } from '../../src/istio/example.ts'
import { readDocuments } from '../../src/reviews/documents.ts'
import { faultOf } from '../../src/reviews/fault.ts'
import { shownText, shownTexts } from '../../src/reviews/shown-text.ts'
import { sideBySide, type Row } from '../../src/reviews/side-by-side.ts'
import { subjectOf } from '../../src/reviews/subject.ts'
import { tryPod } from '../../src/reviews/trial.ts'
import { podOfWorkload } from '../../src/reviews/workload-pod.ts'
import { wrapReview } from '../../src/reviews/wrap.ts'
import { soleRevision } from '../../src/revisions/revisions.ts'

const revisionsOf = (config: string, istioVersion?: string) =>
  soleRevision('default', compileSettings({ config, values: undefined, mesh: undefined, istioVersion }))

const spec = { containers: [{ name: 'web', image: 'web' }] }
const template = { metadata: { labels: { app: 'web' } }, spec }

t.test('what cannot be read says where, counted over the whole text', (t) => {
  const rows: [name: string, text: string, code: string, line: number, column: number, message: RegExp][] = [
    [
      'a colon too many',
      'a: b: c',
      'yaml-invalid',
      1,
      5,
      /^f, document 1: yaml: .*\n {2}1 \| a: b: c\n.*\^$/,
    ],
    ['in the second document', 'a: 1\n---\nb: 1\nc: d: e\n', 'yaml-invalid', 4, 5, /^f, document 2: /],
    [
      'in the third, CRLF and all',
      'a: 1\r\n---\r\nb: 1\r\n---\r\nc: d: e\r\n',
      'yaml-invalid',
      5,
      5,
      /document 3/,
    ],
    ['behind an empty one', '---\n---\na: b: c\n', 'yaml-invalid', 3, 5, /document 2/],
    ['an anchor that nobody has', 'a: *x\n', 'yaml-invalid', 1, 4, /unknown anchor/],
    ['a line of JSON', '{"a":1}\n\n{"a":}\n', 'json-invalid', 3, 0, /^f:3: not JSON: /],
    [
      'a deep line',
      `{"a":1}\n{"a":${'['.repeat(500)}1${']'.repeat(500)}}`,
      'json-too-deep',
      2,
      0,
      /500 levels/,
    ],
    ['a very deep line', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'json-too-deep', 1, 0, /f:1: /],
  ]
  for (const [name, text, code, line, column, message] of rows) {
    t.throws(() => readDocuments(text, 'f'), { code, line, column, message }, name)
  }
  t.same(
    readDocuments('a: 1\n---\n# nothing\n---\nb: 2\n', 'f').map(({ place }) => place),
    ['f, document 1', 'f, document 3'],
    'empty documents are left out',
  )
  t.equal(readDocuments(`{"a":${'['.repeat(499)}1${']'.repeat(499)}}`, 'f').length, 1, 'as deep as it may be')
  t.same(readDocuments('{"a":1}\n{"b":2}', 'f'), [
    { json: { a: 1 }, isLine: true, place: 'f:1' },
    { json: { b: 2 }, isLine: true, place: 'f:2' },
  ])
  t.end()
})

t.test('what YAML cannot have is shown as JSON, of two texts both', (t) => {
  const escape = '\u001b'
  t.equal(shownText({ a: escape }), 'a: "\\e"\n')
  t.equal(shownText({ a: '\u009b\u007f' }), '{\n  "a": "\\u009b\\u007f"\n}\n')
  t.match(shownText({ ['k'.repeat(2000)]: 1 }), /^\{\n {2}"k+": 1\n\}\n$/)
  t.same(shownTexts({ a: 1 }, { a: 2 }), ['a: 1\n', 'a: 2\n'])
  t.same(shownTexts({ a: 1 }, { a: '\u0080' }), ['{\n  "a": 1\n}\n', '{\n  "a": "\\u0080"\n}\n'])
  t.same(shownTexts({ a: '\u0080' }, { a: 1 }), ['{\n  "a": "\\u0080"\n}\n', '{\n  "a": 1\n}\n'])
  t.end()
})

/** A pod as a row shows it: what injection knows its workload by. */
function shown(pod: JsonObject | undefined): Json {
  const metadata = pod?.['metadata']
  if (!isObject(metadata)) return null
  const owners = metadata['ownerReferences']
  const [owner] = Array.isArray(owners) ? owners : []
  const { kind, name } = isObject(owner) ? owner : {}
  return [metadata['name'] ?? '', metadata['generateName'] ?? '', [kind ?? '', name ?? '']]
}

t.test('the pod of a workload is the one that its controller would make', (t) => {
  const hash = '5d8f6c7b9z'
  const rows: [kind: string, expected: Json][] = [
    ['Service', null],
    ['constructor', null],
    ['Deployment', ['', `web-${hash}-`, ['ReplicaSet', `web-${hash}`]]],
    ['Rollout', ['', `web-${hash}-`, ['ReplicaSet', `web-${hash}`]]],
    ['ReplicaSet', ['', 'web-', ['ReplicaSet', 'web']]],
    ['StatefulSet', ['web-0', 'web-', ['StatefulSet', 'web']]],
    ['DaemonSet', ['', 'web-', ['DaemonSet', 'web']]],
    ['ReplicationController', ['', 'web-', ['ReplicationController', 'web']]],
    ['DeploymentConfig', ['', 'web-1-', ['ReplicationController', 'web-1']]],
    ['Job', ['', 'web-', ['Job', 'web']]],
  ]
  for (const [kind, expected] of rows) {
    const pod = podOfWorkload({ kind, metadata: { name: 'web', namespace: 'shop' }, spec: { template } })
    t.same(shown(pod), expected, kind)
    if (pod !== undefined) t.same(pod['spec'], spec, kind)
  }
  const cron = podOfWorkload({
    kind: 'CronJob',
    metadata: { name: 'web' },
    spec: { jobTemplate: { spec: { template } } },
  })
  t.same(shown(cron), ['', 'web-29000000-', ['Job', 'web-29000000']])
  t.same(
    podOfWorkload({ kind: 'Deployment', spec: { template } })?.['metadata'],
    template.metadata,
    'no name',
  )
  t.same(podOfWorkload({ kind: 'Deployment', metadata: { name: 'a' } })?.['spec'], undefined, 'no template')
  const odd = podOfWorkload({
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { metadata: { labels: [1] } } },
  })
  t.match(odd, { metadata: { labels: [1] } }, 'labels that are a list are for the injection to refuse')
  t.end()
})

t.test('templates know the workload of such a pod', (t) => {
  const config = `policy: enabled
templates:
  sidecar: |
    metadata: {labels: {owner: '{{ .TypeMeta.Kind }}.{{ .DeploymentMeta.Name }}'}}
`
  const revisions = revisionsOf(config, '1.20.0')
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet']) {
    const subject = subjectOf({ kind, metadata: { name: 'web' }, spec: { template } }, 'shop')
    const { injected } = tryPod(revisions, { pod: subject?.pod, namespace: 'shop' })
    t.match(injected, { metadata: { labels: { owner: `${kind}.web`, app: 'web' } } }, kind)
  }
  t.end()
})

t.test('a subject has its name and its namespace', (t) => {
  const review = JSON.parse(wrapReview({ kind: 'Pod', metadata: { name: 'web' }, spec }, 'shop'))
  const rows: [name: string, json: Json, expected: Json | undefined][] = [
    ['a number', 1, undefined],
    ['a Service', { kind: 'Service' }, undefined],
    ['a pod', { kind: 'Pod', metadata: { name: 'web' }, spec }, ['Pod', 'default/web', 'default', false]],
    ['one with a namespace', { kind: 'Pod', metadata: { namespace: 'a' } }, ['Pod', 'a/*', 'a', false]],
    ['a workload', { kind: 'Job', metadata: { name: 'j', namespace: 'a' } }, ['Job', 'a/j', 'a', true]],
    ['a review', review, ['Pod', 'shop/web', 'shop', false]],
  ]
  for (const [name, json, expected] of rows) {
    const subject = subjectOf(json, 'default')
    const found = subject && [subject.kind, subject.name, subject.namespace, subject.isMade]
    t.same(found, expected, name)
  }
  t.throws(() => subjectOf({ kind: 'AdmissionReview' }, ''), { code: 'not-a-review' })
  t.equal(wrapReview({ kind: 'Service' }, ''), '{"kind":"Service"}')
  t.equal(wrapReview({ kind: 'AdmissionReview' }, ''), '{"kind":"AdmissionReview"}')
  t.end()
})

t.test('a trial shows the pod, what was rendered, and who decided', (t) => {
  const revisions = revisionsOf(exampleConfig)
  const { choice, outcome, injected, rendered } = tryPod(revisions, { pod: { spec }, namespace: 'shop' })
  t.match([choice.kind, outcome.kind], ['chosen', 'injected'])
  t.match(injected, { spec: { containers: [{ name: 'web' }, { name: 'istio-proxy' }] } })
  t.match(rendered, [{ template: 'sidecar', text: /^initContainers:\n/ }])

  const skipped = tryPod(revisions, { pod: { spec: { ...spec, hostNetwork: true } }, namespace: 'shop' })
  t.match([skipped.outcome.kind, skipped.injected, skipped.rendered], ['skipped', undefined, []])

  const unknown = tryPod(revisions, { pod: { spec }, namespace: 'shop', revision: '1-99' })
  t.match(unknown.choice, { kind: 'unchosen', decision: { reason: 'revision-unknown' } })
  const unlabelled = tryPod(revisions, { pod: { spec }, namespace: 'shop', namespaceLabels: {} })
  t.match(unlabelled.choice, { decision: { reason: 'revision-not-selected' } })
  t.end()
})

const configWith = (text: string) => `policy: enabled\ntemplates:\n  sidecar: |\n    spec: {}\n    ${text}\n`

t.test('a failure is shown where it is: in the template, or in what it rendered', (t) => {
  const rows: [name: string, text: string, source: string | undefined, line: number, detail: RegExp][] = [
    ['a field that pods lack', 'a: {{ .Spec.Nme }}', 'template', 2, /\n +2 \| a: .*\n +\| +\^/],
    ['no YAML', 'a: b: c', 'rendered', 2, /\n +2 \| a: b: c\n +\| +\^/],
    ['no pod', 'metadata: []', undefined, 0, /cannot unmarshal/],
  ]
  for (const [name, text, source, line, detail] of rows) {
    const { outcome, rendered } = tryPod(revisionsOf(configWith(text), '1.20.0'), {
      pod: { spec },
      namespace: 'shop',
    })
    if (outcome.kind !== 'failed') {
      t.fail(`${name}: ${outcome.kind}`)
      continue
    }
    const fault = faultOf(outcome.error, rendered)
    t.same([fault.source, fault.line], [source, line], name)
    t.match(fault.detail, detail, name)
  }
  t.end()
})

/** `=1:1 a`, `-2 b`, `+2 c`, `~3:3 d: 1|d: 2` */
function rowText(row: Row): string {
  if (row.kind === 'removed') return `-${row.before.number} ${row.before.text}`
  if (row.kind === 'added') return `+${row.after.number} ${row.after.text}`
  const [before, after] = [row.before, row.after]
  const numbers = `${before.number}:${after.number}`
  return row.kind === 'same' ? `=${numbers} ${before.text}` : `~${numbers} ${before.text}|${after.text}`
}

t.test('two texts stand next to each other, lines of one member in one row', (t) => {
  const rows: [name: string, before: string, after: string, expected: string[] | undefined][] = [
    ['nothing', '', '', []],
    ['the same', 'a\n', 'a\n', ['=1:1 a']],
    ['a last line without its end', 'a', 'a\nb', ['=1:1 a', '+2 b']],
    ['all new', '', 'a\n', ['+1 a']],
    ['a value', 'a: 1\nb: 2\n', 'a: 1\nb: 3\n', ['=1:1 a: 1', '~2:2 b: 2|b: 3']],
    ['between new ones', 'b: 2\n', 'a: 1\nb: 3\nc: 4\n', ['+1 a: 1', '~1:2 b: 2|b: 3', '+3 c: 4']],
    ['another member', 'b: 2\n', 'c: 2\n', ['-1 b: 2', '+1 c: 2']],
    ['list items', '- x\n', '- y\n', ['-1 - x', '+1 - y']],
    ['too much to compare', 'a\n'.repeat(5000), 'b\n'.repeat(5000), undefined],
  ]
  for (const [name, before, after, expected] of rows) {
    t.same(sideBySide(before, after)?.map(rowText), expected, name)
  }
  const pod = write({ spec })
  t.same(
    sideBySide(pod, pod)?.every(({ kind }) => kind === 'same'),
    true,
  )
  t.end()
})
