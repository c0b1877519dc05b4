import { SettingsError, type SettingsErrorCode } from '../injection/errors.ts'
import { compileSettings, missingConfig, type Settings } from '../injection/settings.ts'
import { exampleConfig, exampleMesh } from '../istio/example.ts'
import { CommandError } from './errors.ts'
import { readText } from './input.ts'
import type { SettingsFlags } from './settings-options.ts'

/**
 * Settings from the files that flags name, for commands that work without a cluster; the built-in example where no
 * config is given. Throws CommandError with the file, the place and the way out.
 */
export async function readSettings(flags: SettingsFlags): Promise<Settings> {
  const { injectConfigFile, meshConfigFile, valuesFile, istioVersion, revision } = flags
  const isExample = injectConfigFile === undefined
  const config = isExample ? exampleConfig : await readText(injectConfigFile)
  if (config.trim() === '') throw new CommandError(`${injectConfigFile}: ${missingConfig}`)
  const mesh =
    meshConfigFile === undefined ? (isExample ? exampleMesh : undefined) : await readText(meshConfigFile)
  const values = valuesFile === undefined ? undefined : await readText(valuesFile)
  try {
    return compileSettings({ config, mesh, values, istioVersion, revision })
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    const file = fileOf(error.code, flags)
    throw new CommandError(file === undefined ? error.detail : `${file}: ${error.detail}`, { cause: error })
  }
}

function fileOf(code: SettingsErrorCode, flags: SettingsFlags): string | undefined {
  if (code === 'mesh-invalid') return flags.meshConfigFile
  if (code === 'values-invalid') return flags.valuesFile
  return code === 'release-unknown' ? undefined : flags.injectConfigFile
}
