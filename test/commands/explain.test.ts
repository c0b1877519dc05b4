/** `explain` of files. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parseTarget, targetKinds, targetPath } from '../../src/commands/explain-target.ts'
import { runWith } from './in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-'))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const workloads = file(
  'workloads.yaml',
  `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop}
  spec: {template: {metadata: {}, spec: {containers: [{name: web, image: "web:1"}]}}}
- apiVersion: apps/v1
  kind: ReplicaSet
  metadata: {name: web-7d9c4f5b6, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
  spec: {template: {metadata: {}, spec: {containers: [{name: web, image: "web:1"}]}}}
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: nightly, namespace: shop}
  spec:
    jobTemplate:
      spec: {template: {metadata: {annotations: {sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: x, image: x}]}}}
`,
)
const around = file(
  'around.yaml',
  `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: canary}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector}
webhooks:
- name: rev.namespace.canary.sidecar-injector.istio.io
  clientConfig: {service: {namespace: injector, name: injector, path: /revision/canary/inject}}
  namespaceSelector: {matchLabels: {istio.io/rev: canary}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
`,
)
const istio = file(
  'istio.yaml',
  `apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector-canary, namespace: istio-system}
data:
  config: |
    policy: enabled
    defaultTemplates: [sidecar]
    templates:
      sidecar: |
        spec: {containers: [{name: istio-proxy, image: "proxy:{{ .Revision }}"}]}
  values: '{"global":{"tag":"1.30.3"}}'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-canary, namespace: istio-system}
data: {mesh: "{}"}
`,
)

t.test('all that was saved of a cluster is looked at together', async (t) => {
  const files = ['-f', workloads, '-f', around, '-f', istio]
  const { code, stdout } = await runWith(['explain', ...files])
  t.equal(code, 3, 'one of them gets none')
  t.match(stdout, /^deployment shop\/web: would be injected \(policy-enabled\)/m)
  t.match(stdout, /by: revision canary, Istio 1\.30\.3/)
  t.match(stdout, /^cronjob shop\/nightly: would not be injected \(inject-annotation\)/m)
  t.notMatch(stdout, /replicaset|service/i, 'nothing is said twice, nor of what has no pods')
  t.match(stdout, /--show-managed-fields/)

  const one = await runWith(['explain', 'deploy/web', ...files, '--diff'])
  t.equal(one.code, 0)
  t.match(one.stdout, /^\+.*image: proxy:canary$/m)
  t.notMatch(one.stdout, 'cronjob')
})

t.test('tags are those that the webhook configuration has, unless others are given', async (t) => {
  const tagged = file(
    'tagged.yaml',
    readFileSync(around, 'utf8')
      .replace('{istio.io/rev: canary}', '{istio.io/rev: prod}')
      .replace(
        'metadata: {name: injector}',
        'metadata: {name: injector, annotations: {sidecar-injector/revision-tags: "prod=canary,x="}}',
      )
      .replaceAll('revision/canary', 'revision/prod')
      .replace('{istio.io/rev: canary}', '{istio.io/rev: prod}'),
  )
  const files = ['deployment/web', '-f', workloads, '-f', tagged, '-f', istio]
  const { code, stdout } = await runWith(['explain', ...files])
  t.equal(code, 0)
  t.match(stdout, /by: revision canary/)
  const other = await runWith(['explain', ...files, '--revisionTags', 'stable=canary'])
  t.match(other, { code: 3, stdout: /revision-unknown.*tags stable=canary/ })
})

t.test('a revision that cannot be used keeps nothing from being said of others', async (t) => {
  const broken = file(
    'broken.yaml',
    `apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector-broken, namespace: istio-system}
data: {config: "policy: [", values: "{}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-broken, namespace: istio-system}
data: {mesh: "{}"}
`,
  )
  const files = ['explain', 'deployment/web', '-f', workloads, '-f', around]
  const both = await runWith([...files, '-f', istio, '-f', broken])
  t.match(both, { code: 0, stdout: /by: revision canary/, stderr: /revision broken is left out: ConfigMap/ })
  const alone = await runWith([...files, '-f', broken])
  t.match(alone, { code: 1, stderr: /istio-sidecar-injector-broken/ })
})

t.test('pods that are older than the saved ConfigMap are told so', async (t) => {
  const pods = file(
    'pods.yaml',
    `apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {containers: [{name: web, image: "web:1"}]}
`,
  )
  const dated = file(
    'dated.yaml',
    readFileSync(istio, 'utf8').replace(
      'injector-canary,',
      'injector-canary, creationTimestamp: "2026-02-01T00:00:00Z",',
    ),
  )
  const { stdout } = await runWith(['explain', 'pod/old', '-f', pods, '-f', around, '-f', dated])
  t.match(stdout, /not injected \(before-settings\)/)
})

t.test('labels of namespaces that are in no file can be given', async (t) => {
  const files = ['-f', workloads, '-f', istio]
  const given = await runWith([
    'explain',
    'deployment/web',
    ...files,
    '--namespaceLabels',
    'istio.io/rev=canary',
  ])
  t.match(given, { code: 0, stdout: /would be injected/ })
  const other = await runWith(['explain', 'deployment/web', ...files, '--namespaceLabels', 'team=a'])
  t.match(other, { code: 3, stdout: /revision-not-selected/ })
})

t.test('what is not there is said, and what is called wrongly', async (t) => {
  const rows: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [[], 2, /what is to be explained\?/],
    [['web'], 2, /"web" is no KIND\/NAME/],
    [['service/web'], 2, /kinds are pod, namespace, deployment/],
    [['pod/a/b'], 2, /no KIND\/NAME/],
    [['pod/none', '-f', workloads], 1, /the files have no Pod none/],
    [['-f', istio], 1, /there is no pod, workload or namespace/],
    [['-f', join(folder, 'nothing.yaml')], 1, /no such file/],
    [['-f', file('bad.yaml', 'a: b: c')], 1, /bad\.yaml, document 1/],
    [['-f', file('review.yaml', 'kind: AdmissionReview\napiVersion: x\n')], 1, /review\.yaml, document 1/],
    [
      [
        '-f',
        workloads,
        '-f',
        file('broken.yaml', 'kind: ConfigMap\nmetadata: {name: istio-sidecar-injector}\ndata: {}\n'),
      ],
      1,
      /there is no ConfigMap istio in/,
    ],
  ]
  for (const [args, code, message] of rows) {
    const ran = await runWith(['explain', ...args])
    t.equal(ran.code, code, args.join(' '))
    t.match(ran.stderr, message)
  }
})

t.test('standard input, and the built-in example where nothing else is given', async (t) => {
  const pod = JSON.stringify({ kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [] } })
  const { code, stdout, stderr } = await runWith(['explain', '-f', '-', '-n', 'shop'], pod)
  t.equal(code, 0)
  t.match(stdout, /^pod shop\/x: would be injected/)
  t.match(stderr, /warning: settings: the built-in example/)
})

t.test('kinds are named as kubectl names them', (t) => {
  for (const { kind, resource, aliases } of targetKinds) {
    for (const word of [kind, kind.toLowerCase(), resource, ...aliases]) {
      t.equal(parseTarget(`${word}/x`).kind.kind, kind, word)
    }
  }
  t.equal(
    targetPath(parseTarget('deployment.apps/a b'), 'shop'),
    '/apis/apps/v1/namespaces/shop/deployments/a%20b',
  )
  t.equal(targetPath(parseTarget('ns/shop'), 'other'), '/api/v1/namespaces/shop')
  t.end()
})

t.test(
  'objects of which hardly anything is there are explained, or refused with what is wrong',
  async (t) => {
    const rows: [text: string, shown: RegExp][] = [
      ['kind: Pod\n', /^pod default\/\*: would be injected/],
      ['kind: Pod\nmetadata:\nspec:\n', /^pod default\/\*: would be injected/],
      ['kind: Deployment\n', /^deployment default\/\*: would be injected/],
      [
        '{"kind":"Job","metadata":{"name":"a"},"spec":{"template":null}}\n',
        /^job default\/a: would be injected/,
      ],
      ['kind: Pod\nmetadata: []\nspec: 5\n', /^pod default\/\*: would be refused \(pod-undecodable\)/],
      [
        'kind: Pod\nmetadata: {name: [], labels: 3}\n',
        /^pod default\/\*: would be refused \(pod-undecodable\)/,
      ],
    ]
    for (const [text, shown] of rows) {
      for (const flags of [[], ['--diff']]) {
        const { stdout, stderr } = await runWith(['explain', ...flags, '-f', '-'], text)
        t.match(stdout, shown, text)
        t.notMatch(stderr, 'error')
      }
    }
  },
)
