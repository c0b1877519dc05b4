import { parseProxyConfigs } from '../injection/parse-proxy-configs.ts'
import type { SettingsSource } from '../injection/settings.ts'
import type { SettingsTexts } from '../sources/texts.ts'
import type { SettingsFlags } from './settings-options.ts'

/** What settings are compiled from: their texts, and what flags say about the cluster. Throws SettingsError. */
export function settingsSource(
  { config, values, mesh, proxyConfigs, istioVersion }: SettingsTexts,
  { env, nodeVersion }: SettingsFlags,
  revision: string | undefined,
): SettingsSource {
  return {
    config,
    values,
    mesh,
    istioVersion,
    revision,
    nodeVersion,
    environment: env,
    now: Date.now,
    proxyConfigs: proxyConfigs === undefined ? undefined : parseProxyConfigs(proxyConfigs),
  }
}
