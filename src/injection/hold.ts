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
 * pod's annotation laid over it (from 1.8); resources do not count.
 */
export function holdsApplication({ traits, values, mesh }: HoldSettings, annotations: StringMap): boolean {
  if (!traits.lists.holds) return false
  if (valueAt(values, 'global.proxy.holdApplicationUntilProxyStarts') === true) return true
  if (!traits.lists.holdsByProxyConfig) return false
  const own = annotatedConfig(mesh, traits, annotations)?.['holdApplicationUntilProxyStarts']
  return (own ?? mesh.defaultConfig['holdApplicationUntilProxyStarts']) === true
}
