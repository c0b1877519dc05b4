import { parseProxyConfigs } from '../injection/parse-proxy-configs.ts'
import { compileSettings, type Settings } from '../injection/settings.ts'
import type { SettingsTexts } from '../sources/texts.ts'
import type { SettingsFlags } from './settings-options.ts'

/** Compiles settings from their texts, with what flags say about the cluster. Throws SettingsError. */
export function compileTexts(
  { config, values, mesh, proxyConfigs, istioVersion }: SettingsTexts,
  { env, nodeVersion }: SettingsFlags,
  revision: string | undefined,
): Settings {
  return compileSettings({
    config,
    values,
    mesh,
    istioVersion,
    revision,
    nodeVersion,
    environment: env,
    proxyConfigs: proxyConfigs === undefined ? undefined : parseProxyConfigs(proxyConfigs),
  })
}
