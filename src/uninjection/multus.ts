/** The network of Istio's CNI plugin among those of Multus, as templates since 1.6 append it. */
const names = ['istio-cni', 'default/istio-cni']
const items = [
  '{"name": "istio-cni"}',
  '{"name": "istio-cni", "namespace": "default"}',
  // Before 1.26 and its backports.
  '{"name": "default/istio-cni"}',
]

/** The annotation k8s.v1.cni.cncf.io/networks without Istio's network; undefined if it had nothing else. */
export function withoutMultusNetwork(networks: string): string | undefined {
  if (names.includes(networks)) return undefined
  const suffixes = [...names.map((name) => `, ${name}`), ...items.map((item) => `, ${item}]`)]
  const suffix = suffixes.find((end) => networks.endsWith(end))
  if (suffix === undefined) return networks
  return networks.slice(0, -suffix.length) + (suffix.endsWith(']') ? ']' : '')
}
