import type { SettingsFiles } from '../sources/settings.ts'
import { checkNoFiles, wantedOf } from './cluster-options.ts'
import { UsageError } from './errors.ts'
import { revisionsFolder, type RevisionsFolder } from './revisions-folder.ts'
import type { ServedCluster } from './serve-cluster.ts'
import type { ServeOptions } from './serve-command.ts'

/** Where the settings are. */
export type SettingsPlace =
  | { readonly kind: 'example' }
  | { readonly kind: 'files'; readonly files: SettingsFiles }
  | { readonly kind: 'folder'; readonly folder: RevisionsFolder }
  | { readonly kind: 'cluster'; readonly cluster: ServedCluster }

/** Where the settings are, by the flags. Throws UsageError for flags without those that they belong to. */
export function settingsPlace(options: ServeOptions): SettingsPlace {
  if (options.istioNamespace !== undefined) {
    checkNoFiles(options)
    return { kind: 'cluster', cluster: { namespace: options.istioNamespace, wanted: wantedOf(options) } }
  }
  if (options.injectConfigMapName !== undefined || options.meshConfigMapName !== undefined) {
    throw new UsageError(
      '--injectConfigMapName and --meshConfigMapName need -i, the namespace that they are in',
    )
  }
  const folder = revisionsFolder(options)
  if (folder !== undefined) {
    if (options.revision === undefined) return { kind: 'folder', folder }
    throw new UsageError(
      '--revision names what is not in a folder; with --revisionsDir, all revisions are served',
    )
  }
  const { injectConfigFile: config, meshConfigFile: mesh, valuesFile: values } = options
  const { proxyConfigFile: proxyConfigs } = options
  if (config !== undefined) return { kind: 'files', files: { config, mesh, values, proxyConfigs } }
  if (mesh === undefined && values === undefined && proxyConfigs === undefined) return { kind: 'example' }
  throw new UsageError('--meshConfigFile, --valuesFile and --proxyConfigFile belong to a --injectConfigFile')
}
