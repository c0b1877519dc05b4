import type { Traits } from '../istio/traits.ts'
import type { StringMap } from './json.ts'
import type { UrlVariables } from './url-parameters.ts'
import { valueAt, type InjectorValues } from './values.ts'

/** The label that says which network a pod is in. */
export const networkLabel = 'topology.istio.io/network'

/** The environment variables that tell the sidecar. */
export const networkVariable = 'ISTIO_META_NETWORK'
export const clusterVariable = 'ISTIO_META_CLUSTER_ID'

/** The network of a pod: its own label, even an empty one, before the URL, before the values; "" for none. */
export function networkOf(
  traits: Traits,
  labels: StringMap,
  url: UrlVariables,
  values: InjectorValues,
): string {
  if (!traits.network.labelled) return ''
  const labelled = Object.hasOwn(labels, networkLabel) ? (labels[networkLabel] ?? '') : undefined
  if (labelled !== undefined && labelled !== '') return labelled
  const given = url.get(networkVariable) ?? ''
  if (given !== '') return given
  const fallback = valueAt(values, 'global.network')
  return labelled === undefined && typeof fallback === 'string' ? fallback : ''
}
