import { describe, readTyped, unmarshalMessage, YamlError } from '../goyaml/index.ts'
import { compileSelector, SelectorError, type LabelSelector, type Selector } from '../kubernetes/selector.ts'
import { decode, defineStruct, SchemaError, yamlTarget } from '../schema/index.ts'
import { SettingsError } from './errors.ts'
import {
  isObject,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  stringsAt,
  type Json,
  type JsonObject,
} from './json.ts'

/** The key `config` of ConfigMap istio-sidecar-injector, read; of every release, whichever fields it has. */
export interface InjectorConfig {
  readonly policy: string
  /** The template of releases up to 1.8; from 1.9 a tripwire for older injectors, to be ignored. */
  readonly template: string
  /** Templates by name, from 1.9. */
  readonly templates: ReadonlyMap<string, string>
  readonly defaultTemplates: readonly string[]
  /** Names that stand for lists of templates. */
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly neverInjectSelectors: readonly Selector[]
  readonly alwaysInjectSelectors: readonly Selector[]
  readonly injectedAnnotations: ReadonlyMap<string, string>
  /** What was skipped, as Istio skips it, and why. */
  readonly warnings: readonly string[]
}

const configType = defineStruct('inject.Config', [
  'Policy policy string',
  'DefaultTemplates defaultTemplates []string',
  'Templates templates map[string]string',
  'Aliases aliases map[string][]string',
  'NeverInjectSelector neverInjectSelector []v1.LabelSelector',
  'AlwaysInjectSelector alwaysInjectSelector []v1.LabelSelector',
  'InjectedAnnotations injectedAnnotations map[string]string',
  'Template template string',
])

/**
 * Reads an injector config: names in any case, unknown keys ignored, scalars made text where text is meant.
 * Empty text is a config that never injects. Throws SettingsError `config-invalid`.
 */
export function parseConfig(text: string): InjectorConfig {
  const config = readConfig(text)
  const warnings: string[] = []
  return {
    policy: stringAt(config, 'policy'),
    template: stringAt(config, 'template'),
    templates: stringsOf(config, 'templates'),
    defaultTemplates: stringsAt(config, 'defaultTemplates'),
    aliases: listsOf(objectAt(config, 'aliases')),
    neverInjectSelectors: selectorsAt(config, 'neverInjectSelector', warnings),
    alwaysInjectSelectors: selectorsAt(config, 'alwaysInjectSelector', warnings),
    injectedAnnotations: stringsOf(config, 'injectedAnnotations'),
    warnings,
  }
}

function readConfig(text: string): JsonObject {
  try {
    const config = decode(configType, readTyped(text, yamlTarget(configType)))
    return isObject(config) ? config : {}
  } catch (error) {
    if (error instanceof YamlError) {
      const detail = (): string => describe(error, text)
      throw new SettingsError('config-invalid', unmarshalMessage(error), { cause: error, detail })
    }
    if (error instanceof SchemaError) {
      throw new SettingsError('config-invalid', `error unmarshaling JSON: ${error.message}`, { cause: error })
    }
    throw error
  }
}

function listsOf(lists: JsonObject): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.keys(lists).map((name) => [name, stringsAt(lists, name)]))
}

function stringsOf(config: JsonObject, field: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(stringMapAt(config, field)))
}

/** Selectors that select; an empty one selects nothing here, one that is wrong is skipped with a warning. */
function selectorsAt(config: JsonObject, field: string, warnings: string[]): Selector[] {
  const selectors: Selector[] = []
  for (const [index, json] of listAt(config, field).entries()) {
    const selector = tryCompile(json, (reason) => warnings.push(`${field}[${index}] is skipped: ${reason}`))
    if (selector !== undefined && !selector.isEmpty) selectors.push(selector)
  }
  return selectors
}

function tryCompile(json: Json, warn: (reason: string) => void): Selector | undefined {
  try {
    return compileSelector(selectorOf(json))
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    warn(error.message)
    return undefined
  }
}

function selectorOf(json: Json): LabelSelector {
  const selector = isObject(json) ? json : {}
  return {
    matchLabels: stringMapAt(selector, 'matchLabels'),
    matchExpressions: listAt(selector, 'matchExpressions')
      .filter(isObject)
      .map((item) => ({
        key: stringAt(item, 'key'),
        operator: stringAt(item, 'operator'),
        values: stringsAt(item, 'values'),
      })),
  }
}
