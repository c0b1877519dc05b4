import { holds } from './history.ts'
import type { Release } from './release.ts'

/** What the value of an annotation must be; `injection/annotations.ts` has a check for each. */
export type AnnotationCheck =
  | 'interception-mode'
  | 'cidrs' // list of CIDR blocks, or empty
  | 'cidrs-or-any' // the same, or `*`
  | 'ports' // list of ports, or empty
  | 'ports-or-any' // the same, or `*`
  | 'status-port' // one port
  | 'number' // 32 bits, unsigned
  | 'bool' // as Go's strconv.ParseBool
  | 'interfaces' // list of network interface names, or empty
  | 'quantity'
  | 'proxy-config'

/** An annotation that an Istio release validates before it renders anything. */
export interface AnnotationRule {
  readonly key: string
  readonly check: AnnotationCheck
  /** What the error calls the value, for lists: `includeIPRanges invalid: …`. */
  readonly label: string
}

interface RuleHistory extends AnnotationRule {
  readonly from: string | readonly string[]
  /** The first release that does not check it any more. */
  readonly until?: string
}

const quantities = ['1.27.9', '1.28.10', '1.29'] as const

/** In the order in which 1.0 checks; later releases collect all errors. */
const histories: readonly RuleHistory[] = [
  rule('sidecar.istio.io/interceptionMode', 'interception-mode', 'interceptionMode', '0.8'),
  rule('traffic.sidecar.istio.io/includeOutboundIPRanges', 'cidrs-or-any', 'includeIPRanges', '0.8'),
  rule('traffic.sidecar.istio.io/excludeOutboundIPRanges', 'cidrs', 'excludeIPRanges', '0.8'),
  rule('traffic.sidecar.istio.io/includeInboundPorts', 'ports-or-any', 'includeInboundPorts', '0.8'),
  rule('traffic.sidecar.istio.io/excludeInboundPorts', 'ports', 'excludeInboundPorts', '0.8'),
  rule('traffic.sidecar.istio.io/excludeOutboundPorts', 'ports', 'excludeOutboundPorts', '1.2'),
  // Istio's own text calls the status port excludeInboundPorts, too.
  rule('status.sidecar.istio.io/port', 'status-port', 'excludeInboundPorts', '1.0.3'),
  rule('readiness.status.sidecar.istio.io/initialDelaySeconds', 'number', 'initialDelaySeconds', '1.0.3'),
  rule('readiness.status.sidecar.istio.io/periodSeconds', 'number', 'periodSeconds', '1.0.3'),
  rule('readiness.status.sidecar.istio.io/failureThreshold', 'number', 'failureThreshold', '1.0.3'),
  {
    ...rule(
      'readiness.status.sidecar.istio.io/applicationPorts',
      'ports-or-any',
      'readinessApplicationPorts',
      '1.0.3',
    ),
    until: '1.5',
  },
  { ...rule('sidecar.istio.io/enableCoreDump', 'bool', 'enableCoreDump', '1.5'), until: '1.25' },
  { ...rule('istio.io/proxyConfig', 'proxy-config', 'proxyConfig', '1.6'), until: '1.6.1' },
  rule('proxy.istio.io/config', 'proxy-config', 'proxyConfig', '1.6.1'),
  rule('prometheus.istio.io/merge-metrics', 'bool', 'mergeMetrics', '1.6'),
  rule('traffic.sidecar.istio.io/excludeInterfaces', 'interfaces', 'excludeInterfaces', '1.30'),
  rule('traffic.sidecar.istio.io/kubevirtInterfaces', 'interfaces', 'kubevirtInterfaces', '1.30'),
  rule('istio.io/reroute-virtual-interfaces', 'interfaces', 'rerouteVirtualInterfaces', '1.30'),
  rule('sidecar.istio.io/proxyCPU', 'quantity', 'proxyCPU', quantities),
  rule('sidecar.istio.io/proxyMemory', 'quantity', 'proxyMemory', quantities),
  rule('sidecar.istio.io/proxyCPULimit', 'quantity', 'proxyCPULimit', quantities),
  rule('sidecar.istio.io/proxyMemoryLimit', 'quantity', 'proxyMemoryLimit', quantities),
]

function rule(
  key: string,
  check: AnnotationCheck,
  label: string,
  from: string | readonly string[],
): RuleHistory {
  return { key, check, label, from }
}

/** The annotations that a release validates. */
export function annotationRules(at: Release): readonly AnnotationRule[] {
  return histories.filter(({ from, until }) => holds(from, at) && !(until !== undefined && holds(until, at)))
}
