import type { SettingsTimes } from '../coverage/surroundings.ts'
import { isObject, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { changesOf } from '../selection/managed-fields.ts'
import { namesOf, revisionOf } from '../sources/config-map.ts'

/** The age of a revision's settings, by the ConfigMaps that are there; undefined where its own is not. */
export function settingsTimes(configMaps: Iterable<JsonObject>, revision: string): SettingsTimes | undefined {
  const [name] = namesOf(revision)
  for (const object of configMaps) {
    const metadata = objectAt(object, 'metadata')
    if (stringAt(metadata, 'name') !== name) continue
    const created = stringAt(metadata, 'creationTimestamp') || undefined
    return { created, changes: changesOf(metadata, ['f:data']) }
  }
  return undefined
}

/** What settingsTimes looks at, as the texts are long; undefined for ConfigMaps that are no settings, some of which change all the time. */
export function agesOnly({ metadata = {} }: JsonObject): JsonObject | undefined {
  const name = isObject(metadata) ? stringAt(metadata, 'name') : ''
  return revisionOf(name) === undefined ? undefined : { metadata }
}
