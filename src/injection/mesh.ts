import { compareText } from '../golang/bytes.ts'
import type { Value } from '../gotemplate/index.ts'
import { describe, read, unmarshalMessage, YamlError } from '../goyaml/index.ts'
import { meshConfigDefaults, proxyConfigDefaults } from '../istio/mesh-defaults.ts'
import type { Release } from '../istio/release.ts'
import type { Traits } from '../istio/traits.ts'
import {
  meshConfigType,
  messageView,
  proxyConfigType,
  readMessage,
  SchemaError,
  withoutZeros,
  type MessageType,
} from '../schema/index.ts'
import { SettingsError } from './errors.ts'
import { joinFaults } from './fault-text.ts'
import { isObject, listAt, objectAt, stringAt, stringsAt, type Json, type JsonObject } from './json.ts'
import { meshFaults } from './mesh-faults.ts'

/** The key `mesh` of ConfigMap istio over the release's built-in defaults; JSON as protobuf writes it. */
export interface Mesh {
  readonly type: MessageType
  /** MeshConfig, `defaultConfig` included. */
  readonly config: JsonObject
  readonly proxyType: MessageType
  /** ProxyConfig before a pod's own annotation. */
  readonly defaultConfig: JsonObject
  /** ProxyConfig as the release builds it in, which protoToJSON leaves out. */
  readonly builtIn: JsonObject
  /** Views for templates, which are the same for every pod without a ProxyConfig of its own. */
  readonly views: { readonly config: Value; readonly defaultConfig: Value }
}

/**
 * Reads and checks a mesh config. Empty text means the built-in defaults. Throws SettingsError `mesh-invalid` with
 * the release's own text.
 */
export function parseMesh(text: string, release: Release, traits: Traits): Mesh {
  const type = meshConfigType(release.minor)
  const proxyType = proxyConfigType(release.minor)
  const json = parseText(text)
  const message = withMixerServers(readMesh(type, json, traits), traits)
  const builtIn: JsonObject = proxyConfigDefaults(release)
  const defaultConfig = {
    ...builtIn,
    ...ownConfig(json, objectAt(message, 'defaultConfig'), proxyType, traits),
  }
  const config = { ...mergedLists(meshConfigDefaults(release), message, traits), defaultConfig }
  const faults = meshFaults(config, traits)
  if (faults.length > 0) throw new SettingsError('mesh-invalid', joinFaults(traits, faults))
  const views = { config: messageView(type, config), defaultConfig: messageView(proxyType, defaultConfig) }
  return { type, config, proxyType, defaultConfig, builtIn, views }
}

const failedToConvert = 'failed to convert to proto. '

function parseText(text: string): Json {
  try {
    return text.trim() === '' ? {} : (read(text) ?? {})
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const detail = (): string => describe(error, text)
    throw new SettingsError('mesh-invalid', failedToConvert + unmarshalMessage(error), {
      cause: error,
      detail,
    })
  }
}

function readMesh(type: MessageType, json: Json, traits: Traits): JsonObject {
  try {
    return readMessage(type, json, { unknown: traits.mesh.unknownFields })
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new SettingsError('mesh-invalid', failedToConvert + error.message, { cause: error })
  }
}

/** What the mesh's own defaultConfig has to say. */
function ownConfig(json: Json, config: JsonObject, type: MessageType, traits: Traits): JsonObject {
  // Up to 1.6 it was written out and read in again, where a zero is the same as nothing.
  if (traits.mesh.defaultConfig === 'rewritten') return withoutZeros(type, config)
  return isObject(json) && Object.hasOwn(json, 'defaultConfig') ? config : {}
}

/** The mesh config over the built-in one; the lists that are merged with it. */
function mergedLists(builtIn: JsonObject, message: JsonObject, traits: Traits): JsonObject {
  if (!traits.mesh.mergesLists) return { ...builtIn, ...message }
  const aliases = [...new Set(stringsAt(message, 'trustDomainAliases'))].sort(compareText)
  return {
    ...builtIn,
    ...message,
    extensionProviders: byName([
      ...listAt(builtIn, 'extensionProviders'),
      ...listAt(message, 'extensionProviders'),
    ]),
    ...(aliases.length === 0 ? {} : { trustDomainAliases: aliases }),
  }
}

/** Of providers of one name the last, in the place of the first. */
function byName(providers: readonly Json[]): readonly Json[] {
  const named = providers
    .filter(isObject)
    .map((provider): [string, Json] => [stringAt(provider, 'name'), provider])
  return [...new Map(named).values()]
}

/** In 1.0 mixerAddress stood for both servers. */
function withMixerServers(message: JsonObject, traits: Traits): JsonObject {
  const address = stringAt(message, 'mixerAddress')
  if (!traits.mesh.mixerAddress || address === '') return message
  return { mixerCheckServer: address, mixerReportServer: address, ...message }
}

/** The port of pilot-agent that the mesh config names; a pod's own ProxyConfig does not count. */
export function meshStatusPort({ defaultConfig }: Mesh): number {
  const port = defaultConfig['statusPort']
  return typeof port === 'number' ? port : 0
}
