import { isObject, stringAt } from '../injection/json.ts'
import { SettingsError } from '../injection/errors.ts'
import { compileSettings, type Settings } from '../injection/settings.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { blamed } from '../sources/blamed.ts'
import { isOfPair, pairsOf, readConfigMap, type Pair } from '../sources/config-map.ts'
import { ConfigMapError } from '../sources/errors.ts'
import { pairTexts } from '../sources/pair-texts.ts'
import { CommandError } from './errors.ts'
import type { FileObject } from './explain-files.ts'
import { readRevisions } from './read-revisions.ts'
import { clusterSource, revisionsOf } from './serve-cluster.ts'
import type { SettingsFlags } from './settings-options.ts'

/**
 * The revisions for a look at files: of the ConfigMaps that are among them, unless flags name other files. Throws
 * CommandError.
 */
export async function readFileRevisions(
  objects: readonly FileObject[],
  flags: SettingsFlags,
  warn: (message: string) => void,
): Promise<Revisions> {
  const wanted = { kind: 'all' } as const
  const configMaps = objects
    .flatMap(({ json }) => (isObject(json) && json['kind'] === 'ConfigMap' ? [json] : []))
    .map((object) => ({
      namespace: stringAt(isObject(object['metadata']) ? object['metadata'] : {}, 'namespace'),
      map: readConfigMap(object),
    }))
    .filter(({ map }) => isOfPair(map.name, wanted))
  const pairs = pairsOf(
    configMaps.map(({ map }) => map),
    wanted,
  )
  if (pairs.size === 0 || flags.injectConfigFile !== undefined || flags.revisionsDir !== undefined) {
    const isExample = flags.injectConfigFile === undefined && flags.revisionsDir === undefined
    if (isExample) warn('settings: the built-in example, as neither flags nor files have others')
    return readRevisions(flags, warn)
  }
  const namespace = configMaps[0]?.namespace ?? ''
  const all = new Map<string, Settings>()
  const problems: CommandError[] = []
  for (const [name, pair] of pairs) {
    try {
      const texts = { ...pairTexts(pair, namespace), proxyConfigs: [], nodeVersion: undefined }
      all.set(name, compileSettings(clusterSource(texts, flags, name)))
    } catch (error) {
      const problem = problemOf(error, pair)
      problems.push(problem)
      warn(`revision ${name} is left out: ${problem.message}`)
    }
  }
  if (all.size === 0 && problems[0] !== undefined) throw problems[0]
  return revisionsOf(wanted, all, flags.revisionTags ?? new Map<string, string>())
}

/** As for those of a cluster: one revision that cannot be used keeps nothing from being said of the others. */
function problemOf(error: unknown, pair: Pair): CommandError {
  if (error instanceof ConfigMapError) return new CommandError(error.message, { cause: error })
  if (!(error instanceof SettingsError)) throw error
  return new CommandError(`ConfigMap ${blamed(error, pair).name}: ${error.detail}`, { cause: error })
}
