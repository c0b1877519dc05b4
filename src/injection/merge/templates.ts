import { InjectionError } from '../errors.ts'
import type { StringMap } from '../json.ts'
import type { MergeSettings } from './settings.ts'

const templatesKey = 'inject.istio.io/templates'

/**
 * The names of the templates for a pod: those of its annotation, or the default ones, aliases replaced by what they
 * stand for. Throws InjectionError for a name that the config does not have.
 */
export function requestedTemplates(settings: MergeSettings, annotations: StringMap): readonly string[] {
  const names = Object.hasOwn(annotations, templatesKey)
    ? (annotations[templatesKey] ?? '').split(',').map((name) => name.trim())
    : settings.defaultTemplates
  const meant = names.flatMap((name) => settings.aliases.get(name) ?? [name])
  const missing = meant.find((name) => !settings.templates.has(name))
  if (missing === undefined) return meant
  const have = [...settings.templates.keys()].sort().join(', ')
  throw new InjectionError(
    'annotation-invalid',
    `requested template ${JSON.stringify(missing)} not found; have ${have}`,
  )
}
