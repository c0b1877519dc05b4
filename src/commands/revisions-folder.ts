import { UsageError } from './errors.ts'
import type { Pairs } from './pairs.ts'
import type { SettingsFlags } from './settings-options.ts'

/** A folder of revisions, and their other names. */
export interface RevisionsFolder {
  readonly directory: string
  readonly tags: Pairs
}

/** The flags that each folder of a revision has as a file, with its name. */
const filesOfFlags = [
  ['injectConfigFile', 'config'],
  ['meshConfigFile', 'mesh'],
  ['valuesFile', 'values'],
  ['proxyConfigFile', 'proxyConfigs'],
  ['istioVersion', 'istioVersion'],
] as const satisfies readonly (readonly [flag: keyof SettingsFlags, file: string])[]

/** The folder that the flags name; undefined for one set of settings. Throws UsageError for flags that do not go together. */
export function revisionsFolder(flags: SettingsFlags): RevisionsFolder | undefined {
  const { revisionsDir: directory, revisionTags: tags = new Map() } = flags
  if (directory === undefined) {
    if (tags.size > 0)
      throw new UsageError('--revisionTags belong to a --revisionsDir, or to the revisions of a cluster (-i)')
    return undefined
  }
  for (const [flag, file] of filesOfFlags) {
    if (flags[flag] === undefined) continue
    throw new UsageError(`with --revisionsDir, what --${flag} says is file "${file}" of a revision's folder`)
  }
  return { directory, tags }
}
