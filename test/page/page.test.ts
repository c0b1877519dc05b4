/** The review page without a browser: who may ask, and what is answered. */
import t from 'tap'
import type { PageState, ReviewAnswer, ReviewedText } from '../../src/page/answers.ts'
import { createReviewPage, type ReviewPageOptions } from '../../src/page/page.ts'
import type { Picture } from '../../src/page/picture.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig } from '../../src/istio/example.ts'
import { severalRevisions, soleRevision } from '../../src/revisions/revisions.ts'
import type { PageAnswer, PageRequest } from '../../src/server/page.ts'
import { madeCluster } from '../browser/made-cluster.ts'
import { made, surroundingsOf } from './surroundings.ts'

const settings = compileSettings({ config: exampleConfig, values: undefined, mesh: undefined })
const sole = soleRevision('default', settings)

function pageOf(options: Partial<ReviewPageOptions> = {}) {
  const page = createReviewPage({
    version: '1.2.3',
    revisions: () => sole,
    annotationsOf: () => undefined,
    hosts: [],
    ...options,
  })
  return async (request: Partial<PageRequest>): Promise<PageAnswer> =>
    page.answer({
      method: 'GET',
      path: '',
      headers: { host: 'localhost:8080', ...request.headers },
      isLocal: true,
      body: Buffer.alloc(0),
      ...request,
    })
}

const json = { host: 'localhost:8080', 'content-type': 'application/json' }

/** What is answered to a question. */
async function review(ask: ReturnType<typeof pageOf>, question: object): Promise<ReviewAnswer> {
  const answer = await ask({
    method: 'POST',
    path: 'review',
    headers: json,
    body: Buffer.from(JSON.stringify(question)),
  })
  t.equal(answer.status, 200, String(answer.body).slice(0, 200))
  return JSON.parse(String(answer.body))
}

async function reviewed(ask: ReturnType<typeof pageOf>, question: object): Promise<ReviewedText> {
  const answer = await review(ask, question)
  if (answer.kind !== 'reviewed') throw new TypeError(answer.detail)
  return answer
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: web}]}
`

/** A question that is none, so that it is refused with 400 where it is let in. */
function post(headers: PageRequest['headers']): Partial<PageRequest> {
  return { method: 'POST', path: 'review', headers: { ...json, ...headers } }
}

t.test('who may ask', async (t) => {
  const rows: [name: string, request: Partial<PageRequest>, hosts: string[], status: number][] = [
    ['kubectl port-forward', {}, [], 200],
    ['another port', { headers: { host: '127.0.0.1:9999' } }, [], 200],
    ['by IPv6', { headers: { host: '[::1]:8080' } }, [], 200],
    ['without a port', { headers: { host: 'localhost' } }, [], 200],
    ['a name below localhost', { headers: { host: 'injector.localhost:8080' } }, [], 200],
    ['without a host', { headers: { host: undefined } }, [], 403],
    ['a name that somebody points here', { headers: { host: 'evil.example:8080' } }, [], 403],
    ['a name that ends alike', { headers: { host: 'evil-localhost' } }, [], 403],
    ['a name with a dot behind it', { headers: { host: 'localhost.:8080' } }, [], 403],
    ['a name with a user before it', { headers: { host: 'localhost@evil.example' } }, [], 403],
    ['two ports', { headers: { host: '127.0.0.1:80:80' } }, [], 403],
    ['half an address', { headers: { host: '[::1' } }, [], 403],
    ['a name with a path', { headers: { host: 'localhost/evil.example' } }, [], 403],
    ['a name of nothing', { headers: { host: ':8080' } }, [], 403],
    ['in capitals', { headers: { host: 'LOCALHOST:8080' } }, [], 200],
    ['a preflight', { method: 'OPTIONS', path: 'review' }, [], 405],
    ['a TRACE', { method: 'TRACE' }, [], 405],
    ['our own origin', post({ origin: 'http://localhost:8080' }), [], 400],
    ['an origin of another port', post({ origin: 'http://localhost:9999' }), [], 403],
    ['an origin that begins alike', post({ origin: 'http://localhost:8080.evil.example' }), [], 403],
    ['an origin of an extension', post({ origin: 'moz-extension://localhost:8080' }), [], 403],
    ['JSON with its charset', post({ 'content-type': 'Application/JSON; charset=utf-8' }), [], 400],
    ['almost JSON', post({ 'content-type': 'application/jsonp' }), [], 415],
    ['what forms may send', post({ 'content-type': 'multipart/form-data' }), [], 415],
    ['no type', post({ 'content-type': undefined }), [], 415],
    ['a pod of the cluster', { isLocal: false }, [], 403],
    ['a pod by an address', { isLocal: false, headers: { host: '10.0.0.7:8080' } }, [], 403],
    [
      'a proxy that is named',
      { isLocal: false, headers: { host: 'Review.example' } },
      ['review.example'],
      200,
    ],
    ['another proxy', { isLocal: false, headers: { host: 'other.example' } }, ['review.example'], 403],
    ['an image on another page', { headers: { host: 'localhost', 'sec-fetch-site': 'cross-site' } }, [], 403],
    [
      'a script of another port',
      {
        path: 'state',
        headers: { host: 'localhost', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
      },
      [],
      403,
    ],
    [
      'a link on another page',
      { headers: { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
      [],
      200,
    ],
    [
      'our own scripts',
      { path: 'state', headers: { host: 'localhost', 'sec-fetch-site': 'same-origin' } },
      [],
      200,
    ],
    ['something that changes', { method: 'DELETE' }, [], 405],
    [
      'a form',
      { method: 'POST', path: 'review', headers: { ...json, 'content-type': 'text/plain' } },
      [],
      415,
    ],
    [
      'another origin',
      { method: 'POST', path: 'review', headers: { ...json, origin: 'https://evil.example' } },
      [],
      403,
    ],
    [
      'an origin of nowhere',
      { method: 'POST', path: 'review', headers: { ...json, origin: 'null' } },
      [],
      403,
    ],
    ['no JSON', { method: 'POST', path: 'review', headers: json, body: Buffer.from('{') }, [], 400],
    ['a question by GET', { path: 'review' }, [], 405],
    ['a POST to a file', { method: 'POST', path: 'main.js', headers: json }, [], 405],
    ['what is not there', { path: 'nothing' }, [], 404],
    ['a file above', { path: '../page.ts' }, [], 404],
    ['no file for browsers', { path: 'tsconfig.json' }, [], 404],
    ['a name that all objects have', { path: 'constructor' }, [], 404],
  ]
  for (const [name, request, hosts, status] of rows) {
    const { status: got, headers, body } = await pageOf({ hosts })(request)
    t.equal(got, status, `${name}: ${String(body).slice(0, 80)}`)
    t.match(headers, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }, name)
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, name)
  }
})

t.test('the page and its files', async (t) => {
  const ask = pageOf()
  const rows: [path: string, type: string][] = [
    ['', 'text/html; charset=utf-8'],
    ['index.html', 'text/html; charset=utf-8'],
    ['style.css', 'text/css; charset=utf-8'],
    ['main.js', 'text/javascript; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ]
  for (const [path, type] of rows)
    t.match(await ask({ path }), { status: 200, headers: { 'content-type': type } }, path)

  const html = String((await ask({})).body)
  t.notMatch(
    html,
    /<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=|https?:\/\//,
    'nothing inline, nothing from elsewhere',
  )
  for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"#]+)"/g))
    t.equal((await ask({ path })).status, 200, path)
})

async function state(options: Partial<ReviewPageOptions>): Promise<PageState> {
  return JSON.parse(String((await pageOf(options)({ path: 'state' })).body))
}

t.test('what can be chosen', async (t) => {
  t.same(await state({}), {
    version: '1.2.3',
    namespaces: [],
    hasPicture: false,
    revisions: [
      { name: 'default', release: '1.0.0', because: settings.detection.because, warnings: settings.warnings },
    ],
    tags: [],
  })
  const several = severalRevisions(new Map([['1-30', settings]]), new Map([['stable', '1-30']]))
  t.match(await state({ revisions: () => several, coverage: () => madeCluster(2, 4) }), {
    revisions: [{ name: '1-30' }],
    tags: [{ name: 'stable', revision: '1-30' }],
    hasPicture: true,
    namespaces: [{ name: 'cart-prod', labels: ['istio-injection=enabled'] }, { name: 'shop-prod' }],
  })
  t.match(
    await state({ revisions: () => severalRevisions(new Map(), new Map()), coverage: () => undefined }),
    {
      revisions: [],
      hasPicture: true,
      namespaces: [],
    },
  )
})

t.test('a pod, and what becomes of it', async (t) => {
  const ask = pageOf()
  const { pods, ignored } = await reviewed(ask, {
    text: `${pod}---\n{kind: Service, metadata: {name: web}}\n`,
  })
  t.same(ignored, ['Service default/web'])
  t.equal(pods.length, 1)
  t.match(pods[0], {
    kind: 'Pod',
    name: 'shop/web',
    isMade: false,
    verdict: 'injected',
    reason: 'policy-enabled',
    field: 'config.policy',
    message: 'policy is enabled',
    by: { revision: 'default', release: '1.0.0' },
    rendered: [{ template: 'sidecar', text: /istio-proxy/ }],
    injected: /name: istio-proxy/,
    patch: /^\[\{"op"/,
  })
  const rows = pods[0]?.rows ?? []
  t.ok(rows.some((row) => row.kind === 'added' && row.after.text.includes('istio-proxy')))
  t.notOk(rows.some((row) => row.kind === 'removed'))
})

t.test('pods that get no sidecar say why', async (t) => {
  const several = severalRevisions(new Map([['1-20', settings]]), new Map())
  const rows: [name: string, question: object, expected: object][] = [
    [
      'host network',
      { text: 'kind: Pod\nspec: {hostNetwork: true}' },
      { verdict: 'skipped', reason: 'host-network' },
    ],
    [
      'labels against it',
      { text: pod, namespaceLabels: {} },
      { verdict: 'skipped', reason: 'revision-not-selected' },
    ],
    [
      'labels for it',
      { text: pod, namespaceLabels: { 'istio-injection': 'enabled' } },
      { verdict: 'injected' },
    ],
    ['a revision that is there', { text: pod, revision: 'default' }, { verdict: 'injected' }],
    ['one that is not', { text: pod, revision: '1-99' }, { reason: 'revision-unknown', warnings: [/1-99/] }],
    [
      'an annotation that is refused',
      { text: pod.replace('name: web,', 'name: web, annotations: {sidecar.istio.io/interceptionMode: X},') },
      { verdict: 'failed', reason: 'annotation-invalid', advice: /annotation/ },
    ],
    [
      'a field of another type',
      { text: 'kind: Pod\nspec: 1' },
      { verdict: 'failed', reason: 'pod-undecodable' },
    ],
    [
      'a review that is none',
      { text: 'kind: AdmissionReview' },
      { verdict: 'refused', reason: 'not-a-review' },
    ],
  ]
  for (const [name, question, expected] of rows) {
    const [found] = (await reviewed(pageOf(), question)).pods
    t.match(found, expected, name)
    t.equal(found?.rows === undefined, found?.verdict !== 'injected', name)
  }
  const [chosen] = (
    await reviewed(pageOf({ revisions: () => several }), {
      text: pod,
      namespaceLabels: { 'istio.io/rev': '1-20' },
    })
  ).pods
  t.match(chosen, { by: { revision: '1-20', says: 'label istio.io/rev of the namespace names' } })
})

const configWith = (text: string) => `policy: enabled\ntemplates:\n  sidecar: |\n    spec: {}\n    ${text}\n`

t.test('a fault says where it is', async (t) => {
  const unreadable = await review(pageOf(), { text: 'a: 1\n---\na: b: c' })
  t.match(unreadable, { kind: 'unreadable', line: 3, column: 5, detail: /\n {2}1 \| a: b: c\n.*\^$/ })

  const rows: [text: string, expected: object][] = [
    ['a: b: c', { fault: { source: 'rendered', line: 2 }, rendered: [{ text: 'spec: {}\na: b: c\n' }] }],
    ['a: {{ .Spec.Nme }}', { fault: { source: 'template', line: 2 }, rendered: [] }],
  ]
  for (const [text, expected] of rows) {
    const config = configWith(text)
    const source = { config, values: undefined, mesh: undefined, istioVersion: '1.20.0' }
    const faulty = soleRevision('default', compileSettings(source))
    const [found] = (await reviewed(pageOf({ revisions: () => faulty }), { text: pod })).pods
    t.match(found, { verdict: 'failed', message: /\^/, ...expected }, text)
  }
})

t.test('workloads and lists are the pods that come of them, up to a limit', async (t) => {
  const deployment =
    'kind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a}]}}}\n'
  const [made] = (await reviewed(pageOf(), { text: deployment, namespace: 'shop' })).pods
  t.match(made, { kind: 'Deployment', name: 'shop/web', isMade: true, injected: /generateName: web-/ })
  const list = {
    kind: 'List',
    items: [{ kind: 'Pod', metadata: { name: 'a' }, spec: {} }, { kind: 'Secret' }],
  }
  const answer = await reviewed(pageOf(), { text: JSON.stringify(list) })
  t.match([answer.pods.map(({ name }) => name), answer.ignored], [['default/a'], ['Secret default/*']])
  const many = await reviewed(pageOf(), { text: 'kind: Pod\nspec: {}\n---\n'.repeat(60) })
  t.same([many.pods.length, many.leftOut], [50, 10])
  t.same((await reviewed(pageOf(), { text: '1\n---\n- a\n' })).ignored, [
    'something without a kind',
    'something without a kind',
  ])
})

t.test('questions that are none', async (t) => {
  const rows: [body: string, message: RegExp][] = [
    ['{', /no JSON/],
    ['[]', /JSON object/],
    ['{}', /"text"/],
    ['{"text":1}', /"text"/],
    ['{"text":"","namespace":1}', /"namespace"/],
    ['{"text":"","revision":[]}', /"revision"/],
    ['{"text":"","namespaceLabels":[]}', /"namespaceLabels"/],
    ['{"text":"","namespaceLabels":{"a":1}}', /values of "namespaceLabels"/],
  ]
  for (const [body, message] of rows) {
    const answer = await pageOf()({ method: 'POST', path: 'review', headers: json, body: Buffer.from(body) })
    t.equal(answer.status, 400, body)
    t.match(JSON.parse(String(answer.body)), { kind: 'refused', message }, body)
  }
})

t.test('the cluster, once as long as it stays the same', async (t) => {
  t.match(await pageOf()({ path: 'cluster' }), { status: 404, body: /--coverage/ })
  const unseen = await pageOf({ coverage: () => undefined })({ path: 'cluster' })
  t.match(JSON.parse(String(unseen.body)), { waiting: /not been seen/, namespaces: [] })

  let now = madeCluster(3, 40)
  const ask = pageOf({ coverage: () => now })
  const first = await ask({ path: 'cluster' })
  const picture: Picture = JSON.parse(String(first.body))
  t.same(
    picture.namespaces.map(({ name, pods }) => [name, pods.length]),
    now.namespaces.map(({ name, pods }) => [name, pods.length]),
  )
  const { etag = '' } = first.headers
  const again = { path: 'cluster', headers: { host: 'localhost', 'if-none-match': etag } }
  t.match(await ask(again), { status: 304, body: '', headers: { etag, 'cache-control': 'no-store' } })
  now = madeCluster(3, 40)
  t.equal((await ask(again)).status, 304, 'another object that says the same')
  now = madeCluster(3, 41)
  t.match(await ask(again), { status: 200, body: /"namespaces"/ })
})

t.test('pods without a sidecar are missing one, or left out', async (t) => {
  const rows: [reason: Parameters<typeof made>[1], state: string][] = [
    ['host-network', 'left-out'],
    ['inject-label', 'left-out'],
    ['policy-disabled', 'left-out'],
    ['revision-not-selected', 'left-out'],
    ['match-condition', 'left-out'],
    ['static-pod', 'left-out'],
    ['before-namespace-label', 'missing'],
    ['webhook-ignored', 'missing'],
    ['unexplained', 'missing'],
    ['revision-unknown', 'missing'],
    ['no-inject-config', 'missing'],
  ]
  for (const [reason, state] of rows) {
    const body = (await pageOf({ coverage: () => made('not-injected', reason) })({ path: 'cluster' })).body
    t.match(JSON.parse(String(body)), { namespaces: [{ pods: [{ state, reason }] }] }, reason)
  }
})

const inNamespace = (namespace: string) => pod.replace('shop', namespace)

t.test('in a cluster its own webhooks select', async (t) => {
  const surroundings = surroundingsOf(sole)
  const ask = pageOf({ surroundings: () => surroundings })
  const rows: [name: string, question: object, expected: object][] = [
    [
      'a namespace with the label',
      { text: inNamespace('shop') },
      { verdict: 'injected', webhook: { name: 'sidecar.example', configuration: 'ours', kind: 'called' } },
    ],
    [
      'one without it',
      { text: inNamespace('plain') },
      { verdict: 'skipped', reason: 'revision-not-selected', message: /sidecar.example/ },
    ],
    [
      'the same, were it labelled',
      { text: inNamespace('plain'), namespaceLabels: { inject: 'yes' } },
      { verdict: 'injected' },
    ],
    [
      'one that is not there',
      { text: inNamespace('new'), namespaceLabels: { inject: 'yes' } },
      { verdict: 'injected' },
    ],
    [
      'a revision that is chosen',
      { text: inNamespace('plain'), revision: 'default' },
      { verdict: 'injected', webhook: undefined },
    ],
    [
      'host network',
      { text: inNamespace('shop').replace('spec: {', 'spec: {hostNetwork: true, ') },
      { verdict: 'skipped', reason: 'host-network' },
    ],
    [
      'a matchCondition that fails',
      { text: inNamespace('shop').replace('name: web,', 'name: web, labels: {hard: "yes"},') },
      { verdict: 'refused', reason: 'condition-failed', webhook: { kind: 'refused' } },
    ],
    [
      'one that asks for what is not known',
      { text: inNamespace('asking') },
      { verdict: 'injected', webhook: { kind: 'unknown' }, warnings: [/not known here/] },
    ],
    [
      'a matchCondition alone against it',
      { text: inNamespace('shop').replace('name: web,', 'name: web, annotations: {leave: me},') },
      {
        verdict: 'skipped',
        reason: 'match-condition',
        message: /is not called/,
        webhook: { kind: 'left-out' },
      },
    ],
    ['no pod at all', { text: 'kind: Pod\nspec: 1' }, { verdict: 'failed', reason: 'pod-undecodable' }],
  ]
  for (const [name, question, expected] of rows)
    t.match((await reviewed(ask, question)).pods[0], expected, name)
})
