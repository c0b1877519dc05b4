import type { Traits } from '../istio/traits.ts'
import type { StringMap } from './json.ts'
import type { Mesh } from './mesh.ts'
import { annotatedConfig } from './proxy-config.ts'
import { valueAt, type InjectorValues } from './values.ts'

/** What says whether applications wait for their sidecars. */
export interface HoldSettings {
  readonly traits: Traits
  readonly mesh: Mesh
  readonly values: InjectorValues
}

/**
 * Whether the application waits for the sidecar: the values say so (from 1.7), or the mesh's ProxyConfig with the
 * pod's annotation laid over it (from 1.8; in 1.9.0 only where there is an annotation); resources do not count.
 */
export function holdsApplication({ traits, values, mesh }: HoldSettings, annotations: StringMap): boolean {
  if (!traits.lists.holds) return false
  if (valueAt(values, 'global.proxy.holdApplicationUntilProxyStarts') === true) return true
  const { holdsByProxyConfig } = traits.lists
  if (holdsByProxyConfig === 'never') return false
  const own = annotatedConfig(mesh, traits, annotations)
  if (own === undefined && holdsByProxyConfig === 'annotated') return false
  const hold = own?.['holdApplicationUntilProxyStarts']
  return (hold ?? mesh.defaultConfig['holdApplicationUntilProxyStarts']) === true
}
