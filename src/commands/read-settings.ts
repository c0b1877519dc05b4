import { SettingsError } from '../injection/errors.ts'
import { compileSettings, missingConfig, type Settings } from '../injection/settings.ts'
import { exampleConfig, exampleMesh } from '../istio/example.ts'
import type { SettingsTexts } from '../sources/texts.ts'
import { settingsSource } from './settings-source.ts'
import { CommandError } from './errors.ts'
import { readText } from './input.ts'
import type { SettingsFlags } from './settings-options.ts'

/** The files of settings, by what they hold. */
export type SettingsPaths = Readonly<Partial<Record<keyof SettingsTexts, string | undefined>>>

/**
 * One set of settings from the files that flags name, for commands that work without a cluster; the built-in example
 * where no config is given. Throws CommandError with the file, the place and the way out.
 */
export async function readSettings(flags: SettingsFlags): Promise<Settings> {
  const { injectConfigFile, meshConfigFile, valuesFile, proxyConfigFile, istioVersion, revision } = flags
  const paths: SettingsPaths = {
    ...(injectConfigFile === undefined ? {} : { config: injectConfigFile }),
    ...(meshConfigFile === undefined ? {} : { mesh: meshConfigFile }),
    ...(valuesFile === undefined ? {} : { values: valuesFile }),
    ...(proxyConfigFile === undefined ? {} : { proxyConfigs: proxyConfigFile }),
  }
  const isExample = injectConfigFile === undefined
  const texts: SettingsTexts = {
    config: (await textAt(paths.config)) ?? exampleConfig,
    mesh: (await textAt(paths.mesh)) ?? (isExample ? exampleMesh : undefined),
    values: await textAt(paths.values),
    proxyConfigs: await textAt(paths.proxyConfigs),
    istioVersion,
  }
  return compileFiles(texts, paths, flags, revision)
}

async function textAt(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readText(path)
}

/** Compiles the texts of files. Throws CommandError that names the file. */
export function compileFiles(
  texts: SettingsTexts,
  paths: SettingsPaths,
  flags: SettingsFlags,
  revision: string | undefined,
): Settings {
  if (texts.config.trim() === '') throw new CommandError(`${paths.config}: ${missingConfig}`)
  try {
    return compileSettings(settingsSource(texts, flags, revision))
  } catch (error) {
    throw withFile(error, paths)
  }
}

/** The error of settings with the file and the place that are wrong; others as they are. */
export function withFile(error: unknown, paths: SettingsPaths): unknown {
  if (!(error instanceof SettingsError)) return error
  const file = paths[fileOf[error.code]]
  return new CommandError(file === undefined ? error.detail : `${file}: ${error.detail}`, { cause: error })
}

/** Which of the texts is wrong. */
const fileOf: Readonly<Record<SettingsError['code'], keyof SettingsTexts>> = {
  'config-invalid': 'config',
  'template-invalid': 'config',
  'values-invalid': 'values',
  'mesh-invalid': 'mesh',
  'proxy-configs-invalid': 'proxyConfigs',
  'release-unknown': 'istioVersion',
}
