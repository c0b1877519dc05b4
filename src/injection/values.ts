import { describe, read, YamlError } from '../goyaml/index.ts'
import { SettingsError } from './errors.ts'
import { isList, isObject, type Json, type JsonObject } from './json.ts'

/** The key `values` of ConfigMap istio-sidecar-injector: what templates see as `.Values`, frozen at every depth. */
export type InjectorValues = JsonObject

/**
 * Reads values, which are JSON or YAML; empty text is an empty map. Throws SettingsError `values-invalid`: Istio up
 * to 1.13 refused every pod then, and up to 1.22 went on without any values (docs/differences.md).
 */
export function parseValues(text: string): InjectorValues {
  const values = readValues(text)
  if (values === null) return {}
  if (!isObject(values)) {
    const kind = isList(values) ? 'array' : typeof values
    throw new SettingsError(
      'values-invalid',
      `${couldNotParse}json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    )
  }
  checkTypes(values)
  return freeze(values)
}

const couldNotParse = 'could not parse configuration values: '

function readValues(text: string): Json {
  if (text.trim() === '') return null
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const detail = (): string => describe(error, text)
    throw new SettingsError('values-invalid', couldNotParse + error.message, { cause: error, detail })
  }
}

/** Fields that Istio reads into typed ones besides showing them to templates, and what they must be if they are set. */
const typedFields: readonly (readonly [path: string, type: 'string' | 'boolean' | 'object' | 'array'])[] = [
  ['global', 'object'],
  ['global.hub', 'string'],
  ['global.network', 'string'],
  ['global.variant', 'string'],
  ['global.imagePullSecrets', 'array'],
  ['global.multiCluster', 'object'],
  ['global.multiCluster.clusterName', 'string'],
  ['global.proxy', 'object'],
  ['global.proxy.image', 'string'],
  ['global.proxy.logLevel', 'string'],
  ['global.proxy.resources', 'object'],
  ['global.proxy.holdApplicationUntilProxyStarts', 'boolean'],
  ['sidecarInjectorWebhook', 'object'],
  ['sidecarInjectorWebhook.rewriteAppHTTPProbe', 'boolean'],
]

function checkTypes(values: JsonObject): void {
  for (const [path, type] of typedFields) {
    const value = valueAt(values, path)
    if (value === undefined || value === null || typeOf(value) === type) continue
    throw new SettingsError(
      'values-invalid',
      `${couldNotParse}${path} must be ${type}, but is ${typeOf(value)}`,
    )
  }
}

/** The value at a path of names, undefined where there is none. */
export function valueAt(values: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = values
  for (const name of path.split('.')) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  return at
}

function typeOf(value: Json): string {
  return isList(value) ? 'array' : typeof value
}

/** Templates may call functions that change maps; these are shared by all requests. */
function freeze<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const item of Object.values<Json | undefined>(value)) if (item !== undefined) freeze(item)
  return Object.freeze(value)
}
