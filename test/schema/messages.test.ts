import t from 'tap'
import {
  marshalMessage,
  meshConfigType,
  messageNamed,
  proxyConfigType,
  readMessage,
  withoutZeros,
  type Json,
  type ReadOptions,
} from '../../src/schema/index.ts'
import { meshMessages } from '../../src/schema/tables/mesh.ts'

/** Reads a ProxyConfig of a minor and writes it again. */
function rewritten(minor: number, json: Json, options: ReadOptions = {}): string {
  const type = proxyConfigType(minor)
  return marshalMessage(type, readMessage(type, json, options))
}

t.test('every message can be made for every minor', async (t) => {
  for (let minor = 0; minor <= 31; minor++) {
    t.doesNotThrow(() => Object.keys(meshMessages).map((name) => messageNamed(name, minor)))
  }
  t.throws(() => messageNamed('v1alpha1.Nonsense'), { message: 'no message v1alpha1.Nonsense' })
})

function order(minor: number): string {
  return proxyConfigType(minor)
    .fields.map((field) => field.jsonName)
    .join(' ')
}

t.test('ProxyConfig is written in the order of declaration', async (t) => {
  t.equal(
    order(30),
    'configPath binaryPath serviceCluster tracingServiceName drainDuration discoveryAddress discoveryRefreshDelay ' +
      'zipkinAddress statsdUdpAddress envoyMetricsServiceAddress proxyAdminPort availabilityZone ' +
      'controlPlaneAuthPolicy customConfigFile statNameLength concurrency proxyBootstrapTemplatePath ' +
      'interceptionMode tracing sds envoyAccessLogService envoyMetricsService proxyMetadata runtimeValues ' +
      'statusPort extraStatTags gatewayTopology terminationDrainDuration meshId readinessProbe proxyStatsMatcher ' +
      'holdApplicationUntilProxyStarts caCertificatesPem image privateKeyProvider proxyHeaders fileFlushInterval ' +
      'fileFlushMinSizeKb statsCompression',
  )
  t.equal(
    order(0),
    'configPath binaryPath serviceCluster drainDuration parentShutdownDuration discoveryAddress ' +
      'discoveryRefreshDelay zipkinAddress connectTimeout statsdUdpAddress proxyAdminPort availabilityZone ' +
      'controlPlaneAuthPolicy customConfigFile statNameLength concurrency proxyBootstrapTemplatePath interceptionMode',
  )
})

// The field of ProxyConfig or MeshConfig, the first and the last minor that has it.
const lives: readonly (readonly [string, number, number])[] = [
  ['parentShutdownDuration', 0, 16],
  ['connectTimeout', 0, 5],
  ['runtimeValues', 14, 31],
  ['image', 12, 31],
  ['privateKeyProvider', 14, 31],
  ['proxyHeaders', 19, 31],
  ['terminationDrainDuration', 7, 31],
  ['fileFlushInterval', 29, 31],
]
const meshLives: readonly (readonly [string, number, number])[] = [
  ['mixerCheckServer', 0, 7],
  ['mixerAddress', 0, 7],
  ['sdsUdsPath', 0, 7],
  ['enableSdsTokenMount', 1, 7],
  ['authPolicy', 0, 8],
  ['rdsRefreshDelay', 0, 8],
  ['ingressControllerMode', 0, 31],
  ['trustDomain', 1, 31],
  ['enablePrometheusMerge', 6, 31],
]

t.test('each release has its fields', async (t) => {
  const minors = Array.from({ length: 32 }, (_, minor) => minor)
  for (const [type, rows] of [[proxyConfigType, lives] as const, [meshConfigType, meshLives] as const]) {
    for (const [name, first, last] of rows) {
      const having = minors.filter((minor) => type(minor).byName.has(name))
      t.same([having[0], having.at(-1), having.length], [first, last, last - first + 1], name)
    }
  }
})

// name, minor, JSON, protojson
const readings: readonly (readonly [string, number, Json, string])[] = [
  ['null is an empty message', 30, null, '{}'],
  [
    'names in camelCase and snake_case',
    30,
    { status_port: 1, statNameLength: 2 },
    '{"statNameLength":2,"statusPort":1}',
  ],
  ['names are case-sensitive', 30, { StatusPort: 1 }, '{}'],
  [
    'an overridden path',
    30,
    { proxyMetadata: { foo: 'barr' }, configPath: '/foo/bar', drainDuration: '7s' },
    '{"configPath":"/foo/bar","drainDuration":"7s","proxyMetadata":{"foo":"barr"}}',
  ],
  [
    'durations as Go writes them',
    30,
    { drainDuration: '1m30s', terminationDrainDuration: '1500ms' },
    '{"drainDuration":"90s","terminationDrainDuration":"1.500s"}',
  ],
  ['set and empty messages are written', 30, { tracing: {}, sds: null }, '{"tracing":{}}'],
  [
    'zeros are not, wrappers and durations are',
    30,
    { statusPort: 0, concurrency: 0, terminationDrainDuration: '0s' },
    '{"concurrency":0,"terminationDrainDuration":"0s"}',
  ],
  [
    'map keys are sorted and texts escaped',
    30,
    { proxyMetadata: { b: '<&>\u2028', a: '' } },
    '{"proxyMetadata":{"a":"","b":"\\u003c\\u0026\\u003e\\u2028"}}',
  ],
  [
    'enums by number',
    30,
    { interceptionMode: 1, controlPlaneAuthPolicy: 0 },
    '{"interceptionMode":"TPROXY"}',
  ],
  [
    '64-bit numbers are text',
    30,
    { tracing: { stackdriver: { maxNumberOfAttributes: 5 } } },
    '{"tracing":{"stackdriver":{"maxNumberOfAttributes":"5"}}}',
  ],
  [
    'concurrency is a plain number at first',
    5,
    { concurrency: 0, connectTimeout: '1s' },
    '{"connectTimeout":"1s"}',
  ],
  [
    'a field that came later is unknown',
    13,
    { runtimeValues: { a: 'b' }, parentShutdownDuration: '60s' },
    '{"parentShutdownDuration":"60s"}',
  ],
  [
    'quoted numbers may stand between blanks',
    24,
    { statusPort: '3 ', concurrency: 'null' },
    '{"concurrency":0,"statusPort":3}',
  ],
  [
    "gogo's library writes what was set and is empty",
    13,
    { extraStatTags: [], proxyMetadata: {} },
    '{"proxyMetadata":{},"extraStatTags":[]}',
  ],
  ["golang's does not", 14, { extraStatTags: [], proxyMetadata: {} }, '{}'],
]

t.test('messages are read and written', async (t) => {
  for (const [name, minor, json, text] of readings) t.equal(rewritten(minor, json), text, name)
})

// minor, JSON, error
const refusals: readonly (readonly [number, Json, string])[] = [
  [0, { foo: 1 }, 'unknown field "foo" in v1alpha1.ProxyConfig'],
  [30, { foo: 1 }, 'unknown field "foo" in istio.mesh.v1alpha1.ProxyConfig'],
  [1, { proxyAdminPort: '5' }, 'json: cannot unmarshal string into Go value of type int32'],
  [
    4,
    { interceptionMode: 'tproxy' },
    'unknown value "tproxy" for enum istio.mesh.v1alpha1.ProxyConfig_InboundInterceptionMode',
  ],
  [
    8,
    { interceptionMode: 'NONE' },
    'unknown value "NONE" for enum istio.mesh.v1alpha1.ProxyConfig_InboundInterceptionMode',
  ],
  [
    4,
    { interceptionMode: '"\t' },
    String.raw`unknown value "\\\"\\t" for enum istio.mesh.v1alpha1.ProxyConfig_InboundInterceptionMode`,
  ],
  [24, { statusPort: '"1"' }, String.raw`invalid character '\\' looking for beginning of value`],
  [4, { drainDuration: '5' }, 'bad Duration: time: missing unit in duration "5"'],
  [
    4,
    { proxyMetadata: 1, parentShutdownDuration: 5 },
    'json: cannot unmarshal number into Go value of type string',
  ],
]

t.test('texts that cannot be read', async (t) => {
  for (const [minor, json, message] of refusals) {
    t.throws(() => rewritten(minor, json, { unknown: 'error' }), { code: 'SCHEMA_MESSAGE', message }, message)
  }
  t.doesNotThrow(() => rewritten(2, { proxyAdminPort: '5', foo: 1 }))
})

t.test('zeros that were written stay until they are taken out', async (t) => {
  const type = proxyConfigType(30)
  const message = readMessage(type, {
    statusPort: 0,
    serviceCluster: '',
    concurrency: 0,
    extraStatTags: [],
    interceptionMode: 'REDIRECT',
    tracing: { sampling: 0, zipkin: { address: '' } },
  })
  t.equal(message['statusPort'], 0)
  t.same(withoutZeros(type, message), { serviceCluster: '', concurrency: 0, tracing: { zipkin: {} } })
})
