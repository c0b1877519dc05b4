import { join } from 'node:path'
import { readOptional, readText } from './file-texts.ts'

/** What settings are made of, by the names that the files have in a folder of their own. */
export const settingsFiles = ['config', 'values', 'mesh', 'proxyConfigs', 'istioVersion'] as const

/** The texts of settings; undefined for what there is none of. */
export interface SettingsTexts {
  /** Key `config` of ConfigMap istio-sidecar-injector. */
  readonly config: string
  /** Key `values` of the same, from Istio 1.2. */
  readonly values: string | undefined
  /** Key `mesh` of ConfigMap istio. */
  readonly mesh: string | undefined
  /** ProxyConfig resources as YAML documents or lists, of no ConfigMap. */
  readonly proxyConfigs: string | undefined
  /** The release to be, where it is not to be detected; of no ConfigMap. */
  readonly istioVersion: string | undefined
}

/** Reads the files of a folder; all but `config` may be missing. Rejects if one cannot be read. */
export async function readSettingsFolder(folder: string): Promise<SettingsTexts> {
  const [config, values, mesh, proxyConfigs, istioVersion] = await Promise.all([
    readText(join(folder, 'config')),
    ...settingsFiles.slice(1).map((name) => readOptional(join(folder, name))),
  ])
  return { config, values, mesh, proxyConfigs, istioVersion: istioVersion?.trim() || undefined }
}
