import { read, YamlError } from '../goyaml/index.ts'
import type { Traits } from '../istio/traits.ts'
import { readMessage, SchemaError } from '../schema/index.ts'
import { joinFaults } from './fault-text.ts'
import { objectAt, type JsonObject, type StringMap } from './json.ts'
import { proxyConfigFaults } from './mesh-faults.ts'
import type { Mesh } from './mesh.ts'

/** The ProxyConfig that a pod asks for by annotation; undefined if it has none that the release reads, or a bad one. */
export function annotatedConfig(mesh: Mesh, traits: Traits, annotations: StringMap): JsonObject | undefined {
  const { annotation: key } = traits.proxyConfig
  if (key === undefined || !Object.hasOwn(annotations, key)) return undefined
  const parsed = parseConfig(mesh, annotations[key] ?? '')
  return typeof parsed === 'string' ? undefined : parsed
}

/** What Istio says against the annotation's text, undefined if nothing. */
export function proxyConfigFault(mesh: Mesh, traits: Traits, text: string): string | undefined {
  const parsed = parseConfig(mesh, text)
  if (typeof parsed === 'string') return `failed to convert to apply proxy config: ${parsed}`
  const faults = proxyConfigFaults(laidOver(mesh.defaultConfig, parsed, 'merge'), traits)
  return faults.length === 0 ? undefined : joinFaults(traits, faults)
}

/** The message, or the reason why the text is none. */
function parseConfig(mesh: Mesh, text: string): JsonObject | string {
  try {
    return readMessage(mesh.proxyType, text.trim() === '' ? {} : read(text))
  } catch (error) {
    if (error instanceof YamlError) return error.message
    if (error instanceof SchemaError) return error.message
    throw error
  }
}

/** One config over another: fields replace fields, and proxyMetadata is replaced or merged by key. */
export function laidOver(under: JsonObject, over: JsonObject, metadata: 'replace' | 'merge'): JsonObject {
  const merged = { ...under, ...over }
  if (metadata === 'replace' || over['proxyMetadata'] === undefined) return merged
  return {
    ...merged,
    proxyMetadata: { ...objectAt(under, 'proxyMetadata'), ...objectAt(over, 'proxyMetadata') },
  }
}
