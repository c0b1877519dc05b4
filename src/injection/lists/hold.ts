import { isObject } from '../json.ts'
import type { PodRequest } from '../pod-request.ts'
import { annotatedConfig } from '../proxy-config.ts'
import type { ListSettings } from '../settings.ts'
import { valueAt } from '../values.ts'

/** Whether the application waits for the sidecar: by the values (from 1.7), or the mesh's or pod's ProxyConfig (1.8). */
export function holdsApplication(
  { traits, values, mesh }: ListSettings,
  { annotations }: PodRequest,
): boolean {
  if (!traits.lists.holds) return false
  if (valueAt(values, 'global.proxy.holdApplicationUntilProxyStarts') === true) return true
  if (!traits.lists.holdsByProxyConfig) return false
  const own = annotatedConfig(mesh, traits, annotations)
  const config =
    isObject(own) && own['holdApplicationUntilProxyStarts'] !== undefined ? own : mesh.defaultConfig
  return config['holdApplicationUntilProxyStarts'] === true
}
