/**
 * Istio's functions for templates, by the meaning that they have in each release (the rows of 1.30.3 are in
 * vectors.test.ts, where its own injector answered).
 */
import t, { type Test } from 'tap'
import { istioFunctions, type IstioFunctionOptions } from '../../src/functions/istio/index.ts'
import { compileTemplate, TemplateError, type Value } from '../../src/gotemplate/index.ts'
import { RecordView } from '../../src/injection/record-view.ts'
import { proxyConfigDefaults } from '../../src/istio/mesh-defaults.ts'
import {
  meshConfigType,
  messageView,
  objectMetaType,
  podSpecType,
  proxyConfigType,
  structView,
  type JsonObject,
} from '../../src/schema/index.ts'

const newest: IstioFunctionOptions = {
  noDuration: '0s',
  foldsLines: true,
  countsAllPorts: false,
  multusNamespaces: true,
  proxyConfigType: proxyConfigType(30),
  builtInProxyConfig: proxyConfigDefaults({ major: 1, minor: 30, patch: 3 }),
  environment: new Map([
    ['SET', 'yes'],
    ['EMPTY', ''],
  ]),
}

interface Given {
  readonly meta?: JsonObject
  readonly spec?: JsonObject
  readonly config?: JsonObject
  readonly mesh?: JsonObject
  readonly values?: Value
}

function render(template: string, given: Given = {}, options: Partial<IstioFunctionOptions> = {}): string {
  const { meta = {}, spec = {}, config = {}, mesh = {}, values = null } = given
  const data = new RecordView('*inject.SidecarTemplateData', {
    ObjectMeta: structView(objectMetaType, meta),
    Spec: structView(podSpecType, spec),
    ProxyConfig: messageView(proxyConfigType(30), config),
    MeshConfig: messageView(meshConfigType(30), mesh),
    Values: values,
  })
  const functions = istioFunctions({ ...newest, ...options })
  try {
    return compileTemplate(template, { name: 'inject', functions }).execute(data)
  } catch (error) {
    if (error instanceof TemplateError) return `error: ${error.message}`
    throw error
  }
}

type Row = readonly [template: string, output: string | RegExp]

function check(
  t: Test,
  rows: readonly Row[],
  given: Given = {},
  options: Partial<IstioFunctionOptions> = {},
): void {
  for (const [template, expected] of rows) {
    const output = render(template, given, options)
    if (typeof expected === 'string') t.equal(output, expected, template)
    else t.match(output, expected, template)
  }
}

t.test('annotation: what is there counts, even empty; else the default as Go prints it', (t) => {
  const given = {
    meta: { annotations: { a: 'x', empty: '' } },
    values: { n: 1000000, f: 1.5, t: true, z: null },
  }
  check(
    t,
    [
      ['{{ annotation .ObjectMeta `a` 1 }}', 'x'],
      ['[{{ annotation .ObjectMeta `empty` 1 }}]', '[]'],
      ['{{ annotation .ObjectMeta `none` `d` }}', 'd'],
      ['{{ annotation .ObjectMeta `none` 15020 }}', '15020'],
      ['{{ annotation .ObjectMeta `none` .Values.n }}', '1e+06'],
      ['{{ annotation .ObjectMeta `none` .Values.f }}', '1.5'],
      ['{{ annotation .ObjectMeta `none` .Values.t }}', 'true'],
      ['{{ annotation .ObjectMeta `none` .Values.z }}', '<nil>'],
      ['{{ annotation .ObjectMeta `none` .ProxyConfig.InterceptionMode }}', 'REDIRECT'],
      ['{{ annotation .ObjectMeta `constructor` `d` }}', 'd'],
    ],
    given,
  )
  check(t, [['{{ annotation .ObjectMeta `a` `d` }}', 'd']], { meta: {} })
  t.end()
})

t.test('isset is for maps of strings', (t) => {
  check(
    t,
    [
      ['{{ isset .ObjectMeta.Annotations `a` }} {{ isset .ObjectMeta.Annotations `b` }}', 'true false'],
      ['{{ isset .ObjectMeta.Labels `a` }}', 'false'],
      ['{{ isset .ObjectMeta.Annotations `__proto__` }}', 'false'],
      ['{{ isset .Values `a` }}', /^error: .*wrong type for value; expected map\[string\]string/],
    ],
    { meta: { annotations: { a: '' } }, values: { a: 1 } },
  )
  t.end()
})

const containers = [
  { name: 'web', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
  { name: 'istio-proxy', ports: [{ containerPort: 15090 }] },
  {
    name: 'sctp',
    ports: [
      { containerPort: 7, protocol: 'SCTP' },
      { containerPort: 443, protocol: 'TCP' },
    ],
  },
  { name: 'none' },
]

t.test('ports of containers: of TCP only from 1.4 on, with the sidecar or without', (t) => {
  const rows = '{{ includeInboundPorts .Spec.Containers }} {{ applicationPorts .Spec.Containers }}'
  check(t, [[rows, '80,15090,443 80,443']], { spec: { containers } })
  check(t, [[rows, '80,53,15090,7,443 80,53,7,443']], { spec: { containers } }, { countsAllPorts: true })
  check(t, [[`[${rows}]`, '[ ]']])
  t.end()
})

t.test('excludeInboundPort adds a port that is not there', (t) => {
  check(
    t,
    [
      ['{{ excludeInboundPort 15020 `` }}', '15020'],
      ['{{ excludeInboundPort 15020 `80` }}', '80,15020'],
      ['{{ excludeInboundPort ` 15020 ` ` 80 , 81,, ` }}', '80,81,15020'],
      ['{{ excludeInboundPort 80 `80,81` }}', '80,81'],
      ['{{ excludeInboundPort 80 ` 80` }}', '80,80'],
      ['{{ excludeInboundPort 0 `80` }}', '80'],
      ['{{ excludeInboundPort `` ` 80` }}', ' 80'],
      ['{{ excludeInboundPort nil `80` }}', '80,<nil>'],
      ['{{ excludeInboundPort .Values.port `80` }}', '80,15020'],
    ],
    { values: { port: 15020 } },
  )
  t.end()
})

t.test('texts', (t) => {
  check(
    t,
    [
      ['{{ directory `/etc/istio/x` }} {{ directory `x` }}|{{ directory `/` }}', '/etc/istio/ |/'],
      ['{{ contains `st` `istio` }} {{ contains `istio` `st` }} {{ contains `` `` }}', 'true false true'],
      ['{{ toLower `ReplicaSet ÄΣ` }}', 'replicaset äσ'],
      ['{{ kubevirtInterfaces `net1,net2` }} {{ excludeInterfaces `a` }}', 'net1,net2 a'],
      ['{{ env `SET` `no` }} {{ env `EMPTY` `no` }} {{ env `NONE` `no` }}', 'yes no no'],
      ['{{ env `PATH` `` }}', ''],
      [
        '{{ valueOrDefault `` `d` }} {{ valueOrDefault nil `d` }} {{ valueOrDefault .Values.none `d` }}',
        'd d d',
      ],
      [
        '{{ valueOrDefault 0 `d` }} {{ valueOrDefault false `d` }} {{ valueOrDefault .Values.e `d` }}',
        '0 false map[]',
      ],
      ['{{ "a\\nb\\n\\nc" | indent 2 }}', 'a\n  b\n  \n  c'],
      ['{{ "a\\nb" | indent -1 }}', 'a\nb'],
    ],
    { values: { e: {} } },
  )
  t.end()
})

t.test('formatDuration writes what Go writes; of nothing "1s" up to 1.13 and "0s" after', (t) => {
  const config = { drainDuration: '45s', terminationDrainDuration: '1.5s' }
  check(
    t,
    [
      ['{{ formatDuration .ProxyConfig.DrainDuration }}', '45s'],
      ['{{ formatDuration .ProxyConfig.TerminationDrainDuration }}', '1.5s'],
      ['{{ formatDuration .MeshConfig.ConnectTimeout }}', '0s'],
      ['{{ formatDuration nil }} {{ formatDuration `45s` }}', '0s 0s'],
    ],
    { config },
  )
  check(t, [['{{ formatDuration .ProxyConfig.DrainDuration }}', '1s']], {}, { noDuration: '1s' })
  t.end()
})

t.test('JSON and YAML', (t) => {
  const given = {
    meta: { annotations: { b: '<1>', a: '"' } },
    spec: { containers: [{ name: 'web', image: 'w', ports: [{ containerPort: 80 }] }] },
    values: { list: [1, null, 'on'], map: { b: 1.5, a: {} }, big: 1e21, long: 'word '.repeat(30).trim() },
  }
  check(
    t,
    [
      ['{{ toJSON .ObjectMeta.Annotations }}', '{"a":"\\"","b":"\\u003c1\\u003e"}'],
      [
        '{{ toJson .ObjectMeta.Annotations }} {{ toJSON .ObjectMeta.Labels }}',
        '{"a":"\\"","b":"\\u003c1\\u003e"} {}',
      ],
      ['{{ (fromJSON `{"a":[1,{"b":2}]}`).a }}', '[1 map[b:2]]'],
      ['{{ fromJSON `{` }} {{ fromJSON `` }}', '{} {}'],
      ['{{ (fromJSON `{"__proto__":{"a":1}}`).a }}', '<no value>'],
      ['{{ range fromJSON `x` }}{{ end }}', /^error: .*range can't iterate over {}/],
      [
        '{{ structToJSON (index .Spec.Containers 0) }}',
        '{"name":"web","image":"w","ports":[{"containerPort":80}],"resources":{}}',
      ],
      ['{{ structToJSON nil }} {{ structToJSON .Values.map }}', '{} {"a":{},"b":1.5}'],
      ['{{ toYaml .Values.map }}', 'a: {}\nb: 1.5\n'],
      ['{{ toYaml .Values.list }}', '- 1\n- null\n- "on"\n'],
      ['{{ toYaml (index .Spec.Containers 0).Ports }}', '- containerPort: 80\n'],
      ['{{ toYaml nil }}', 'null\n'],
      ['{{ toYaml .Values.big }}', '1e+21\n'],
      ['{{ len (toYaml .Values.long) }}', '152'],
    ],
    given,
  )
  t.match(render('{{ toYaml .Values.long }}', given), /\n {2}word/)
  t.notMatch(render('{{ toYaml .Values.long }}', given, { foldsLines: false }), /\n {2}word/)
  t.end()
})

t.test('protoToJSON leaves out what Istio builds in, from 1.6 on', (t) => {
  const config = {
    drainDuration: '45s',
    statusPort: 15020,
    concurrency: 0,
    proxyMetadata: { A: 'b' },
    interceptionMode: 'TPROXY',
  }
  const template = '{{ protoToJSON .ProxyConfig }}'
  check(t, [[template, '{"concurrency":0,"interceptionMode":"TPROXY","proxyMetadata":{"A":"b"}}']], {
    config,
  })
  check(
    t,
    [
      [
        template,
        '{"drainDuration":"45s","concurrency":0,"interceptionMode":"TPROXY","proxyMetadata":{"A":"b"},"statusPort":15020}',
      ],
    ],
    { config },
    { builtInProxyConfig: undefined },
  )
  check(t, [
    [template, '{}'],
    ['{{ protoToJSON nil }} {{ protoToJSON `x` }} {{ protoToJSON .ProxyConfig.Tracing }}', '{} {} {}'],
  ])
  check(t, [['{{ protoToJSON .MeshConfig }}', '{"trustDomain":"td"}']], { mesh: { trustDomain: 'td' } })
  t.end()
})

t.test('maps of strings (1.18 and later)', (t) => {
  const given = {
    meta: { annotations: { a: '1', b: '2' }, labels: { b: '3', c: '4' } },
    values: { m: { a: 1 } },
  }
  check(
    t,
    [
      ['{{ omit .ObjectMeta.Annotations `a` `x` }} {{ .ObjectMeta.Annotations }}', 'map[b:2] map[a:1 b:2]'],
      [
        '{{ strdict `a` `b` `c` }} {{ strdict }} {{ strdict `__proto__` `x` }}',
        'map[a:b c:] map[] map[__proto__:x]',
      ],
      [
        '{{ toJsonMap .ObjectMeta.Annotations .ObjectMeta.Labels }} {{ toJsonMap }}',
        '{"a":"1","b":"3","c":"4"} {}',
      ],
      [
        '{{ mergeMaps .ObjectMeta.Annotations .ObjectMeta.Labels }} {{ mergeMaps }}',
        'map[a:1 b:3 c:4] map[]',
      ],
      ['{{ omit .Values.m `a` }}', /^error: .*expected map\[string\]string/],
      ['{{ strdict 1 }}', /^error: .*expected string/],
    ],
    given,
  )
  t.end()
})

t.test('omitNil drops nulls, and what has nothing left (1.30)', (t) => {
  const rows: readonly [Value, string][] = [
    [{ a: null, b: 1 }, '{"b":1}'],
    [{ a: { b: null } }, 'null'],
    [[null, { a: null }, [1, null]], '[[1]]'],
    [{ a: [], b: {} }, 'null'],
    ['x', '"x"'],
    [null, 'null'],
  ]
  for (const [value, json] of rows) {
    t.equal(
      render('{{ with omitNil .Values }}{{ structToJSON . }}{{ else }}null{{ end }}', { values: value }),
      json,
    )
  }
  const deep = JSON.parse('[{"a":'.repeat(5000) + '1' + '}]'.repeat(5000))
  t.match(render('{{ omitNil .Values | len }}', { values: deep }), /^1$|error/)
  t.end()
})

t.test('a value that holds one list again and again is not walked for ever', async (t) => {
  let values: Value = [1, 2]
  for (let i = 0; i < 40; i++) values = [values, values]
  for (const call of ['omitNil .Values', 'toYaml .Values', 'structToJSON .Values']) {
    t.match(render(`{{ ${call} }}`, { values }), /^error: .*value of more than 1000000 parts$/, call)
  }
})

function add(existing: string, network: string): string {
  return `{{ appendMultusNetwork ${JSON.stringify(existing)} ${JSON.stringify(network)} }}`
}

t.test('appendMultusNetwork', (t) => {
  check(t, [
    [add('', 'istio-cni'), 'istio-cni'],
    [add('a', 'istio-cni'), 'a, istio-cni'],
    [add('a, istio-cni', 'istio-cni'), 'a, istio-cni'],
    [add('[{"name":"a"}]', 'istio-cni'), '[{"name":"a"}, {"name": "istio-cni"}]'],
    [add('[{"name":"istio-cni"}]', 'istio-cni'), '[{"name":"istio-cni"}]'],
    [
      add('[{"name":"istio-cni","namespace":"x"}]', 'istio-cni'),
      '[{"name":"istio-cni","namespace":"x"}, {"name": "istio-cni"}]',
    ],
    [
      add('[{"name":"a"}]', 'default/istio-cni'),
      '[{"name":"a"}, {"name": "istio-cni", "namespace": "default"}]',
    ],
    [add('[]', 'a'), '[, {"name": "a"}]'],
    [add('[{"name":]', 'a'), '[{"name":]'],
    [add('"]"', 'a'), '"]"'],
  ])
  const old = { multusNamespaces: false }
  check(t, [[add('[{"name":"a"}]', 'd/n'), '[{"name":"a"}, {"name": "d/n"}]']], {}, old)
  t.end()
})

/** A pod of one container. */
function one(image: string): JsonObject {
  return { containers: [{ name: 'web', image }] }
}

t.test('otelResourceAttributes says what the mesh asks for', (t) => {
  const template =
    '{{ otelResourceAttributes .MeshConfig .ObjectMeta.Annotations .ObjectMeta.Labels `shop` .Spec.Containers }}'
  const mesh = {
    extensionProviders: [
      { name: 'a', zipkin: { service: 'z', port: 1 } },
      {
        name: 'otel',
        opentelemetry: { service: 's', port: 1, serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS' },
      },
    ],
  }
  const instance = 'service.instance.id=shop.$(POD_NAME).web'
  check(t, [[template, '']], { spec: one('w:1') })
  const rows: readonly [Given, string][] = [
    [{ spec: one('reg:5000/w:1.2') }, `service.namespace=shop,service.version=1.2,${instance}`],
    [{ spec: one('reg:5000/w') }, `service.namespace=shop,${instance}`],
    [{ spec: one('w@sha256:ab') }, `service.namespace=shop,service.version=sha256:ab,${instance}`],
    [{ spec: one('w:1@sha256:ab') }, `service.namespace=shop,service.version=1@sha256:ab,${instance}`],
    [
      { spec: { containers: [{ name: 'web', image: 'w:1' }, { name: 'b' }] } },
      `service.namespace=shop,${instance}`,
    ],
    [{}, 'service.namespace=shop'],
    [
      { meta: { labels: { 'app.kubernetes.io/version': 'v3' } }, spec: one('w:1') },
      `service.namespace=shop,service.version=v3,${instance}`,
    ],
    [
      {
        meta: {
          annotations: {
            'resource.opentelemetry.io/service.namespace': 'n',
            'resource.opentelemetry.io/service.version': 'v',
            'resource.opentelemetry.io/service.instance.id': 'i',
          },
        },
        spec: one('w:1'),
      },
      'service.namespace=n,service.version=v,service.instance.id=i',
    ],
  ]
  for (const [given, expected] of rows) t.equal(render(template, { mesh, ...given }), expected)
  t.end()
})
