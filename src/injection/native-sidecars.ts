import type { MergeTraits } from '../istio/traits.ts'
import type { SettingsSource } from './settings.ts'

/** The variable of istiod's environment that decides about native sidecars; templates of 1.19 to 1.26 read it, too. */
const variable = 'ENABLE_NATIVE_SIDECARS'

/** The environment that templates see: the operator's, with what `nativeSidecars` says. */
export function environmentOf({ environment, nativeSidecars }: SettingsSource): ReadonlyMap<string, string> {
  const own = environment ?? new Map<string, string>()
  return nativeSidecars === undefined ? own : new Map(own).set(variable, String(nativeSidecars))
}

/** Kubernetes' minor whose kubelets run native sidecars for sure (Istio 1.27's own bound). */
const ableMinor = 33

/** Whether sidecars are native where the pod says nothing (spec B.8). */
export function nativeByDefault(
  native: MergeTraits['native'],
  environment: ReadonlyMap<string, string>,
  nodeVersion: string | undefined,
): boolean {
  if (native === 'never') return false
  const wish = environment.get(variable) ?? (native === 'auto' ? 'auto' : 'false')
  if (wish !== 'auto') return wish === 'true'
  return native === 'auto' && (nodeVersion === undefined || isAble(nodeVersion))
}

function isAble(version: string): boolean {
  const match = /^v?1\.(\d{1,3})(?:[.+-]|$)/.exec(version)
  return match !== null && Number(match[1]) >= ableMinor
}

/** Do the kubelets' versions decide whether sidecars are native where the pod says nothing? */
export function isDecidedByNodes(
  native: MergeTraits['native'],
  environment: ReadonlyMap<string, string>,
): boolean {
  return nativeByDefault(native, environment, 'v1.0.0') !== nativeByDefault(native, environment, undefined)
}
