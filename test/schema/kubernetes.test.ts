import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { isObject } from '../../src/golang/json-value.ts'
import {
  check,
  complete,
  decode,
  defineStruct,
  marshal,
  podType,
  structNamed,
  typeNamed,
  workloadType,
  yamlTarget,
  type Json,
  type StructType,
} from '../../src/schema/index.ts'
import { kubernetesNamed, kubernetesStructs } from '../../src/schema/tables/kubernetes.ts'
import { sharedData } from '../shared-data.ts'

t.test('every type of the tables can be made for every minor', async (t) => {
  const names = Object.keys({ ...kubernetesStructs, ...kubernetesNamed })
  for (let minor = 10; minor <= 37; minor++) t.doesNotThrow(() => names.map((name) => typeNamed(name, minor)))
  t.throws(() => typeNamed('v1.Nonsense'), { message: 'no type v1.Nonsense' })
  t.throws(() => structNamed('v1.Protocol'), { message: 'v1.Protocol is no struct' })
})

t.test('types are made once, and differ by minor', async (t) => {
  t.equal(typeNamed('v1.Container'), typeNamed('v1.Container'))
  t.notOk(structNamed('v1.Container', 27).byJsonName.has('restartPolicy'))
  t.ok(structNamed('v1.Container', 28).byJsonName.has('restartPolicy'))
  t.ok(structNamed('v1.ObjectMeta', 23).byJsonName.has('clusterName'))
  t.notOk(structNamed('v1.ObjectMeta', 30).byJsonName.has('clusterName'))
})

t.test('checking passes what the API server may send', async (t) => {
  const pods: Json[] = [
    null,
    {},
    { spec: null, metadata: { labels: null, brandNew: [1] } },
    { spec: { containers: null, newPodField: { a: 1 }, initContainers: [null] } },
    { spec: { containers: [{ brandNewField: true, resources: { limits: { cpu: null } } }] } },
  ]
  for (const pod of pods) t.doesNotThrow(() => check(podType, pod), JSON.stringify(pod))
})

const containerOf27 = structNamed('v1.Container', 27)
const spec = defineStruct('inject.Spec', [
  'Containers Containers []v1.Container',
  'Labels labels map[string]string',
])

// name, type, value, options, result
const decodings: readonly (readonly [string, StructType, Json, Parameters<typeof decode>[2], Json])[] = [
  ['null is an empty object', podType, null, {}, {}],
  [
    'names are matched in any case',
    podType,
    { SPEC: { hostnetwork: true } },
    {},
    { spec: { hostNetwork: true } },
  ],
  ['the exact name counts before another case', podType, { Kind: 'A', kind: 'b' }, {}, { kind: 'b' }],
  [
    'two spellings of a struct fill it together',
    podType,
    { Metadata: { name: 'a' }, metadata: { namespace: 'b' } },
    {},
    { metadata: { name: 'a', namespace: 'b' } },
  ],
  [
    'the Kelvin sign and the long s fold',
    podType,
    { ſpec: { nodeName: 'a' }, Kind: 'p' },
    {},
    { kind: 'p', spec: { nodeName: 'a' } },
  ],
  ['unknown fields go', podType, { foo: 1, spec: { bar: 2 } }, {}, { spec: {} }],
  ['or stay', podType, { foo: 1, spec: { bar: null } }, { unknown: 'keep' }, { foo: 1, spec: { bar: null } }],
  [
    'fields of a newer minor are unknown',
    containerOf27,
    { name: 'a', restartPolicy: 'Always' },
    {},
    { name: 'a' },
  ],
  ['null is absent', podType, { spec: { dnsPolicy: null, volumes: null } }, {}, { spec: {} }],
  [
    'null items are zero values',
    spec,
    { containers: [null, { args: ['a', null] }] },
    {},
    { Containers: [{}, { args: ['a', ''] }] },
  ],
  ['null in a map is a zero value', spec, { labels: { a: null, b: 'c' } }, {}, { labels: { a: '', b: 'c' } }],
  ['or left out', spec, { labels: { a: null, b: 'c' } }, { mapNulls: 'drop' }, { labels: { b: 'c' } }],
  [
    'quantities become canonical',
    structNamed('v1.Container'),
    { resources: { limits: { cpu: 0.5, memory: '1024Mi', x: null } } },
    {},
    { resources: { limits: { cpu: '500m', memory: '1Gi', x: '0' } } },
  ],
  [
    'a patch keeps its nulls and directives',
    podType,
    {
      spec: { dnsPolicy: null, foo: 1, $setElementOrder: [], $patch: 'replace' },
      metadata: { labels: { a: null, $patch: 'delete' } },
    },
    { patch: true },
    {
      spec: { dnsPolicy: null, $setElementOrder: [], $patch: 'replace' },
      metadata: { labels: { a: null, $patch: 'delete' } },
    },
  ],
  [
    'a key of every object is an entry like any other',
    spec,
    { labels: JSON.parse('{"__proto__":"x","constructor":null}') },
    {},
    { labels: JSON.parse('{"__proto__":"x","constructor":""}') },
  ],
]

t.test('decoding normalises', async (t) => {
  for (const [name, type, json, options, result] of decodings) {
    t.equal(JSON.stringify(decode(type, json, options)), JSON.stringify(result), name)
  }
})

t.test('decoding leaves what is right as it is', async (t) => {
  const container = { name: 'a', image: 'b', env: [{ name: 'x', value: '1' }] }
  const pod = { metadata: { labels: { a: 'b' } }, spec: { containers: [container, { name: 'c', foo: 1 }] } }
  const decoded = decode(podType, pod)
  t.same(decoded, { metadata: pod.metadata, spec: { containers: [container, { name: 'c' }] } })
  t.equal(isObject(decoded) && decoded['metadata'], pod.metadata)
  t.equal(decode(structNamed('v1.Container'), container), container)
})

t.test('a patch with members in sorted order tells the first error of that order', async (t) => {
  const pod = { spec: { containers: [{ name: 1 }] }, metadata: { labels: { b: true, a: 1 } } }
  t.throws(() => decode(podType, pod), {
    code: 'SCHEMA_DECODE',
    message: 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  })
})

t.test('unknown members can be written behind the known ones', async (t) => {
  const container = { zed: { b: '<', a: 1 }, name: 'a', 'é"': [null] }
  const known = '{"name":"a","resources":{}'
  t.equal(marshal(structNamed('v1.Container'), container), `${known}}`)
  t.equal(
    marshal(structNamed('v1.Container'), container, { unknown: 'keep' }),
    `${known},"zed":{"a":1,"b":"\\u003c"},"é\\"":[null]}`,
  )
  t.same(complete(structNamed('v1.Container'), { zed: 1, name: 'a' }), { name: 'a', resources: {}, zed: 1 })
  t.same(complete(structNamed('v1.Container'), { zed: 1 }, { unknown: 'drop' }), { name: '', resources: {} })
})

t.test('what is always written differs by minor', async (t) => {
  t.same(complete(structNamed('v1.ObjectMeta', 33), {}), { creationTimestamp: null })
  t.same(complete(structNamed('v1.ObjectMeta', 34), {}), {})
  t.same(complete(structNamed('v1.StatefulSetStatus', 22), {}), { replicas: 0 })
  t.same(complete(structNamed('v1.StatefulSetStatus', 23), {}), { replicas: 0, availableReplicas: 0 })
})

t.test('OpenShift and the older group versions have their own always written fields', async (t) => {
  t.same(complete(structNamed('openshift.DeploymentConfig', 20), { spec: { template: null } }), {
    metadata: { creationTimestamp: null },
    spec: { strategy: { resources: {} }, triggers: null, replicas: 0, test: false },
    status: {
      latestVersion: 0,
      observedGeneration: 0,
      replicas: 0,
      updatedReplicas: 0,
      availableReplicas: 0,
      unavailableReplicas: 0,
    },
  })
  t.ok(JSON.stringify(completeDeployment('v1')).includes('"selector":null'))
  t.notOk(JSON.stringify(completeDeployment('v1beta1')).includes('"selector"'))
  t.equal(workloadType('Rollout', { minor: 30 }), undefined)
})

function completeDeployment(apps: 'v1' | 'v1beta1'): Json {
  const type = workloadType('Deployment', { minor: 13, apps })
  return type === undefined ? null : complete(type, {})
}

t.test('a YAML reader sees where text is meant', async (t) => {
  const target = yamlTarget(podType).field?.('SPEC')?.field?.('containers')
  t.equal(target?.kind, 'slice')
  const container = target?.element
  t.equal(container?.field?.('Args')?.element?.kind, 'string')
  t.equal(container?.field?.('resources')?.field?.('limits')?.element?.kind, 'other')
  t.equal(container?.field?.('stdin')?.kind, 'other')
  t.equal(container?.field?.('livenessProbe')?.field?.('httpGet')?.field?.('port')?.kind, 'other')
  t.equal(container?.field?.('nonsense'), undefined)
  t.equal(yamlTarget(podType), yamlTarget(podType))
})

// Istio's release, the Kubernetes library it was built with, the group versions of its apps.
const emitted: readonly (readonly [string, number, 'v1' | 'v1beta1'])[] = [
  ['1.0.0', 10, 'v1beta1'],
  ['1.5.0', 17, 'v1'],
  ['1.8.0', 19, 'v1'],
  ['1.9.0', 20, 'v1'],
  ['1.12.0', 22, 'v1'],
  ['1.16.0', 25, 'v1'],
  ['1.18.0', 26, 'v1'],
  ['1.20.0', 28, 'v1'],
  ['1.24.0', 31, 'v1'],
  ['1.27.0', 33, 'v1'],
  ['1.30.3', 35, 'v1'],
]

/** Golden files that are older than the library they are compared with; Istio's own test ignores the member. */
const stale = /^(59|60|61)-hello-openshift/

t.test("kube-inject's output is complete already", async (t) => {
  const corpus = sharedData('corpus')
  if (corpus === undefined) return t.comment('skipped: the shared data is missing')
  for (const [release, minor, apps] of emitted) {
    for (const file of expectedFiles(join(corpus, release))) {
      for (const text of splitDocuments(readFileSync(file, 'utf8')))
        checkDocument(t, file, read(text), { minor, apps })
    }
  }
})

function expectedFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.name === 'expected.yaml' &&
        !stale.test(entry.parentPath.slice(entry.parentPath.lastIndexOf('/') + 1)),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

function checkDocument(
  t: Test,
  file: string,
  document: Json,
  options: Parameters<typeof workloadType>[1],
): void {
  if (!isObject(document) || typeof document['kind'] !== 'string') return
  const items = document['kind'] === 'List' ? document['items'] : undefined
  if (Array.isArray(items)) for (const item of items) checkDocument(t, file, item, options)
  const type = workloadType(document['kind'], options)
  if (type !== undefined) t.strictSame(complete(type, document), document, file)
}
