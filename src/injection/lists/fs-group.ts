import type { Traits } from '../../istio/traits.ts'
import type { SettingsParts } from '../settings-parts.ts'
import { valueAt } from '../values.ts'

/** Whether the pod's fsGroup becomes the proxy's, so that it can read its token or socket (spec B.1). */
export function setsFsGroup(parts: SettingsParts): boolean {
  const { traits, mesh } = parts
  const path = mesh.config['sdsUdsPath']
  const hasPath = typeof path === 'string' && path !== ''
  const cases: Readonly<Record<Traits['lists']['fsGroup'], boolean>> = {
    never: false,
    'sds-token-mount': hasPath && mesh.config['enableSdsTokenMount'] === true,
    'sds-path': hasPath,
    feature: isLegacy(parts),
  }
  return cases[traits.lists.fsGroup]
}

/** istiod of 1.8 sets it unless Envoy uses the pod's ordinary token; the chart gives JWT_POLICY the value's text. */
function isLegacy({ environment, values }: SettingsParts): boolean {
  const wish = environment.get('ENABLE_LEGACY_FSGROUP_INJECTION')
  if (wish !== undefined) return wish === 'true'
  return (environment.get('JWT_POLICY') ?? valueAt(values, 'global.jwtPolicy')) !== 'first-party-jwt'
}
