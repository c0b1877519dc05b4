import type { SettingsFiles } from '../sources/settings.ts'
import type { CertificateFiles } from '../tls/source.ts'
import { UsageError } from './errors.ts'
import type { ServeOptions } from './serve-command.ts'

/** The files of the settings; undefined for the built-in example. Throws UsageError for some without the others. */
export function settingsFiles(options: ServeOptions): SettingsFiles | undefined {
  const { injectConfigFile: config, meshConfigFile: mesh, valuesFile: values } = options
  if (config !== undefined) return { config, mesh, values }
  if (mesh === undefined && values === undefined) return undefined
  throw new UsageError('--meshConfigFile and --valuesFile belong to a --injectConfigFile')
}

/** The files of the certificate; undefined for a self-made one. Throws UsageError for one without the other. */
export function certificateFiles(options: ServeOptions): CertificateFiles | undefined {
  const { tlsCertFile: cert, tlsKeyFile: key } = options
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert === undefined && key === undefined) return undefined
  throw new UsageError('--tlsCertFile and --tlsKeyFile belong together')
}
