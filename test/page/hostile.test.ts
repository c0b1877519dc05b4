/** What is sent to the page by those who mean harm, or do it by mistake: it is answered, and nothing waits for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import type { ReviewAnswer } from '../../src/page/answers.ts'
import { createReviewPage } from '../../src/page/page.ts'
import { createTurns } from '../../src/page/turns.ts'
import { soleRevision } from '../../src/revisions/revisions.ts'
import type { Page } from '../../src/server/page.ts'

const merging = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    metadata:
      annotations: {a: b}
    spec:
      initContainers: [{name: istio-init, image: x}]
      containers: [{name: istio-proxy, image: x}]
      volumes: [{name: v}]
`

function pageOf(config: string, mesh: string | undefined, istioVersion: string) {
  const settings = compileSettings({ config, values: undefined, mesh, istioVersion })
  const sole = soleRevision('default', settings)
  return createReviewPage({ version: '1', revisions: () => sole, annotationsOf: () => undefined, hosts: [] })
}

/** One that appends lists, and two that merge. */
const pages = [
  pageOf(exampleConfig, exampleMesh, '1.0.0'),
  pageOf(merging, undefined, '1.20.0'),
  pageOf(merging, undefined, '1.30.0'),
] as const

const headers = { host: 'localhost:8080', 'content-type': 'application/json' }

async function ask(body: string, page: Page = pages[0]) {
  const request = { method: 'POST', path: 'review', headers, isLocal: true, body: Buffer.from(body) }
  const { status, body: text } = await page.answer(request)
  return { status, text: String(text) }
}

async function review(text: string): Promise<ReviewAnswer> {
  const { status, text: answer } = await ask(JSON.stringify({ text }))
  t.equal(status, 200, text.slice(0, 60))
  return JSON.parse(answer)
}

const pod = (metadata: string, containers = '') =>
  `kind: Pod\nmetadata:\n  name: web\n${metadata}spec:\n  containers:\n  - {name: web, image: web}\n${containers}`
const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('')
const deep = (count: number, open: string, close: string) => `${open.repeat(count)}1${close.repeat(count)}`
const long = 'x'.repeat(100_000)

t.test('texts that are more than they look like', async (t) => {
  const tooDeep = { kind: 'unreadable', detail: /nested deeper than 500 levels/, line: 1 }
  const rows: [name: string, text: string, expected: object][] = [
    ['a pod without anything', 'kind: Pod', { pods: [{ verdict: 'injected' }] }],
    ['a pod of nulls', 'kind: Pod\nmetadata:\nspec:\n', { pods: [{ verdict: 'injected' }] }],
    ['nothing but lines', '\n'.repeat(500_000), { kind: 'reviewed', pods: [] }],
    ['nothing but separators', '---\n'.repeat(100_000), { kind: 'reviewed', pods: [] }],
    ['nothing but brackets', '['.repeat(500_000), { kind: 'unreadable', detail: /max depth/ }],
    ['deep YAML', deep(600, '[', ']'), { kind: 'unreadable', detail: /max depth/ }],
    ['deep block YAML', lines(600, (at) => `${' '.repeat(at)}a:`), { detail: /max depth/ }],
    ['a deep pod', `{"kind":"Pod","spec":{"affinity":${deep(100_000, '{"a":', '}')}}}`, tooDeep],
    ['a deep field that nobody knows', `{"kind":"Pod","z":${deep(5000, '[', ']')}}`, tooDeep],
    ['a deep review', `{"kind":"AdmissionReview","request":${deep(5000, '{"a":', '}')}}`, tooDeep],
    ['lists of lists', deep(5000, '{"kind":"List","items":[', ']}'), tooDeep],
    [
      'aliases of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${lines(8, (at) => `${'bcdefghi'[at]}: &${'bcdefghi'[at]} [${Array(10).fill(`*${'abcdefgh'[at]}`).join()}]`)}`,
      { kind: 'unreadable', detail: /excessive aliasing/ },
    ],
    [
      'aliases of what is long',
      pod(
        `  annotations: {a: &a "${long}"}\n`,
        lines(3000, () => '  - {name: *a, image: *a}'),
      ),
      { kind: 'unreadable', detail: /aliases make more than 3 MiB/ },
    ],
    [
      'the same over many documents',
      lines(50, () => `---\n${pod(`  annotations: {a: &a "${'x'.repeat(30_000)}", b: *a, c: *a}\n`)}`),
      { kind: 'unreadable', detail: /more than 3 MiB/ },
    ],
    ['many pods on lines', '{"kind":"Pod"}\n'.repeat(20_000), { pods: { length: 50 }, leftOut: 19_950 }],
    [
      'many pods in a list',
      JSON.stringify({ kind: 'List', items: Array.from({ length: 20_000 }, () => ({ kind: 'Pod' })) }),
      { pods: { length: 50 }, leftOut: 19_950 },
    ],
    [
      'more lines than anybody reads',
      pod(`  annotations:\n${lines(21_000, (at) => `    k${at}: v`)}`),
      { pods: [{ verdict: 'injected', rows: undefined, injected: /k20999: v/ }] },
    ],
    [
      'a long line',
      pod(`  annotations: {a: "${'x'.repeat(1_500_000)}"}\n`),
      { pods: [{ verdict: 'injected' }] },
    ],
    [
      'characters that YAML does not have',
      JSON.stringify({ kind: 'Pod', metadata: { annotations: { a: '\u009b', ['k'.repeat(2000)]: 'v' } } }),
      { pods: [{ verdict: 'injected', injected: /^\{\n[^]*"a": "\\u009b"/ }] },
    ],
    ['bytes of no use', '\u0000\ufffe\ud800', { kind: 'unreadable' }],
  ]
  for (const [name, text, expected] of rows) t.match(await review(text), expected, name)
})

t.test('questions that are more than they look like', async (t) => {
  const rows: [name: string, body: string, status: number][] = [
    ['a deep field that is not asked for', `{"text":"","x":${deep(50_000, '[', ']')}}`, 200],
    ['a deep question', deep(50_000, '[', ']'), 400],
    ['no UTF-8', '{"text":"\u00ff\u00fe"}', 200],
    ['twice the same', '{"text":1,"text":""}', 200],
    ['__proto__', '{"__proto__":{"text":""}}', 400],
    ['labels of __proto__', '{"text":"","namespaceLabels":{"__proto__":"x"}}', 200],
    ['a long namespace', JSON.stringify({ text: 'kind: Pod', namespace: long }), 200],
    ['a long revision', JSON.stringify({ text: 'kind: Pod', revision: long }), 200],
  ]
  for (const [name, body, status] of rows) t.equal((await ask(body)).status, status, name)
  t.equal(Object.hasOwn(Object.prototype, 'text'), false)
})

const keys =
  'kind metadata spec template jobTemplate items request object name namespace annotations labels ownerReferences ' +
  'containers initContainers volumes ports env image securityContext imagePullSecrets hostNetwork __proto__ ' +
  'constructor a/b ~1 sidecar.istio.io/inject sidecar.istio.io/status'
const key = fc.constantFrom(...keys.split(' '))
const leaf = fc.oneof(
  fc.constantFrom(null, true, 0, 1e300, 'Pod', 'List', 'AdmissionReview', '<b>', '{"x":1}', 'true', '-', ''),
  fc.string(),
)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'large' },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
  ),
}))
const parts = { requiredKeys: [] }
const pods = fc.record({
  kind: fc.constantFrom('Pod', 'Deployment', 'Job', 'CronJob', 'PodList'),
  metadata: fc.oneof(
    tree,
    fc.record({ name: tree, namespace: tree, annotations: tree, labels: tree }, parts),
  ),
  spec: fc.oneof(
    tree,
    fc.record(
      { containers: tree, initContainers: tree, volumes: tree, template: tree, imagePullSecrets: tree },
      parts,
    ),
  ),
})

t.test('whatever is asked, there is an answer', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(pods, tree), async (json) => {
      const body = JSON.stringify({ text: JSON.stringify(json) })
      for (const page of pages) {
        const { status, text } = await ask(body, page)
        if (status !== 200) throw new Error(`${status}: ${text}`)
        JSON.parse(text)
      }
    }),
    { numRuns: 400 },
  )
  t.pass()
})

t.test('others have their turn while many pods are reviewed', async (t) => {
  const text = lines(50, () => `---\n${pod('')}`)
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const answers = await Promise.all([review(text), review(text)])
  isDone = true
  t.same(
    answers.map((answer) => answer.kind === 'reviewed' && answer.pods.length),
    [50, 50],
  )
  t.ok(turns > 100, `${turns} turns`)
})

t.test('only so many questions at once', async (t) => {
  const body = JSON.stringify({ text: 'kind: Pod' })
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(body)))
  const expected = Array.from({ length: 12 }, (_, at) => (at < 8 ? 200 : 503))
  t.same(
    answers.map(({ status }) => status),
    expected,
  )
  t.match(JSON.parse(answers.at(-1)?.text ?? ''), { kind: 'refused', message: /try again/ })
  t.equal((await ask(body)).status, 200, 'and afterwards again')
})

t.test('one after the other, whatever becomes of those before', async (t) => {
  const inTurn = createTurns(3)
  const done: string[] = []
  const work = (name: string, fails = false) =>
    inTurn(async () => {
      done.push(`${name} begins`)
      await sleep(1)
      done.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const [a, b, c, d] = [work('a'), work('b', true), work('c'), work('d')]
  t.equal(d, undefined)
  t.same(await Promise.allSettled([a, b, c]), [
    { status: 'fulfilled', value: 'a' },
    { status: 'rejected', reason: new Error('b') },
    { status: 'fulfilled', value: 'c' },
  ])
  t.same(done, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  t.equal(await work('e'), 'e')
})
