import { read, YamlError } from '../goyaml/index.ts'
import type { ProxyConfigTraits, Traits } from '../istio/traits.ts'
import {
  readMessage,
  SchemaError,
  withoutZeros,
  type MessageField,
  type MessageType,
} from '../schema/index.ts'
import { joinFaults } from './fault-text.ts'
import { isList, isObject, objectAt, type Json, type JsonObject, type StringMap } from './json.ts'
import { proxyConfigFaults } from './mesh-faults.ts'
import type { Mesh } from './mesh.ts'
import type { ProxyConfigResources } from './proxy-config-resources.ts'

/** The ProxyConfig that a pod asks for by annotation; undefined if it has none that the release reads, or a bad one. */
export function annotatedConfig(mesh: Mesh, traits: Traits, annotations: StringMap): JsonObject | undefined {
  const { annotation: key } = traits.proxyConfig
  if (key === undefined || !Object.hasOwn(annotations, key)) return undefined
  const parsed = parseConfig(mesh, annotations[key] ?? '')
  return typeof parsed === 'string' ? undefined : parsed
}

/** What Istio says against the annotation's text, undefined if nothing; the mesh's own ProxyConfig does not count. */
export function proxyConfigFault(mesh: Mesh, traits: Traits, text: string): string | undefined {
  const parsed = parseConfig(mesh, text)
  if (typeof parsed === 'string') return `failed to convert to apply proxy config: ${parsed}`
  const faults = proxyConfigFaults(laidOver(mesh.builtIn, parsed, 'merge'), traits)
  return faults.length === 0 ? undefined : joinFaults(traits, faults)
}

/** The message, or the reason why the text is none. */
function parseConfig(mesh: Mesh, text: string): JsonObject | string {
  try {
    return readMessage(mesh.proxyType, text.trim() === '' ? {} : read(text))
  } catch (error) {
    if (error instanceof YamlError || error instanceof SchemaError) return error.message
    throw error
  }
}

/** Finds the ProxyConfig that holds for a pod. */
export type ConfigFinder = (pod: {
  readonly namespace: string
  readonly labels: StringMap
  readonly annotations: StringMap
}) => JsonObject

/**
 * The finder for a mesh (spec C.2): up to 1.12 the annotation goes straight over the mesh's ProxyConfig; later, layers
 * lie over each other from the built-in one to the resource that selects the pod, and their zeros do not count.
 */
export function configFinder(mesh: Mesh, traits: Traits, resources: ProxyConfigResources): ConfigFinder {
  const { layers, metadata } = traits.proxyConfig
  if (layers === 'straight') {
    return ({ annotations }) => {
      const own = annotatedConfig(mesh, traits, annotations)
      return own === undefined ? mesh.defaultConfig : laidOver(mesh.defaultConfig, own, metadata)
    }
  }
  const join = joiner(mesh, traits.proxyConfig)
  const base = [mesh.defaultConfig, ...resources.ofRoot()].reduce(join, mesh.builtIn)
  return ({ namespace, labels, annotations }) => {
    const own = annotatedConfig(mesh, traits, annotations)
    return [
      ...resources.ofNamespace(namespace),
      ...(own === undefined ? [] : [own]),
      ...resources.selecting(namespace, labels),
    ].reduce(join, base)
  }
}

/** How kube-inject does it: the annotation straight over the mesh's, zeros and all. */
export function manualConfigFinder(mesh: Mesh, traits: Traits): ConfigFinder {
  return ({ annotations }) => {
    const own = annotatedConfig(mesh, traits, annotations)
    return own === undefined
      ? mesh.defaultConfig
      : laidOver(mesh.defaultConfig, own, traits.proxyConfig.metadata)
  }
}

function joiner(mesh: Mesh, traits: ProxyConfigTraits): (under: JsonObject, over: JsonObject) => JsonObject {
  const { proxyType } = mesh
  if (traits.layers === 'fields')
    return (under, over) => laidOver(under, withoutZeros(proxyType, over), 'merge')
  return (under, over) => protoMerge(proxyType, under, withoutZeros(proxyType, over), traits)
}

/** One config over another: fields replace fields; proxyMetadata is replaced or merged by key, proxyHeaders by field. */
export function laidOver(under: JsonObject, over: JsonObject, metadata: 'replace' | 'merge'): JsonObject {
  const merged: Record<string, Json | undefined> = { ...under, ...over }
  if (metadata === 'replace') return merged
  for (const field of ['proxyMetadata', 'proxyHeaders']) {
    if (over[field] !== undefined) merged[field] = { ...objectAt(under, field), ...objectAt(over, field) }
  }
  return merged
}

/** protobuf's merge: messages field by field, lists joined, maps by key; false and 0s change nothing. */
function protoMerge(
  type: MessageType,
  under: JsonObject,
  over: JsonObject,
  traits: ProxyConfigTraits,
): JsonObject {
  const merged: Record<string, Json | undefined> = { ...under }
  for (const field of type.fields) {
    const [old, value] = [under[field.jsonName], over[field.jsonName]]
    if (value === undefined) continue
    merged[field.jsonName] = old === undefined ? value : mergeField(field, old, value, traits)
  }
  return merged
}

function mergeField(field: MessageField, old: Json, value: Json, traits: ProxyConfigTraits): Json {
  if (isList(old) && isList(value)) return [...old, ...value]
  if (isObject(old) && isObject(value)) {
    return field.type.kind === 'message' && field.shape === 'single'
      ? protoMerge(field.type, old, value, traits)
      : { ...old, ...value }
  }
  if (field.type.kind === 'wrapper' && value === false) return old
  return field.type.kind === 'duration' && value === '0s' && !traits.zeroDurations ? old : value
}
