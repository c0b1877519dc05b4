import { missingConfig } from '../injection/settings.ts'
import type { ConfigMap, Pair } from './config-map.ts'
import { ConfigMapError } from './errors.ts'
import type { SettingsTexts } from './texts.ts'

/** The texts that a pair of ConfigMaps holds. */
export type PairTexts = Pick<SettingsTexts, 'config' | 'values' | 'mesh'>

/** The texts of a pair. Throws ConfigMapError for one that is not whole. */
export function pairTexts(pair: Pair, namespace: string): PairTexts {
  const { injector, mesh } = pair
  if (injector === undefined) throw injectorMissing(pair.injectorName, namespace)
  if (mesh === undefined) {
    throw missing(
      pair.meshName,
      namespace,
      'Istio creates it together with the other; --meshConfigMapName names another',
    )
  }
  if (isBlank(injector.data.config)) {
    throw keyMissing(injector, 'config', namespace, missingConfig)
  }
  if (mesh.data.mesh === undefined) {
    throw keyMissing(mesh, 'mesh', namespace, '--meshConfigMapName names another ConfigMap')
  }
  return { config: injector.data.config ?? '', values: injector.data.values, mesh: mesh.data.mesh }
}

/** The state of Istio 1.0.0 without its webhook. */
export function injectorMissing(name: string, namespace: string): ConfigMapError {
  return missing(name, namespace, missingConfig)
}

function missing(name: string, namespace: string, advice: string): ConfigMapError {
  const message = `there is no ConfigMap ${name} in namespace ${namespace}: ${advice}`
  return new ConfigMapError('config-map-missing', message)
}

function keyMissing({ name }: ConfigMap, key: string, namespace: string, advice: string): ConfigMapError {
  const message = `ConfigMap ${name} in namespace ${namespace} has nothing under key "${key}": ${advice}`
  return new ConfigMapError('key-missing', message)
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}
