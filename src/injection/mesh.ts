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
import { objectAt, stringAt, type Json, type JsonObject } from './json.ts'
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
  const message = withMixerServers(readMesh(type, text, traits), traits)
  const builtIn: JsonObject = proxyConfigDefaults(release)
  const user = objectAt(message, 'defaultConfig')
  // Up to 1.6 a zero in defaultConfig is the same as nothing, since it was written out and read in again.
  const defaultConfig = {
    ...builtIn,
    ...(traits.mesh.zeros === 'dropped' ? withoutZeros(proxyType, user) : user),
  }
  const config = { ...meshConfigDefaults(release), ...message, defaultConfig }
  const faults = meshFaults(config, traits)
  if (faults.length > 0) throw new SettingsError('mesh-invalid', joinFaults(traits, faults))
  const views = { config: messageView(type, config), defaultConfig: messageView(proxyType, defaultConfig) }
  return { type, config, proxyType, defaultConfig, builtIn, views }
}

const failedToConvert = 'failed to convert to proto. '

function readMesh(type: MessageType, text: string, traits: Traits): JsonObject {
  try {
    return readMessage(type, readObject(text), { unknown: traits.mesh.unknownFields })
  } catch (error) {
    if (error instanceof YamlError) {
      const detail = (): string => describe(error, text)
      throw new SettingsError('mesh-invalid', failedToConvert + unmarshalMessage(error), {
        cause: error,
        detail,
      })
    }
    if (!(error instanceof SchemaError)) throw error
    throw new SettingsError('mesh-invalid', failedToConvert + error.message, { cause: error })
  }
}

function readObject(text: string): Json {
  return text.trim() === '' ? {} : (read(text) ?? {})
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
