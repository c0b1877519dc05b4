import { fold, type Row } from './history.ts'
import type { Release } from './release.ts'

/** JSON as protobuf writes it: durations are "45s", enums go by name. */
type ProtoJson = string | number | boolean | readonly ProtoJson[] | Defaults

interface Defaults {
  readonly [field: string]: ProtoJson | undefined
}

/**
 * ProxyConfig as Istio builds it in, before the mesh config is laid over it. It decides what the sidecar's
 * arguments say, and (from 1.6) what protoToJSON leaves out of PROXY_CONFIG.
 */
export function proxyConfigDefaults(at: Release): Defaults {
  return present(fold(proxyConfig10, proxyConfigRows, at))
}

/** MeshConfig as Istio builds it in, without `defaultConfig`; only what injection can see. */
export function meshConfigDefaults(at: Release): Defaults {
  return present(fold(meshConfig10, meshConfigRows, at))
}

const proxyConfig10: Defaults = {
  configPath: '/etc/istio/proxy',
  binaryPath: '/usr/local/bin/envoy',
  serviceCluster: 'istio-proxy',
  drainDuration: '2s',
  parentShutdownDuration: '3s',
  discoveryAddress: 'istio-pilot:15007',
  discoveryRefreshDelay: '1s',
  connectTimeout: '1s',
  proxyAdminPort: 15000,
}

const proxyConfigRows: readonly Row<Defaults>[] = [
  {
    from: '1.1',
    set: {
      drainDuration: '45s',
      parentShutdownDuration: '60s',
      discoveryAddress: 'istio-pilot:15010',
      discoveryRefreshDelay: undefined,
      statNameLength: 189,
    },
  },
  {
    from: '1.6',
    set: {
      configPath: './etc/istio/proxy',
      discoveryAddress: 'istiod.istio-system.svc:15012',
      connectTimeout: undefined,
      concurrency: 2,
      tracing: { zipkin: { address: 'zipkin.istio-system:9411' } },
      statusPort: 15020,
    },
  },
  { from: '1.7', set: { controlPlaneAuthPolicy: 'MUTUAL_TLS', terminationDrainDuration: '5s' } },
  { from: '1.17', set: { parentShutdownDuration: undefined } },
  { from: '1.18', set: { concurrency: undefined } },
  { from: '1.22', set: { tracing: undefined } },
]

const meshConfig10: Defaults = {
  proxyListenPort: 15001,
  connectTimeout: '1s',
  ingressClass: 'istio',
  ingressControllerMode: 'STRICT',
  rdsRefreshDelay: '1s',
  enableTracing: true,
  accessLogFile: '/dev/stdout',
  sdsRefreshDelay: '15s',
}

const meshConfigRows: readonly Row<Defaults>[] = [
  {
    from: '1.1',
    set: {
      ingressClass: '',
      ingressControllerMode: undefined,
      rdsRefreshDelay: undefined,
      sdsRefreshDelay: undefined,
    },
  },
  {
    from: '1.6',
    set: {
      connectTimeout: '10s',
      accessLogFile: '',
      ingressClass: 'istio',
      ingressControllerMode: 'STRICT',
      trustDomain: 'cluster.local',
      rootNamespace: 'istio-system',
      sdsUdsPath: 'unix:./etc/istio/proxy/SDS',
    },
  },
  { from: '1.7', set: { enablePrometheusMerge: true } },
  { from: '1.8', set: { sdsUdsPath: undefined } },
  {
    from: '1.12',
    set: {
      extensionProviders: [
        { name: 'prometheus', prometheus: {} },
        { name: 'stackdriver', stackdriver: {} },
        { name: 'envoy', envoyFileAccessLog: { path: '/dev/stdout' } },
      ],
    },
  },
  { from: '1.18', set: { proxyInboundListenPort: 15006 } },
]

/** Without the fields that a later release no longer has a default for. */
function present(defaults: Defaults): Defaults {
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined))
}
