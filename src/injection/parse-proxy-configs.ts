import { describe, read, splitDocuments, YamlError } from '../goyaml/index.ts'
import { SettingsError } from './errors.ts'
import { isObject, stringAt, type Json } from './json.ts'
import { resourceObjects } from './proxy-config-resources.ts'

/**
 * Reads ProxyConfig resources as `kubectl get proxyconfigs -A -o yaml` prints them: YAML documents, lists or single
 * objects. Throws SettingsError `proxy-configs-invalid`, also for an object of another kind.
 */
export function parseProxyConfigs(text: string): readonly Json[] {
  return splitDocuments(text).flatMap((document, index) => {
    const json = readDocument(document, index + 1)
    const objects = json === null ? [] : resourceObjects(json)
    for (const object of objects) checkKind(object, index + 1)
    return objects
  })
}

function readDocument(document: string, number: number): Json {
  try {
    return read(document)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const detail = (): string => `document ${number}: ${describe(error, document)}`
    throw invalid(`document ${number}: ${error.message}`, { cause: error, detail })
  }
}

function checkKind(object: Json, number: number): void {
  const kind = isObject(object) ? stringAt(object, 'kind') : ''
  if (kind === 'ProxyConfig') return
  throw invalid(`document ${number}: expected a ProxyConfig, got ${kind === '' ? 'none' : `a ${kind}`}`)
}

function invalid(message: string, options?: ConstructorParameters<typeof SettingsError>[2]): SettingsError {
  return new SettingsError('proxy-configs-invalid', message, options)
}
