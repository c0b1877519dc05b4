/** The commands that need no cluster and no server: review, kube-inject, version. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../src/commands/table.ts'
import { splitDocuments, read } from '../../src/goyaml/index.ts'
import { lines } from '../../src/istio/lines.ts'
import { folder, pod, reviewOf } from '../server/harness.ts'
import { runWith } from './in-process.ts'

const directory = folder()

/** A file with that text. */
function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const podYaml = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: "web:1"}]
`
const badPod = podYaml.replace('namespace: shop', 'annotations: {sidecar.istio.io/interceptionMode: X}')
const deployment = `# Comments of a workload are lost, as in Istio.
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1"}]
`
const service = `# kept
apiVersion: v1
kind:   Service
`

t.test('review answers lines of JSON by lines of JSON, in order', async (t) => {
  const reviews = [
    reviewOf(pod),
    reviewOf({ ...pod, spec: { hostNetwork: true } }),
    reviewOf(pod, {}, 'v1beta1'),
  ]
  const { code, stdout } = await runWith(['review'], `${reviews.join('\n')}\n\n`)
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.equal(code, 0)
  t.match(answers, [
    { apiVersion: 'admission.k8s.io/v1', response: { allowed: true, patchType: 'JSONPatch' } },
    { response: { allowed: true, auditAnnotations: { reason: 'host-network' } } },
    { apiVersion: 'admission.k8s.io/v1beta1', response: { allowed: true, patchType: 'JSONPatch' } },
  ])
})

t.test('review answers YAML by YAML, unless it is told otherwise', async (t) => {
  const path = file('pods.yaml', `${podYaml}---\n# nothing\n---\n${badPod}`)
  const { code, stdout } = await runWith(['review', path, '-n', 'there'])
  t.equal(code, 1, 'one was refused')
  t.match(
    splitDocuments(stdout).map((document) => read(document)),
    [
      { kind: 'AdmissionReview', response: { uid: 'review', allowed: true } },
      { response: { allowed: false, status: { code: 422, message: /interceptionMode invalid/ } } },
    ],
  )
  const json = await runWith(['review', '-o', 'json', path])
  t.equal(json.stdout.trimEnd().split('\n').length, 2)
  t.match(JSON.parse(json.stdout.split('\n', 1)[0] ?? ''), { response: { allowed: true } })
  t.match(
    (await runWith(['review', '-o', 'yaml'], reviewOf(pod))).stdout,
    /^apiVersion: admission\.k8s\.io\/v1\n/,
  )
})

t.test('review answers lists item by item, and workloads for the pod that they would make', async (t) => {
  const list = `kind: List\nitems:\n- kind: Pod\n  metadata: {namespace: kube-system}\n- kind: Service\n`
  const podList = JSON.stringify({ kind: 'PodList', items: [{ spec: { hostNetwork: true } }, 5] })
  const { code, stdout } = await runWith(
    ['review', '-o', 'json', '-', file('list.json', podList)],
    `${list}---\n${deployment}`,
  )
  t.equal(code, 1, 'a Service is no pod')
  const answers = stdout.trimEnd().split('\n')
  t.match(
    answers.map((line) => JSON.parse(line).response),
    [
      { auditAnnotations: { reason: 'system-namespace' } },
      { allowed: false, auditAnnotations: { reason: 'not-a-review' } },
      { auditAnnotations: { decision: 'injected' } },
      { auditAnnotations: { reason: 'host-network' } },
      { allowed: false, auditAnnotations: { reason: 'not-a-review' } },
    ],
  )
  const diff = await runWith(['review', '--diff'], list)
  t.match(diff.stdout, /^standard input, document 1, item 2: refused: /m)
})

t.test('review takes one JSON object over several lines, and files one after the other', async (t) => {
  const pretty = file('pretty.json', JSON.stringify(JSON.parse(reviewOf(pod)), undefined, 2))
  const { stdout } = await runWith(['review', '-o', 'json', pretty, '-', pretty], reviewOf(pod))
  t.equal(stdout.trimEnd().split('\n').length, 3)
  const documents = await runWith(['review'], `${reviewOf(pod)}\n---\n${reviewOf(pod)}\n`)
  t.equal(splitDocuments(documents.stdout).length, 2)
})

t.test('review --diff shows the decision, its reason, and what changes', async (t) => {
  const { code, stdout } = await runWith(['review', '--diff'], podYaml)
  t.equal(code, 0)
  t.match(
    stdout,
    /^shop\/web: injected \(policy-enabled\): policy is enabled \[config\.policy\] \(Istio 1\.0\.0: /,
  )
  t.match(stdout, /\n@@ -\d+,\d+ \+\d+,\d+ @@\n/)
  t.match(stdout, /\n\+ {2}- name: istio-certs\n/)
  t.notMatch(stdout, '\u001b', 'no colours but for a terminal')

  const rows: [input: string, start: RegExp][] = [
    [
      podYaml.replace('spec:', 'spec:\n  hostNetwork: true'),
      /^shop\/web: not injected \(host-network\): [^]*spec\.hostNetwork/,
    ],
    [
      badPod,
      /^default\/web: refused \(annotation-invalid\)[^]*interceptionMode invalid[^]*correct the annotation/,
    ],
    ['kind: Service\n', /^standard input, document 1: refused: expected an AdmissionReview/],
    [
      reviewOf(pod).replace('"Pod"', '"Node"'),
      /^standard input:1: refused: the sidecar injector injects pods/,
    ],
    [reviewOf(pod), /^shop\/web-7d9c4f5b6-\*: injected /],
  ]
  for (const [input, start] of rows) t.match((await runWith(['review', '--diff'], input)).stdout, start)
})

t.test('what review cannot read says where', async (t) => {
  const rows: [input: string, stderr: RegExp][] = [
    ['{"a":1}\n{"a":]}\n', /^[^]*error: standard input:2: not JSON: /],
    [`${reviewOf(pod)}\n{"cut off": `, /error: standard input:2: not JSON: /],
    ['{a: [}\n', /error: standard input, document 1: yaml: /],
    [`${podYaml}---\na: [\n`, /error: standard input, document 2: yaml: line \d+: [^]*\n {2}\d+ \| /],
  ]
  for (const [input, stderr] of rows) t.match(await runWith(['review'], input), { code: 1, stderr })
  const deep = `{"kind":"Pod","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  const jsonTooDeep = /error: standard input:1: nested deeper than 500 levels/
  const yamlTooDeep = /error: standard input, document 1: .*exceeded max depth of 500/
  const deepRows: [args: readonly string[], stderr: RegExp][] = [
    [['review'], jsonTooDeep],
    [['review', '--diff'], jsonTooDeep],
    [['explain', '--filename', '-'], jsonTooDeep],
    [['kube-inject', '--example', '--filename', '-'], yamlTooDeep],
  ]
  for (const [args, stderr] of deepRows)
    t.match(await runWith(args, deep), { code: 1, stderr }, args.join(' '))
  t.match(await runWith(['review', join(directory, 'none')]), { code: 1, stderr: /none: no such file\n$/ })
  t.match(await runWith(['review', directory]), { code: 1, stderr: /: is a directory\n$/ })
})

t.test(
  'files may be UTF-16, as Windows PowerShell writes them, and what is no text is refused',
  async (t) => {
    const config = join(directory, 'utf16')
    const text = 'policy: enabled\ntemplate: "containers: [{name: ü}]"\n'
    const args = ['review', '--diff', '--istioVersion', '1.0', '--injectConfigFile', config]
    for (const bytes of [
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      Buffer.from(`\ufeff${text}`),
    ]) {
      writeFileSync(config, bytes)
      t.match(await runWith(args, podYaml), { code: 0, stdout: /^\+ +name: ü$/m })
    }
    writeFileSync(config, Buffer.from(text, 'latin1'))
    t.match(await runWith(args, podYaml), { code: 1, stderr: /error: .*utf16: line 2 is no UTF-8 text\n/ })
  },
)

t.test('kube-inject injects workloads and copies the rest', async (t) => {
  const path = file('all.yaml', `${service}---\n${deployment}`)
  const { code, stdout } = await runWith(['kube-inject', '--example', '-f', path])
  t.equal(code, 0)
  const [first, second] = stdout.split('---\n')
  t.equal(first, service)
  t.match(second, /^apiVersion: apps\/v1\nkind: Deployment\n/)
  t.match(second, /name: istio-proxy/)
  t.equal(
    (await runWith(['kube-inject', '--example', '-f', '-'], `${service}---\n${deployment}`)).stdout,
    stdout,
  )

  const output = join(directory, 'injected.yaml')
  t.match(await runWith(['kube-inject', '--example', '-f', path, '-o', output]), { code: 0, stdout: '' })
  t.equal(readFileSync(output, 'utf8'), stdout)
})

t.test('kube-inject says what it left alone, and writes nothing where one document fails', async (t) => {
  const host = deployment.replace(
    'spec:\n      containers',
    'spec:\n      hostNetwork: true\n      containers',
  )
  const skipped = await runWith(['kube-inject', '--example', '-f', '-'], host)
  t.match(skipped, { code: 0, stderr: /Skipping injection because "" has host networking enabled/ })
  t.notMatch(skipped.stdout, /istio-proxy/)

  const bad = deployment.replace('labels: {app: web}', 'annotations: {sidecar.istio.io/interceptionMode: X}')
  const output = join(directory, 'never.yaml')
  const rows: [input: string, stderr: RegExp][] = [
    [
      `${deployment}---\n${bad}`,
      /error: standard input, document 2: [^]*interceptionMode[^]*\ncorrect the annotation/,
    ],
    [
      `${service}---\nkind: Deployment\nspec: {template: [}\n`,
      /error: standard input, document 2: [^]*yaml: /,
    ],
    ['kind: Deployment\nspec: {replicas: many}\n', /document 1: error unmarshaling JSON: [^]*replicas/],
    ['- a\n', /document 1: error unmarshaling JSON: json: cannot unmarshal array/],
  ]
  for (const [input, stderr] of rows) {
    t.match(await runWith(['kube-inject', '--example', '-f', '-', '-o', output], input), {
      code: 1,
      stdout: '',
      stderr,
    })
  }
  t.throws(() => readFileSync(output), { code: 'ENOENT' })
  const nowhere = join(directory, 'no/such/folder')
  t.match(await runWith(['kube-inject', '--example', '-f', '-', '-o', nowhere], service), {
    code: 1,
    stderr: /no such file/,
  })
  t.match(await runWith(['kube-inject']), { code: 2, stderr: /required option '-f, --filename <path>'/ })
})

t.test('kube-uninject gives back what kube-inject was given', async (t) => {
  const { stdout: injected } = await runWith(
    ['kube-inject', '--example', '-f', '-'],
    `${service}---\n${deployment}`,
  )
  const back = await runWith(['kube-uninject', '-f', '-'], injected)
  t.match(back, { code: 0, stderr: '' })
  const [first, second = ''] = back.stdout.split('---\n')
  t.equal(first, service)
  t.notMatch(second, /istio/)
  t.match(read(second), {
    metadata: { name: 'web' },
    spec: {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  })
  t.equal((await runWith(['kube-uninject', '-f', '-'], back.stdout)).stdout, back.stdout, 'twice is once')

  const rows: [args: readonly string[], stderr: RegExp][] = [
    [['-f', join(directory, 'none')], /none: no such file/],
    [['-f', '-', '--injectConfigFile', file('no-config', '[')], /no-config: [^]*yaml: /],
  ]
  for (const [args, stderr] of rows)
    t.match(await runWith(['kube-uninject', ...args], deployment), { code: 1, stderr })
  t.match(await runWith(['kube-uninject']), { code: 2, stderr: /required option '-f, --filename <path>'/ })
})

t.test('kube-uninject knows injectedAnnotations from the config, and says what is lost', async (t) => {
  const config = file('injected-annotations', 'injectedAnnotations: {team: mesh}\n')
  const probe = '{httpGet: {path: /app-health/web/livez, port: 15020}}'
  const annotations = `{team: mesh, sidecar.istio.io/status: '{"containers":["istio-proxy"]}'}`
  const injected = podYaml
    .replace('namespace: shop', `annotations: ${annotations}`)
    .replace('image: "web:1"}', `image: "web:1", livenessProbe: ${probe}}, {name: istio-proxy}`)
  const output = join(directory, 'uninjected.yaml')
  const args = ['kube-uninject', '-f', '-', '--injectConfigFile', config, '-o', output]
  t.match(await runWith(args, injected), {
    code: 0,
    stdout: '',
    stderr: /^warning: Pod "web": spec\.containers\[web\]\.livenessProbe cannot be restored/,
  })
  t.notMatch(readFileSync(output, 'utf8'), /team|istio/)
})

t.test(
  'settings are read from files, and what is wrong with them names the file, the place and the way out',
  async (t) => {
    const config = file(
      'config',
      'policy: enabled\ntemplate: |\n  containers: [{name: istio-proxy, image: "[[ .MeshConfig.ProxyListenPort ]]"}]\n',
    )
    const mesh = file('mesh', 'proxyListenPort: 16001\n')
    const files = ['--injectConfigFile', config, '--meshConfigFile', mesh]
    const { stdout, stderr } = await runWith(['kube-inject', '-f', '-', ...files], deployment)
    t.match(stdout, /image: "16001"/)
    t.match(stderr, /^Istio [^\n]*: [^\n]*looks most like/)

    const values = file('values', '{"global":{"hub":5}}')
    const named = ['--istioVersion', '1.4.0']
    const rows: [args: readonly string[], stderr: RegExp][] = [
      [
        ['--injectConfigFile', file('empty', '')],
        /empty: the injector config is empty or missing\. Istio 1\.0\.0 does not create/,
      ],
      [
        ['--injectConfigFile', file('open', 'template: "[["')],
        /open: template: inject:1: [^]*\n +1 \| \[\[\n/,
      ],
      [
        ['--injectConfigFile', file('second', 'templates: {sidecar: "", other: "{{ if }}"}')],
        /second: templates\.other: template: inject:1: missing value for if\n/,
      ],
      [['--injectConfigFile', file('list', '[]')], /list: error unmarshaling JSON/],
      [
        ['--injectConfigFile', file('tab', 'a: b: c')],
        /tab: error converting YAML to JSON: yaml: |tab: yaml: /,
      ],
      [
        [...files, ...named, '--valuesFile', values],
        /values: could not parse configuration values: global\.hub/,
      ],
      [
        ['--injectConfigFile', config, '--meshConfigFile', file('drain', 'proxyListenPort: a')],
        /drain: [^]*proxyListenPort|drain: /,
      ],
      [['--injectConfigFile', join(directory, 'none')], /none: no such file/],
      [['--istioVersion', 'latest'], /--istioVersion latest names no Istio release/],
    ]
    for (const [args, expected] of rows) {
      t.match(
        await runWith(['review', ...args], podYaml),
        { code: 1, stdout: '', stderr: expected },
        args.join(' '),
      )
    }
  },
)

t.test('version prints ours and every line of Istio', async (t) => {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  )
  const text = await runWith(['version'])
  t.match(text, { code: 0, stderr: '' })
  t.ok(text.stdout.startsWith(`sidecar-injector ${version} (Node ${process.versions.node})\n`))
  for (const { major, minor } of lines) t.match(text.stdout, new RegExp(`^ +${major}\\.${minor} `, 'm'))
  const json = JSON.parse((await runWith(['version', '-o', 'json'])).stdout)
  t.equal(json.version, version)
  t.equal(json.istio.length, lines.length)
})

t.test('help teaches by example, and a command that nobody has is told of', async (t) => {
  for (const args of [[], ...commands.map(({ name }) => [name])]) {
    t.match(await runWith([...args, '--help']), { code: 0, stdout: /\nExamples:\n {2}# /, stderr: '' })
  }
  t.match(await runWith(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
  t.match(await runWith(['--help']), { code: 0, stdout: /serve[^]*review[^]*kube-inject[^]*version/ })
  t.match(await runWith([]), { code: 2, stderr: /Usage: sidecar-injector/ })
  t.match(await runWith(['revew']), { code: 2, stderr: /Did you mean review\?/ })
})
