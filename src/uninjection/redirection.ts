import { holds } from '../istio/history.ts'
import type { Evidence } from './evidence.ts'

/**
 * Annotations that tell Istio's CNI plugin how to redirect traffic. Templates write them where the plugin does that
 * (istio-validation stands for istio-init then), and kube-inject of 1.3 to 1.7 always; the user's own values stay as they are.
 */
const defaults: ReadonlyMap<string, readonly string[]> = new Map([
  ['sidecar.istio.io/interceptionMode', ['REDIRECT']],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', ['*']],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', []],
  ['traffic.sidecar.istio.io/includeInboundPorts', ['*']],
  ['traffic.sidecar.istio.io/excludeInboundPorts', ['15020', '15090,15021,15020']],
  ['traffic.sidecar.istio.io/includeOutboundPorts', []],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', []],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', []],
  ['traffic.sidecar.istio.io/excludeInterfaces', []],
])

export const redirectKeys: readonly string[] = [...defaults.keys()]

/**
 * Whether such an annotation may be the injector's: any, where it is on record what the user's own were; else those that
 * the chart's values give where the pod asks for nothing.
 */
export function isRedirectDefault(key: string, value: string, evidence: Evidence): boolean {
  const { annotations, release, status } = evidence
  if (!holds('1.3', release)) return false
  if (annotations !== undefined) return true
  const isByPlugin = status.initContainers.includes('istio-validation')
  return isByPlugin && (defaults.get(key)?.includes(value) ?? false)
}
