import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSettings, type Settings, type SettingsSource } from '../../src/injection/settings.ts'
import { compareReleases, parseRelease, type Release } from '../../src/istio/release.ts'
import { sharedData } from '../shared-data.ts'

/** A release's own ConfigMaps, compiled. */
export interface ReleaseSettings {
  readonly tag: string
  readonly release: Release
  readonly source: SettingsSource
  readonly settings: Settings
}

/** The folder of all releases' ConfigMaps; undefined where the shared data is missing. */
export const configMaps = sharedData('corpus/configmaps')

/** First and last patch release of each line from 1.0 to 1.31, oldest first; with settings of their own if given. */
export function allReleases(options: Partial<SettingsSource> = {}): readonly ReleaseSettings[] {
  if (configMaps === undefined) return []
  const folder = configMaps
  return readdirSync(folder)
    .map((tag) => releaseSettings(tag, { ...sourceOf(join(folder, tag), tag), ...options }))
    .sort((a, b) => compareReleases(a.release, b.release))
}

/** The same texts, taken for another release's. */
export function asRelease({ source }: ReleaseSettings, tag: string): ReleaseSettings {
  return releaseSettings(tag, { ...source, istioVersion: tag })
}

function releaseSettings(tag: string, source: SettingsSource): ReleaseSettings {
  const release = parseRelease(tag)
  if (release === undefined) throw new TypeError(`${tag} is no Istio release`)
  return { tag, release, source, settings: compileSettings(source) }
}

function sourceOf(folder: string, tag: string): SettingsSource {
  const read = (key: string): string => readFileSync(join(folder, key), 'utf8')
  const values = readdirSync(folder).includes('values') ? read('values') : undefined
  return { config: read('config'), values, mesh: read('mesh'), istioVersion: tag, revision: 'default' }
}
