/** kube-uninject of streams; what becomes of a pod template is told in test/uninjection. */
import t from 'tap'
import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { kubeInject } from '../../src/manifests/kube-inject.ts'
import { kubeUninject } from '../../src/manifests/kube-uninject.ts'

const settings = compileSettings({ config: exampleConfig, mesh: exampleMesh, values: undefined })

function injected(stream: string): string {
  return kubeInject(settings, stream, () => {})
}

function uninjected(stream: string): string {
  return kubeUninject(stream, { warn: () => {} })
}

const status = `'{"containers":["istio-proxy"]}'`
const pod = `apiVersion: v1
kind: Pod
metadata:
  annotations:
    sidecar.istio.io/status: ${status}
  name: web
spec:
  containers:
  - image: web
    name: web
  - name: istio-proxy
`
const plainPod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - image: web
    name: web
`

t.test('a stream without anything injected stays as it is, byte for byte', (t) => {
  const streams: [name: string, stream: string][] = [
    ['nothing', ''],
    ['comments and separators', '# a\n---\n---\n\n--- \t\n# b'],
    ['line ends of Windows', 'kind: Pod\r\n---\r\nkind: Service\r\n'],
    ['a byte order mark', '\ufeffkind: Pod\n'],
    ['what is no YAML', 'a: [\n---\n{{ template }}\n'],
    ['a list, a number', '- istio\n---\n5 # istio\n'],
    ['other kinds', 'kind: Rollout # istio-proxy\n---\nkind: 5 # istio\n'],
    [
      'a workload of unsorted keys',
      'spec: {template: {spec: {containers: [{name: istio-proxy}]}}}\nkind:   Deployment # mine\n---\n',
    ],
    ['a list of objects', 'kind: List\nitems: [{kind: Pod, metadata: {labels: {istio: a}}}, 5]\n'],
    ['a workload without template', 'kind: Deployment # istio\nspec: 5\n'],
  ]
  for (const [name, stream] of streams) t.equal(uninjected(stream), stream, name)
  t.end()
})

t.test('an injected document is written anew, all else stays', (t) => {
  const rows: [name: string, stream: string, output: string][] = [
    ['a pod', pod, plainPod],
    [
      'among others',
      `# a\n--- \nkind:   Service\n---\n${pod}---\nkind: Foo # f`,
      `# a\n--- \nkind:   Service\n---\n${plainPod}---\nkind: Foo # f`,
    ],
    ['with the separator that kube-inject writes last', `${pod}---\n`, plainPod],
    [
      'with line ends of Windows',
      `kind: Service\r\n---\r\n${pod.replaceAll('\n', '\r\n')}`,
      `kind: Service\r\n---\r\n${plainPod}`,
    ],
    ['behind a byte order mark', `\ufeff${pod}`, plainPod],
    [
      'as JSON',
      `{"kind": "Pod", "metadata": {"annotations": {"sidecar.istio.io/status": "{\\"containers\\":null}"}}, "spec": {}}`,
      'kind: Pod\n',
    ],
    [
      'in a list',
      `kind: List\nmetadata: {}\nitems:\n- kind: Service\n- ${pod.trimEnd().replaceAll('\n', '\n  ')}\n`,
      `items:\n- kind: Service\n- ${plainPod.trimEnd().replaceAll('\n', '\n  ')}\nkind: List\n`,
    ],
  ]
  for (const [name, stream, output] of rows) {
    t.equal(uninjected(stream), output, name)
    t.equal(uninjected(uninjected(stream)), output, `${name}: once is enough`)
  }
  t.end()
})

t.test('what a cluster says of an object stays', (t) => {
  const live = `${pod}status:\n  containerStatuses:\n  - name: web\n    ready: false\n    restartCount: 0\n`
  t.equal(
    uninjected(live),
    `${plainPod}status:\n  containerStatuses:\n  - name: web\n    ready: false\n    restartCount: 0\n`,
  )
  t.end()
})

const templateOf = (kind: string): string => `
    metadata: {labels: {app: web, version: "1"}}
    spec:
      containers: [{name: web, image: "web:1", ports: [{containerPort: 80}], resources: {limits: {cpu: "1"}}}]
      volumes: [{name: data, emptyDir: {}}]
${kind === 'Job' ? '      restartPolicy: Never\n' : ''}`

const workloads = [
  ...[
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
    'Job',
    'ReplicationController',
    'DeploymentConfig',
  ].map(
    (kind) =>
      `apiVersion: any/v1\nkind: ${kind}\nmetadata: {name: web}\nspec:\n  template:${templateOf(kind)}`,
  ),
  `kind: CronJob\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:${templateOf('CronJob').trimEnd().replaceAll('\n', '\n    ')}\n`,
  'kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n',
]

function objects(stream: string): unknown[] {
  return splitDocuments(stream).map((document) => read(document))
}

t.test('every kind there and back', (t) => {
  for (const workload of workloads) {
    const there = injected(workload)
    t.match(there, /name: istio-proxy/)
    t.strictSame(objects(uninjected(there)), objects(workload), workload.split('\n', 2).join(' '))
  }
  const stream = `kind: Service\n---\n${workloads.join('---\n')}---\nkind: List\nitems:\n- ${workloads[0]!.trimEnd().replaceAll('\n', '\n  ')}\n`
  t.strictSame(objects(uninjected(injected(stream))), objects(stream), 'and all of them')
  t.end()
})

t.test('a CronJob may have an injected pod in it', (t) => {
  const indented = pod.split('\n').slice(2, -1).join('\n        ')
  const stream = `kind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        ${indented}\n`
  t.notMatch(uninjected(stream), /istio/)
  t.end()
})

t.test('labels that a workload selects by stay', (t) => {
  const selectors: [name: string, selector: string][] = [
    ['by value', '{matchLabels: {security.istio.io/tlsMode: istio}}'],
    ['by expression', '{matchExpressions: [{key: security.istio.io/tlsMode, operator: Exists}]}'],
    ['as ReplicationControllers do', '{security.istio.io/tlsMode: istio}'],
  ]
  const body = pod
    .split('\n')
    .slice(2, -1)
    .join('\n    ')
    .replace('annotations:', 'labels: {security.istio.io/tlsMode: istio}\n      annotations:')
  for (const [name, selector] of selectors) {
    const stream = `kind: Deployment\nspec:\n  selector: ${selector}\n  template:\n    ${body}\n`
    t.match(uninjected(stream), /labels:\n +security.istio.io\/tlsMode: istio\n/, name)
  }
  t.notMatch(uninjected(`kind: Deployment\nspec:\n  template:\n    ${body}\n`), /tlsMode/)
  t.end()
})

t.test('what cannot be restored is told, with the object and the place', (t) => {
  const probe = 'livenessProbe: {httpGet: {path: /app-health/web/livez, port: 15020}}'
  const messages: string[] = []
  kubeUninject(pod.replace('    name: web\n', `    name: web\n    ${probe}\n`), {
    warn: (message) => messages.push(message),
  })
  t.same(messages, [
    'Pod "web": spec.containers[web].livenessProbe cannot be restored, the sidecar was not told what it was: it is left as the injector made it',
  ])
  t.end()
})

t.test('a document that is no YAML is named, if it may be injected', (t) => {
  t.throws(() => uninjected('a: 1\n---\nistio: [\n'), { code: 'yaml-invalid', document: 2 })
  t.end()
})
