import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read } from '../../src/goyaml/index.ts'
import {
  isObject,
  listAt,
  objectAt,
  stringAt,
  type Json,
  type JsonObject,
  type StringMap,
} from '../../src/injection/json.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig } from '../../src/istio/example.ts'
import { compileSelector, type LabelSelector } from '../../src/kubernetes/selector.ts'
import { askedFor } from '../../src/revisions/asked-for.ts'
import { choose, type Choice, type RevisionRequest } from '../../src/revisions/choose.ts'
import { injectByRevision } from '../../src/revisions/inject.ts'
import { isRevisionName, severalRevisions, soleRevision } from '../../src/revisions/revisions.ts'
import { injectPath } from '../../src/server/inject-path.ts'
import { sharedData } from '../shared-data.ts'

const settings = compileSettings({ config: exampleConfig, values: undefined, mesh: undefined })
const settingsOf = (...names: string[]) => new Map(names.map((name) => [name, { ...settings }]))

const three = severalRevisions(
  settingsOf('default', '1-20', '1-30'),
  new Map([
    ['stable', '1-20'],
    ['next', '1-99'],
  ]),
)

/** The revision, or the reason why there is none. */
function answerOf(choice: Choice): string {
  return choice.kind === 'chosen' ? choice.revision.name : choice.decision.reason
}

function request(labels: Json, parts: Partial<RevisionRequest> = {}): RevisionRequest {
  return { pod: { metadata: { labels } }, ...parts }
}

t.test('without the namespace, path and pod choose', (t) => {
  const rows: [name: string, request: RevisionRequest, expected: string][] = [
    ['no pod at all', { pod: undefined }, 'default'],
    ['a pod that is a list', { pod: [] }, 'default'],
    ['labels that are a list', request(['istio.io/rev']), 'default'],
    ['a label that is no text', request({ 'istio.io/rev': 1 }), 'default'],
    ['names that every object has', request({}, { revision: 'constructor' }), 'revision-unknown'],
    ['the same as label', request({ 'istio.io/rev': '__proto__' }), 'revision-unknown'],
    ['an empty label, as Istio 1.6 writes it', request({ 'istio.io/rev': '' }), 'default'],
    ['nothing', request({}), 'default'],
    ['the label', request({ 'istio.io/rev': '1-30' }), '1-30'],
    ['the label of the default revision', request({ 'istio.io/rev': 'default' }), 'default'],
    ['a tag as label', request({ 'istio.io/rev': 'stable' }), '1-20'],
    ['an unknown label', request({ 'istio.io/rev': '1-40' }), 'revision-unknown'],
    ['a tag without its revision', request({ 'istio.io/rev': 'next' }), 'revision-unknown'],
    ['the path', request({}, { revision: '1-20' }), '1-20'],
    ['the path against the label', request({ 'istio.io/rev': '1-30' }, { revision: '1-20' }), '1-20'],
    [
      'the path against an unknown label',
      request({ 'istio.io/rev': 'x' }, { revision: 'default' }),
      'default',
    ],
    ['a tag in the path', request({}, { revision: 'stable' }), '1-20'],
    ['an unknown path', request({ 'istio.io/rev': '1-30' }, { revision: '1-40' }), 'revision-unknown'],
    ['an empty name in the path', request({}, { revision: '' }), 'revision-unknown'],
    ['what the pod wishes is not for us', request({ 'sidecar.istio.io/inject': 'false' }), 'default'],
  ]
  for (const [name, request, expected] of rows) t.equal(answerOf(choose(three, request)), expected, name)
  t.end()
})

t.test('with the namespace, its labels choose first, and may select nothing', (t) => {
  const enabled = { 'istio-injection': 'enabled' }
  const rows: [name: string, namespace: StringMap, pod: StringMap, expected: string][] = [
    ['nothing', {}, {}, 'revision-not-selected'],
    ['names that every object has', {}, { constructor: 'x' }, 'revision-not-selected'],
    ['istio-injection=enabled', enabled, {}, 'default'],
    ['… wins over the revision', { ...enabled, 'istio.io/rev': '1-30' }, {}, 'default'],
    ["… and over the pod's", enabled, { 'istio.io/rev': '1-30' }, 'default'],
    ['… and over an unknown one', enabled, { 'istio.io/rev': 'x' }, 'default'],
    ['… but not over the wish', enabled, { 'sidecar.istio.io/inject': 'false' }, 'revision-not-selected'],
    [
      'any other value',
      { 'istio-injection': 'disabled' },
      { 'istio.io/rev': '1-30' },
      'revision-not-selected',
    ],
    ['… also an empty one', { 'istio-injection': '', 'istio.io/rev': '1-30' }, {}, 'revision-not-selected'],
    ['the revision', { 'istio.io/rev': '1-30' }, {}, '1-30'],
    ["… wins over the pod's", { 'istio.io/rev': '1-30' }, { 'istio.io/rev': '1-20' }, '1-30'],
    ['… the default one', { 'istio.io/rev': 'default' }, {}, 'default'],
    ['… a tag', { 'istio.io/rev': 'stable' }, {}, '1-20'],
    ['… unknown', { 'istio.io/rev': 'x' }, { 'istio.io/rev': '1-20' }, 'revision-unknown'],
    ['… empty', { 'istio.io/rev': '' }, {}, 'revision-unknown'],
    [
      '… not wished',
      { 'istio.io/rev': '1-30' },
      { 'sidecar.istio.io/inject': 'false' },
      'revision-not-selected',
    ],
    ["the pod's", {}, { 'istio.io/rev': '1-20' }, '1-20'],
    ['… unknown', {}, { 'istio.io/rev': 'x', 'sidecar.istio.io/inject': 'true' }, 'revision-unknown'],
    ['the wish alone', {}, { 'sidecar.istio.io/inject': 'true' }, 'default'],
    ['… of another value', {}, { 'sidecar.istio.io/inject': 'yes' }, 'revision-not-selected'],
  ]
  for (const [name, namespaceLabels, pod, expected] of rows) {
    t.equal(answerOf(choose(three, request(pod, { namespaceLabels }))), expected, name)
  }
  const byPath = request({}, { namespaceLabels: {}, revision: '1-30' })
  t.equal(answerOf(choose(three, byPath)), '1-30', 'the API server has called that path, whatever we know')
  t.end()
})

t.test('the tag default moves the default revision', (t) => {
  const moved = severalRevisions(settingsOf('default', '1-30'), new Map([['default', '1-30']]))
  t.equal(answerOf(choose(moved, request({}))), '1-30')
  t.equal(answerOf(choose(moved, request({}, { revision: 'default' }))), '1-30')
  t.equal(answerOf(choose(moved, request({}, { namespaceLabels: { 'istio-injection': 'enabled' } }))), '1-30')
  const lost = severalRevisions(settingsOf('default', '1-30'), new Map([['default', '1-40']]))
  t.equal(answerOf(choose(lost, request({}))), 'revision-unknown', 'and does not fall back')
  const none = severalRevisions(settingsOf('1-20', '1-30'), new Map())
  t.equal(answerOf(choose(none, request({}))), 'revision-unknown')
  t.end()
})

t.test('the only revision serves whoever does not name another', (t) => {
  const sole = soleRevision('1-20', settings, new Map([['stable', '1-20']]))
  const rows: [request: RevisionRequest, expected: string][] = [
    [request({ 'istio.io/rev': 'x' }), '1-20'],
    [request({}, { revision: '1-20' }), '1-20'],
    [request({}, { revision: 'stable' }), '1-20'],
    [request({}, { revision: 'default' }), 'revision-unknown'],
    [request({}, { namespaceLabels: { 'istio.io/rev': 'stable' } }), '1-20'],
    [request({}, { namespaceLabels: { 'istio-injection': 'enabled' } }), 'revision-not-selected'],
  ]
  for (const [request, expected] of rows) t.equal(answerOf(choose(sole, request)), expected)
  t.end()
})

t.test('who has no sidecar for it is told which revisions there are', (t) => {
  const has =
    'which this injector does not have, so there is no sidecar; it has revisions 1-20, 1-30, default and tags stable=1-20, next=1-99'
  const nothing = 'it has no revisions'
  const rows: [request: RevisionRequest, message: string, field: string][] = [
    [request({}, { revision: 'x' }), `the path names revision "x", ${has}`, 'path'],
    [
      request({ 'istio.io/rev': 'next' }),
      `label istio.io/rev of the pod names tag "next" of revision "1-99", ${has}`,
      'metadata.labels["istio.io/rev"]',
    ],
    [
      request({}, { namespaceLabels: { 'istio.io/rev': 'x' } }),
      `label istio.io/rev of the namespace names revision "x", ${has}`,
      'namespace.metadata.labels["istio.io/rev"]',
    ],
  ]
  for (const [request, message, field] of rows) {
    const outcome = injectByRevision(three, { ...request, namespace: 'shop', path: '' })
    const decision = { inject: false, reason: 'revision-unknown', field, message, warnings: [] }
    t.same(outcome, { kind: 'skipped', decision })
  }
  const empty = choose(severalRevisions(new Map(), new Map()), request({}))
  t.match(empty, {
    decision: { message: `nothing names another than revision "default", ${has.slice(0, 62)}` },
  })
  t.match(empty, { decision: { message: new RegExp(`${nothing}$`) } })
  const hostile = choose(three, request({}, { revision: `\n"${'x'.repeat(1e5)}` }))
  t.match(hostile, { decision: { message: /^the path names revision "\\n\\"x{61}", which/ } })
  t.end()
})

t.test('an outcome tells whose settings it comes from', (t) => {
  const pod = { metadata: {}, spec: { containers: [{ name: 'web', image: 'web' }] } }
  const outcome = injectByRevision(three, { pod, namespace: 'shop', path: '', revision: 'stable' })
  t.match(outcome, { kind: 'injected', revision: '1-20' })
  t.match(injectByRevision(three, { pod: 1, namespace: '', path: '' }), {
    kind: 'failed',
    revision: 'default',
  })
  t.end()
})

t.test('names of revisions are DNS labels', (t) => {
  for (const name of ['default', '1-30', 'a', '0', `a${'-'.repeat(61)}a`]) t.ok(isRevisionName(name), name)
  for (const name of ['', '1.30', 'A', '-a', 'a-', 'a/b', '..data', 'a\n', `a${'a'.repeat(63)}`])
    t.notOk(isRevisionName(name), name)
  t.end()
})

const injections = [undefined, '', 'enabled', 'disabled']
const wishes = [undefined, '', 'true', 'false', 'other']
const charts = sharedData('releases')
const skip = charts === undefined && 'no shared data: the objects of the charts are missing'

t.test("askedFor selects what the charts' own webhooks select", { skip }, (t) => {
  const revs = [undefined, '', 'default', 'canary', 'prod', 'other']
  for (const release of ['1.10.6', '1.16.7', '1.20.8', '1.24.6', '1.30.3']) {
    const folder = join(charts ?? '', `istio-${release}`)
    const webhooks = [
      ...chartWebhooks(join(folder, 'defaults')),
      ...chartWebhooks(join(folder, 'revision-tag-prod')),
    ]
    t.equal(webhooks.length, 8, `${release} has four webhooks, and two for a revision and a tag each`)
    const wrong: unknown[] = []
    for (const namespace of combinations({ 'istio.io/rev': revs, 'istio-injection': injections })) {
      for (const pod of combinations({ 'istio.io/rev': revs, 'sidecar.istio.io/inject': wishes })) {
        const theirs = webhooks.filter((webhook) => webhook.namespaces(namespace) && webhook.pods(pod))
        const { name } = askedFor(namespace, pod)
        const ours = webhooks.some((webhook) => webhook.revision === name) ? [name] : []
        const names = theirs.map((webhook) => webhook.revision)
        if (names.join() !== ours.join()) wrong.push({ namespace, pod, ours, names })
      }
    }
    t.same(wrong, [], release)
  }
  t.end()
})

t.test('the webhooks of docs/revisions.md call the path of the revision that labels ask for', (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/revisions.md'), 'utf8')
  const [, text = ''] = /```yaml\n(apiVersion: admissionregistration[^`]*)```/.exec(page) ?? []
  const webhooks = webhooksIn(text, 'docs/revisions.md')
  const served = severalRevisions(
    settingsOf('1-20', '1-30'),
    new Map([
      ['default', '1-20'],
      ['stable', '1-20'],
    ]),
  )
  t.equal(new Set(webhooks.map(({ name }) => name)).size, 10)
  const revs = [undefined, '', 'default', '1-20', '1-30', 'stable', 'other']
  const wrong: unknown[] = []
  for (const namespace of combinations({ 'istio.io/rev': revs, 'istio-injection': injections })) {
    for (const pod of combinations({ 'istio.io/rev': revs, 'sidecar.istio.io/inject': wishes })) {
      const called = webhooks.filter((webhook) => webhook.namespaces(namespace) && webhook.pods(pod))
      const theirs = called.map(({ path }) => answerOf(choose(served, request(pod, namedIn(path)))))
      const ours = choose(served, request(pod, { namespaceLabels: namespace }))
      const expected = ours.kind === 'chosen' ? [ours.revision.name] : []
      if (theirs.join() !== expected.join()) wrong.push({ namespace, pod, theirs, expected })
    }
  }
  t.same(wrong, [])
  t.end()
})

function namedIn(path: string): { revision: string | undefined } {
  return { revision: injectPath(path)?.revision }
}

/** A webhook of a configuration, and what it selects. */
interface Webhook {
  readonly name: string
  readonly path: string
  readonly namespaces: (labels: StringMap) => boolean
  readonly pods: (labels: StringMap) => boolean
}

/** The webhooks of a rendered chart, each with the revision or tag that it is for. */
function chartWebhooks(folder: string): (Webhook & { revision: string })[] {
  return globSync(join(folder, 'mutatingwebhookconfiguration*.yaml')).flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const labels = objectAt(objectAt(objectIn(text, file), 'metadata'), 'labels')
    const revision = stringAt(labels, 'istio.io/tag') || stringAt(labels, 'istio.io/rev')
    return webhooksIn(text, file).map((webhook) => Object.assign(webhook, { revision }))
  })
}

function webhooksIn(text: string, file: string): Webhook[] {
  return listAt(objectIn(text, file), 'webhooks')
    .filter(isObject)
    .map((webhook) => ({
      name: stringAt(webhook, 'name'),
      path: stringAt(objectAt(objectAt(webhook, 'clientConfig'), 'service'), 'path'),
      namespaces: matcher(webhook['namespaceSelector']),
      pods: matcher(webhook['objectSelector']),
    }))
}

function objectIn(text: string, file: string): JsonObject {
  const object = read(text)
  if (!isObject(object)) throw new TypeError(`${file} is no object`)
  return object
}

function matcher(selector: Json | undefined): (labels: StringMap) => boolean {
  const parsed: LabelSelector = JSON.parse(JSON.stringify(selector))
  const compiled = compileSelector(parsed)
  return (labels) => compiled.matches(labels)
}

/** Every map that has one of the values for each key; undefined is a key that is not there. */
function combinations(values: Record<string, (string | undefined)[]>): StringMap[] {
  return Object.entries(values).reduce<StringMap[]>(
    (maps, [key, options]) =>
      maps.flatMap((map) => options.map((value) => (value === undefined ? map : { ...map, [key]: value }))),
    [{}],
  )
}
