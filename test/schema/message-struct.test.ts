import t from 'tap'
import {
  isJsonView,
  messageView,
  proxyConfigType,
  readMessage,
  type JsonObject,
} from '../../src/schema/index.ts'

/** What Go's encoding/json made of ProxyConfigs with the API that each release was built with. */

const old: JsonObject = {
  configPath: '/c',
  drainDuration: '45s',
  concurrency: 2,
  tracing: { zipkin: { address: 'z:1' } },
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  envoyAccessLogService: {
    address: 'a:1',
    tlsSettings: { mode: 'MUTUAL', clientCertificate: '/c', subjectAltNames: ['x'] },
    tcpKeepalive: { probes: 3, time: '10s' },
  },
}

const today: JsonObject = {
  serviceCluster: 'x',
  drainDuration: '45.5s',
  concurrency: 0,
  tracing: { zipkin: { address: 'z:1' }, customTags: { a: { literal: { value: 'v' } } } },
  interceptionMode: 'TPROXY',
  proxyMetadata: { B: '<2>', A: '1' },
  envoyAccessLogService: { address: 'a:1', tlsSettings: { mode: 'MUTUAL', clientCertificate: '/c' } },
}

const answers: readonly (readonly [minor: number, config: JsonObject, json: string])[] = [
  [
    3,
    old,
    '{"config_path":"/c","drain_duration":{"seconds":45},"control_plane_auth_policy":1,"concurrency":2,' +
      '"tracing":{"Tracer":{"Zipkin":{"address":"z:1"}}},"envoy_access_log_service":{"address":"a:1",' +
      '"tls_settings":{"mode":2,"client_certificate":"/c","subject_alt_names":["x"]},' +
      '"tcp_keepalive":{"probes":3,"time":{"seconds":10}}}}',
  ],
  [
    7,
    today,
    '{"serviceCluster":"x","drainDuration":{"seconds":45,"nanos":500000000},"concurrency":{},' +
      '"interceptionMode":1,"tracing":{"Tracer":{"Zipkin":{"address":"z:1"}},' +
      '"customTags":{"a":{"Type":{"Literal":{"value":"v"}}}}},"envoyAccessLogService":{"address":"a:1",' +
      String.raw`"tlsSettings":{"mode":"MUTUAL","clientCertificate":"/c"}},"proxyMetadata":{"A":"1","B":"\u003c2\u003e"}}`,
  ],
  [
    12,
    today,
    '{"serviceCluster":"x","drainDuration":{"seconds":45,"nanos":500000000},"concurrency":{},' +
      '"interceptionMode":1,"tracing":{"Tracer":{"zipkin":{"address":"z:1"}},' +
      '"customTags":{"a":{"Type":{"literal":{"value":"v"}}}}},"envoyAccessLogService":{"address":"a:1",' +
      String.raw`"tlsSettings":{"mode":"MUTUAL","clientCertificate":"/c"}},"proxyMetadata":{"A":"1","B":"\u003c2\u003e"}}`,
  ],
  [
    24,
    today,
    '{"ClusterName":{"ServiceCluster":"x"},"drain_duration":{"seconds":45,"nanos":500000000},"concurrency":{},' +
      '"interception_mode":1,"tracing":{"Tracer":{"Zipkin":{"address":"z:1"}},' +
      '"custom_tags":{"a":{"Type":{"Literal":{"value":"v"}}}}},"envoy_access_log_service":{"address":"a:1",' +
      String.raw`"tls_settings":{"mode":"MUTUAL","clientCertificate":"/c"}},"proxy_metadata":{"A":"1","B":"\u003c2\u003e"}}`,
  ],
  [
    25,
    today,
    '{"serviceCluster":"x","drainDuration":"45.500s","concurrency":0,"interceptionMode":"TPROXY",' +
      '"tracing":{"zipkin":{"address":"z:1"},"customTags":{"a":{"literal":{"value":"v"}}}},' +
      '"envoyAccessLogService":{"address":"a:1","tlsSettings":{"mode":"MUTUAL","clientCertificate":"/c"}},' +
      String.raw`"proxyMetadata":{"A":"1","B":"\u003c2\u003e"}}`,
  ],
]

for (const [minor, config, json] of answers) {
  t.test(`a ProxyConfig of 1.${minor} as Go's encoder writes the struct`, async (t) => {
    const type = proxyConfigType(minor)
    t.equal(messageView(type, readMessage(type, config)).marshalJson(), json)
  })
}

t.test('parts of a message', async (t) => {
  const type = proxyConfigType(24)
  const view = messageView(type, readMessage(type, today))
  const jsonOf = (name: string): string => {
    const part = view.field(name)
    return typeof part === 'object' && part !== null && isJsonView(part) ? part.marshalJson() : ''
  }
  t.equal(jsonOf('DrainDuration'), '{"seconds":45,"nanos":500000000}')
  t.equal(jsonOf('Concurrency'), '{}')
  t.equal(jsonOf('ProxyMetadata'), String.raw`{"A":"1","B":"\u003c2\u003e"}`)
})

t.test('a oneof that is not set', async (t) => {
  const type = proxyConfigType(24)
  t.equal(messageView(type, { tracing: {} }).marshalJson(), '{"ClusterName":null,"tracing":{"Tracer":null}}')
})
