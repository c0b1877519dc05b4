import type { Json } from '../../src/injection/json.ts'
import { chance, pick, type Random } from './mutate.ts'

type Row = readonly [key: string, percent: number, right: readonly string[], wrong?: readonly string[]]

/** Of a wrong value there is one in so many right ones. */
const wrongPercent = 4

const labelRows: readonly Row[] = [
  ['version', 40, ['v1', '1', 'y']],
  ['app.kubernetes.io/name', 20, ['shop', 'n']],
  ['app.kubernetes.io/version', 20, ['2.0', '1e3']],
  ['service.istio.io/canonical-name', 15, ['canon', '']],
  ['service.istio.io/canonical-revision', 15, ['r7', '']],
  ['service.istio.io/workload-name', 10, ['wl']],
  ['security.istio.io/tlsMode', 10, ['disabled', 'istio', '']],
  ['istio.io/rev', 10, ['canary', '']],
  ['topology.istio.io/network', 15, ['net-1', '']],
  ['sidecar.istio.io/inject', 12, ['true', 'true', 'True', 'yes', 'false', '']],
]

const cpu = ['10m', '2', '1.5', '2500m'] as const
const memory = ['128Mi', '1G', '1024Mi'] as const
const badQuantity = ['lots', '', '1\n2'] as const
const ports = ['80,8080', '15021', '', ' 22 ,23'] as const
const badPorts = ['http', '70000', '80,'] as const
const cidrs = ['10.0.0.0/8', '10.96.0.0/14,fd00::/8', ''] as const
const badCidrs = ['10.0.0.0', '10.0.0.0/33', '*,*'] as const

const annotationRows: readonly Row[] = [
  ['sidecar.istio.io/inject', 12, ['true', 'true', 'y', 'On', 'false', 'disabled', '']],
  ['sidecar.istio.io/interceptionMode', 12, ['REDIRECT', 'TPROXY', 'TPROXY'], ['NONSENSE', '']],
  ['sidecar.istio.io/proxyCPU', 12, cpu, badQuantity],
  ['sidecar.istio.io/proxyCPULimit', 12, cpu, badQuantity],
  ['sidecar.istio.io/proxyMemory', 12, memory, badQuantity],
  ['sidecar.istio.io/proxyMemoryLimit', 12, memory, badQuantity],
  ['sidecar.istio.io/proxyImage', 8, ['example.com/proxyv2:dev']],
  ['sidecar.istio.io/proxyImageType', 8, ['distroless', 'debug', 'default', '']],
  ['sidecar.istio.io/logLevel', 8, ['debug', 'y']],
  ['sidecar.istio.io/componentLogLevel', 8, ['misc:error,http:debug']],
  ['sidecar.istio.io/agentLogLevel', 6, ['default:debug']],
  ['sidecar.istio.io/discoveryAddress', 6, ['istiod.other:15012']],
  ['sidecar.istio.io/controlPlaneAuthPolicy', 6, ['NONE', 'MUTUAL_TLS']],
  ['sidecar.istio.io/statsInclusionPrefixes', 6, ['cluster,listener']],
  ['sidecar.istio.io/extraStatTags', 6, ['a,b']],
  ['sidecar.istio.io/bootstrapOverride', 6, ['custom-bootstrap']],
  ['sidecar.istio.io/enableCoreDump', 8, ['true', 'false'], ['maybe', '']],
  ['sidecar.istio.io/rewriteAppHTTPProbers', 15, ['true', 'false', 'maybe']],
  ['sidecar.istio.io/nativeSidecar', 12, ['true', 'false', 'True']],
  ['status.sidecar.istio.io/port', 10, ['15020', '20000'], ['70000', '']],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', 8, ['5'], ['-1', '']],
  ['readiness.status.sidecar.istio.io/periodSeconds', 8, ['7'], ['1.5']],
  ['readiness.status.sidecar.istio.io/failureThreshold', 8, ['3'], ['x']],
  ['readiness.status.sidecar.istio.io/applicationPorts', 6, ['1,2', '*'], ['x']],
  ['traffic.sidecar.istio.io/includeInboundPorts', 12, [...ports, '*'], badPorts],
  ['traffic.sidecar.istio.io/excludeInboundPorts', 12, ports, badPorts],
  ['traffic.sidecar.istio.io/includeOutboundPorts', 8, ['443']],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', 8, ports, badPorts],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', 12, [...cidrs, '*'], badCidrs],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', 12, cidrs, badCidrs],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', 6, ['net1,net2'], ['-x']],
  ['traffic.sidecar.istio.io/excludeInterfaces', 6, ['eth1'], ['much-too-long-a-name']],
  ['istio.io/reroute-virtual-interfaces', 4, ['net1'], [',']],
  ['prometheus.io/scrape', 15, ['true', 'false', 'yes']],
  ['prometheus.io/port', 15, ['9090', '15020', 'http']],
  ['prometheus.io/path', 15, ['/m?a=<b>']],
  ['prometheus.io.port', 3, ['9091']],
  ['prometheus.istio.io/merge-metrics', 10, ['true', 'false'], ['maybe']],
  ['prometheus.istio.io/scrape-targets', 5, ['8080:/m,9100'], [':/m', '15020']],
  ['proxy.istio.io/config', 20, proxyConfigs(), ['not: [valid', 'statusPort: x', 'proxyAdminPort: 0']],
  ['inject.istio.io/templates', 5, ['sidecar', 'gateway', 'grpc-agent', ' sidecar '], ['nosuch', '']],
  ['k8s.v1.cni.cncf.io/networks', 8, ['net-a', '[{"name":"net-a"}]', 'not [json']],
  ['kubectl.kubernetes.io/default-container', 8, ['app']],
  ['apm.datadoghq.com/env', 5, ['{"DD_ENV":"prod"}']],
  ['resource.opentelemetry.io/service.version', 5, ['1.2.3']],
  ['example.com/note', 30, ['a"b', "'", '- z: [', '${HOME}', '<&>', '\u2028', '😀']],
]

function proxyConfigs(): readonly string[] {
  return [
    'holdApplicationUntilProxyStarts: true',
    'proxyMetadata:\n  FOO: bar\n  BAZ: "1"\n',
    'concurrency: 0',
    'concurrency: 3\ntracing: {zipkin: {address: "zipkin.x:9411"}, sampling: 10}',
    'discoveryAddress: istiod.other:15012\nstatusPort: 15099\n',
    '{"image": {"imageType": "distroless"}, "terminationDrainDuration": "0s"}',
    'interceptionMode: TPROXY',
    'tracing: {sampling: 10}',
    '',
  ]
}

/** Labels that API servers take. */
export function randomLabels(random: Random, app: string): Record<string, Json> {
  return { ...(chance(random, 80) ? { app } : {}), ...valuesOf(random, labelRows) }
}

export function randomAnnotations(random: Random): Record<string, Json> {
  const annotations = valuesOf(random, annotationRows)
  // Without the volume the mount would be wrong in itself.
  if (chance(random, 8)) {
    annotations['sidecar.istio.io/userVolume'] = '{"extra":{"emptyDir":{}}}'
    annotations['sidecar.istio.io/userVolumeMount'] = '{"extra":{"mountPath":"/extra"}}'
  }
  return annotations
}

/** A few rows each time, rather than some of all: features meet, and plain pods are among them. */
function valuesOf(random: Random, rows: readonly Row[]): Record<string, Json> {
  const calm = random(3) === 0
  const values: Record<string, Json> = {}
  for (const [key, percent, right, wrong = []] of rows) {
    if (!chance(random, calm ? percent / 3 : percent)) continue
    values[key] = pick(random, wrong.length > 0 && chance(random, wrongPercent) ? wrong : right)
  }
  return values
}
