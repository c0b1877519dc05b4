/** Streams, documents and kinds; what becomes of a pod template is compared with Istio's in test/conformance. */
import t from 'tap'
import { compileSettings, type Settings } from '../../src/injection/settings.ts'
import { ManifestError } from '../../src/manifests/errors.ts'
import { kubeInject } from '../../src/manifests/kube-inject.ts'

const spec = 'containers: [{name: istio-proxy}]'

/** A template that adds nothing but the sidecar's name, as a release reads it. */
function settings(istioVersion: string): Settings {
  const isMerged = Number(istioVersion.split('.')[1]) >= 9
  const config = isMerged ? { templates: { sidecar: `spec: {${spec}}` } } : { template: spec }
  return compileSettings({
    config: JSON.stringify({ policy: 'enabled', ...config }),
    mesh: undefined,
    values: '{}',
    istioVersion,
  })
}

/** The output and the messages; templates of 1.0 add a status whose version is not worth reading. */
function injected(stream: string, release = '1.0.0'): { output: string; messages: string[] } {
  const messages: string[] = []
  const output = kubeInject(settings(release), stream, (message) => messages.push(message))
  return { output: output.replaceAll(/"version":"\w+",/g, ''), messages }
}

const status = `sidecar.istio.io/status: '{"initContainers":null,"containers":["istio-proxy"],"volumes":null,"imagePullSecrets":null}'`

const pod = `kind: Pod
metadata:
  annotations:
    ${status}
  creationTimestamp: null
spec:
  containers:
  - name: istio-proxy
    resources: {}
status: {}
`

t.test('documents of a stream', (t) => {
  const rows: [name: string, stream: string, output: string][] = [
    ['nothing', '', ''],
    ['a line end', '\n', '\n---\n'],
    ['comments', '# a\n', '# a\n---\n'],
    ['null', 'null\n', 'null\n---\n'],
    ['an object without kind', 'a: 1\n', 'a: 1\n---\n'],
    ['another kind, byte for byte', 'kind:   Service # s\n"b": 1\n', 'kind:   Service # s\n"b": 1\n---\n'],
    ['JSON', '{"kind": "Service"}', '{"kind": "Service"}\n---\n'],
    ['a kind that is no text', 'kind: 5\n', 'kind: 5\n---\n'],
    [
      'kinds that only look like ours',
      'kind: DeploymentList\n---\nkind: PodTemplate\n---\nkind: Rollout\n',
      'kind: DeploymentList\n---\nkind: PodTemplate\n---\nkind: Rollout\n---\n',
    ],
    ['no last line end', 'a: 1\n---\nb: 2', 'a: 1\n---\nb: 2\n---\n'],
    ['a separator at the end', 'a: 1\n---\n', 'a: 1\n---\n'],
    ['blanks behind a separator', 'a: 1\n--- \t\nb: 2\n', 'a: 1\n---\nb: 2\n---\n'],
    ['a separator at the start belongs to the document', '---\na: 1\n', '---\na: 1\n---\n'],
    ['nothing between separators', 'a: 1\n---\n---\nb: 2\n', 'a: 1\n---\n---\nb: 2\n---\n'],
    ['what separates nothing', 'a: 1\n--- # c\nb: 2\n', 'a: 1\n--- # c\nb: 2\n---\n'],
    ['line ends of Windows', 'kind: Service\r\na: 1\r\n---\r\nb: 2', 'kind: Service\na: 1\n---\nb: 2\n---\n'],
    ['a byte order mark', '\ufeffkind: Pod\n', `${pod}---\n`],
    ['a pod, without apiVersion', 'kind: Pod\n', `${pod}---\n`],
    [
      'only the first part of a document that YAML would separate',
      'kind: Pod\n--- # c\nkind: Service\n',
      `${pod}---\n`,
    ],
    ['and of one that ends', 'kind: Pod\n...\nkind: Service\n', `${pod}---\n`],
    ['several', 'kind: Service\n---\nkind: Pod\n---\n# end', `kind: Service\n---\n${pod}---\n# end\n---\n`],
  ]
  for (const [name, stream, output] of rows) t.equal(injected(stream).output, output, name)
  t.end()
})

t.test('what is wrong with a document, and with which', (t) => {
  const rows: [name: string, stream: string, code: string, message: RegExp, document: number][] = [
    [
      'a list',
      'a: 1\n---\n- b\n',
      'object-undecodable',
      /cannot unmarshal array into Go value of type v1.TypeMeta$/,
      2,
    ],
    ['a number', '5\n', 'object-undecodable', /cannot unmarshal number/, 1],
    ['a boolean', 'on\n', 'object-undecodable', /cannot unmarshal bool/, 1],
    ['no YAML', 'a: [\n', 'yaml-invalid', /^error converting YAML to JSON: yaml: line 1: /, 1],
    ['a tab', '\tkind: Pod\n', 'yaml-invalid', /cannot start any token/, 1],
    [
      'a member of the wrong type',
      'kind: Pod\nspec: {containers: 5}\n',
      'object-undecodable',
      /^error unmarshaling JSON: .*containers/,
      1,
    ],
    [
      'no template, where Go has a pointer',
      'kind: ReplicationController\nspec: {}\n',
      'object-undecodable',
      /^spec.template is required value$/,
      1,
    ],
    [
      'the same in a list',
      'kind: List\nitems: [{kind: DeploymentConfig}]\n',
      'object-undecodable',
      /^spec.template is required value$/,
      1,
    ],
    [
      'a bad annotation',
      'kind: Pod\nmetadata: {annotations: {sidecar.istio.io/interceptionMode: X}}\n',
      'injection-failed',
      /interceptionMode invalid/,
      1,
    ],
  ]
  for (const [name, stream, code, message, document] of rows) {
    t.throws(() => injected(stream), { code, message, document }, name)
    t.throws(() => injected(stream), ManifestError, name)
  }
  t.end()
})

/** What is written behind the kind, with a template of one container `a`. */
function written(kind: string, body: string, release: string): string {
  const { output } = injected(`kind: ${kind}\n${body}`, release)
  return output
    .replace(/ +annotations:\n(?: +.*status.*\n)/, '')
    .replaceAll(/ +- name: istio-proxy\n +resources: \{\}\n/g, '')
}

const inTemplate = 'spec: {template: {spec: {containers: [{name: a}]}}}\n'
const template = (indent: string): string =>
  [
    'template:',
    '  metadata:',
    '    creationTimestamp: null',
    '  spec:',
    '    containers:',
    '    - name: a',
    '      resources: {}',
    '',
  ]
    .map((line) => (line === '' ? line : `${indent}${line}`))
    .join('\n')

t.test('every kind is written as Go writes it', (t) => {
  const head = 'metadata:\n  creationTimestamp: null\nspec:\n'
  const rows: [kind: string, body: string, output: string][] = [
    ['Deployment', inTemplate, `${head}  strategy: {}\n${template('  ')}status: {}\n`],
    [
      'StatefulSet',
      inTemplate,
      `${head}  serviceName: ""\n${template('  ')}  updateStrategy: {}\nstatus:\n  replicas: 0\n`,
    ],
    ['ReplicaSet', inTemplate, `${head}${template('  ')}status:\n  replicas: 0\n`],
    ['ReplicationController', inTemplate, `${head}${template('  ')}status:\n  replicas: 0\n`],
    [
      'DaemonSet',
      inTemplate,
      `${head}${template('  ')}  updateStrategy: {}\nstatus:\n  currentNumberScheduled: 0\n  desiredNumberScheduled: 0\n  numberMisscheduled: 0\n  numberReady: 0\n`,
    ],
    ['Job', inTemplate, `${head}${template('  ')}status: {}\n`],
    [
      'CronJob',
      'spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}}}}\n',
      `${head}  jobTemplate:\n    metadata:\n      creationTimestamp: null\n    spec:\n${template('      ')}  schedule: ""\nstatus: {}\n`,
    ],
    [
      'DeploymentConfig',
      inTemplate,
      `${head}  replicas: 0\n  strategy:\n    resources: {}\n${template('  ')}  test: false\n  triggers: null\nstatus:\n  availableReplicas: 0\n  latestVersion: 0\n  observedGeneration: 0\n  replicas: 0\n  unavailableReplicas: 0\n  updatedReplicas: 0\n`,
    ],
  ]
  for (const [kind, body, output] of rows) {
    t.equal(written(kind, body, '1.0.0'), `kind: ${kind}\n${output}---\n`, kind)
    t.match(
      injected(`apiVersion: anything/v9\nkind: ${kind}\n${body}`).output,
      /^apiVersion: anything\/v9\n/,
      kind,
    )
  }
  t.end()
})

t.test('what is written differs between releases', (t) => {
  const rows: [release: string, has: RegExp, hasNot: RegExp][] = [
    ['1.1.17', /creationTimestamp: null/, /selector:/],
    ['1.2.10', /\n  selector: null\n/, /^$/],
    ['1.27.9', /\n  selector: null\n[^]*creationTimestamp: null/, /^$/],
    ['1.28.0', /\n  selector: null\n/, /creationTimestamp/],
  ]
  for (const [release, has, hasNot] of rows) {
    const { output } = injected(`kind: Deployment\n${inTemplate}`, release)
    t.match(output, has, release)
    t.notMatch(output, hasNot, release)
  }
  t.end()
})

t.test('keys are sorted, quantities canonical, and members that Go does not know kept', (t) => {
  const stream =
    'kind: Pod\nspec:\n  future: {b: 1, a: 2}\n  containers:\n  - name: a\n    resources: {limits: {cpu: 0.5}}\n'
  t.match(
    injected(stream).output,
    /\nspec:\n  containers:\n  - name: a\n    resources:\n      limits:\n        cpu: 500m\n[^]*  future:\n    a: 2\n    b: 1\n/,
  )
  t.end()
})

t.test('a CronJob is annotated at its job template, other kinds at the pod template', (t) => {
  const { output } = injected(
    'kind: CronJob\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {a: b}}}}}}\n',
  )
  t.match(output, /  jobTemplate:\n    metadata:\n      annotations:\n        sidecar.istio.io\/status/)
  t.match(
    output,
    /template:\n        metadata:\n          creationTimestamp: null\n          labels:\n            a: b\n/,
  )
  t.end()
})

t.test('items of a list are taken one by one', (t) => {
  const { output } = injected(
    'kind: List\nitems:\n- kind: Service\n  b: 1\n  a: 2\n- kind: List\n  items: [{kind: Pod}]\n- 5\n',
  )
  t.match(
    output,
    /^items:\n- a: 2\n  b: 1\n  kind: Service\n- items:\n  - kind: Pod\n[^]*istio-proxy[^]*\n- 5\nkind: List\nmetadata: \{\}\n---\n$/,
  )
  t.end()
})

function deployment(body: string): string {
  return `kind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {${body}}}\n`
}

t.test('what is left alone is written all the same, and told in the words of the release', (t) => {
  const host = deployment('spec: {hostNetwork: true}')
  const named = deployment('metadata: {name: t}, spec: {hostNetwork: true}')
  const refused = deployment('metadata: {annotations: {sidecar.istio.io/inject: "false"}}')
  const again = deployment(
    `metadata: {annotations: {sidecar.istio.io/status: "{}"}}, spec: {containers: [{name: a}, {name: istio-proxy}]}`,
  )
  const rows: [release: string, stream: string, message: string][] = [
    ['1.0.0', host, 'Skipping injection because "" has host networking enabled'],
    ['1.1.17', named, 'Skipping injection because "t" has host networking enabled'],
    ['1.2.10', host, 'Skipping injection because "web" has host networking enabled'],
    ['1.7.8', named, 'Skipping injection because "t" has host networking enabled'],
    ['1.7.8', again, 'Skipping injection because "web" has injected "istio-proxy" sidecar already'],
    ['1.8.6', host, '===> Skipping injection because "web" has host networking enabled'],
    ['1.8.6', refused, '===> Skipping injection because "web" has sidecar injection disabled'],
    ['1.8.6', again, '===> Skipping injection because "web" has injected "istio-proxy" sidecar already'],
    ['1.12.9', again, '===> Skipping injection because "web" has injected "istio-proxy" sidecar already'],
    ['1.13.9', host, '===> Skipping injection because Deployment "shop/web" has host networking enabled'],
    [
      '1.16.7',
      again,
      '===> Skipping injection because Deployment shop/web "istio-proxy" has host networking enabled',
    ],
    ['1.30.3', host, '===> Skipping injection because Deployment "shop/web" has host networking enabled'],
    [
      '1.30.3',
      refused,
      '===> Skipping injection because Deployment "shop/web" has sidecar injection disabled',
    ],
    [
      '1.30.3',
      'kind: Pod\nspec: {hostNetwork: true}\n',
      '===> Skipping injection because Pod "" has host networking enabled',
    ],
  ]
  for (const [release, stream, message] of rows) {
    const { output, messages } = injected(stream, release)
    t.same(messages, [message], `${release}: ${message}`)
    t.notMatch(output, /status: '\{"/, release)
    t.match(output, /^kind: (?:Deployment|Pod)\n|^kind/, release)
  }
  t.same(injected(refused, '1.7.8').messages, [], 'up to 1.7 the annotation does not count')
  t.same(injected(again, '1.17.8').messages, [], 'from 1.17 the old sidecar is replaced')
  t.same(
    injected(deployment('spec: {containers: [{name: istio-proxy}]}'), '1.16.7').messages,
    [],
    'a user’s own is not the injector’s',
  )
  t.end()
})
