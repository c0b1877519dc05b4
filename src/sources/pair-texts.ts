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
  for (const key of ['config', 'values'] as const) {
    if (injector.binary.includes(key)) throw keyBinary(injector, key, namespace)
  }
  if (mesh.binary.includes('mesh')) throw keyBinary(mesh, 'mesh', namespace)
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

/** Istio reads it no more than we do. */
function keyBinary({ name }: ConfigMap, key: string, namespace: string): ConfigMapError {
  const message =
    `ConfigMap ${name} in namespace ${namespace} has key "${key}" as binaryData, where no settings are looked for: ` +
    'its file was no UTF-8 (Windows PowerShell writes UTF-16); make it of a file in UTF-8'
  return new ConfigMapError('key-binary', message)
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}
