import t from 'tap'
import { proxyConfigFaults } from '../../src/injection/mesh-faults.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import { release } from '../../src/istio/release.ts'
import { traitsOf } from '../../src/istio/trait-rows.ts'

const sound = {
  configPath: '/etc/istio/proxy',
  binaryPath: '/usr/local/bin/envoy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  parentShutdownDuration: '60s',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  proxyAdminPort: 15000,
  statusPort: 15020,
}

function faults(line: string, config: JsonObject): string[] {
  return proxyConfigFaults({ ...sound, ...config }, traitsOf(release(line)))
}

t.test('what Istio takes in a ProxyConfig', async (t) => {
  const rows: [line: string, config: JsonObject][] = [
    ['1.30.3', {}],
    ['1.4.0', { tracing: { datadog: { address: '$(HOST_IP):8126' } } }],
    ['1.30.3', { tracing: { zipkin: { address: '$(HOST_IP):9411' } } }],
    ['1.30.3', { tracing: { sampling: 10 } }],
    ['1.30.3', { tracing: { lightstep: { address: 'a:1', accessToken: 't' } } }],
    ['1.30.3', { zipkinAddress: 'nowhere' }],
    ['1.30.3', { drainDuration: '2h', parentShutdownDuration: '1s' }],
  ]
  for (const [line, config] of rows) t.same(faults(line, config), [], JSON.stringify(config))
})

t.test('what Istio refuses in a ProxyConfig, in its own words', async (t) => {
  const combination = 'invalid parent and drain time combination'
  const rows: [line: string, config: JsonObject, faults: string[]][] = [
    [
      '1.0.0',
      { zipkinAddress: 'nowhere' },
      ['invalid zipkin address: unable to split "nowhere": address nowhere: missing port in address'],
    ],
    [
      '1.6.0',
      { drainDuration: '2h', parentShutdownDuration: '90m' },
      [
        `${combination} parent shutdown time 1h30m0s must be greater than drain time 2h0m0s`,
        `${combination} drain time 2h0m0s must be <1h0m0s`,
        `${combination} parent shutdown time 1h30m0s must be <1h0m0s`,
      ],
    ],
    [
      '1.16.0',
      { drainDuration: '0s' },
      [`${combination} invalid drain duration: duration must be greater than 1ms`],
    ],
    ['1.17.0', { drainDuration: '1.5s' }, ['drain time only supports durations to seconds precision']],
    ['1.30.3', { drainDuration: '0s' }, ['invalid drain duration: duration must be greater than 1ms']],
    ['1.30.3', { discoveryAddress: '' }, ['discovery address must be set to the proxy discovery service']],
    [
      '1.30.3',
      { tracing: { zipkin: {} } },
      ['invalid zipkin config: unable to split "": missing port in address'],
    ],
    [
      '1.30.3',
      { tracing: { datadog: { address: 'a' } } },
      ['invalid datadog config: unable to split "a": address a: missing port in address'],
    ],
    [
      '1.30.3',
      { tracing: { lightstep: { address: 'a:0' } } },
      [
        'invalid lightstep config: invalid lightstep address: port number 0 must be in the range 1..65535',
        'invalid lightstep config: access token is required',
      ],
    ],
    [
      '1.30.3',
      { envoyMetricsService: { address: 'a' }, statsdUdpAddress: 'b:x' },
      [
        'invalid statsd udp address "b:x": port (x) is not a number: strconv.Atoi: parsing "x": invalid syntax',
        'invalid envoy metrics service address "a": unable to split "a": address a: missing port in address',
      ],
    ],
    ['1.2.0', { connectTimeout: '1m' }, ['invalid connect timeout: time 1m0s must be >1ms and <30s']],
  ]
  for (const [line, config, expected] of rows) t.same(faults(line, config), expected, JSON.stringify(config))
})
