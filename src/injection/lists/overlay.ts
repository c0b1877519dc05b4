import { readTyped, unmarshalMessage, YamlError } from '../../goyaml/index.ts'
import type { Traits } from '../../istio/traits.ts'
import {
  decode,
  defineStruct,
  marshal,
  SchemaError,
  structNamed,
  yamlTarget,
  type StructType,
} from '../../schema/index.ts'
import { InjectionError } from '../errors.ts'
import { isObject, listAt, type Json, type JsonObject } from '../json.ts'
import type { ShapeReader } from '../shape/cache.ts'
import type { StatusList } from '../status.ts'
import { withConcurrency } from './concurrency.ts'
import { defaultContainer, defaultVolume } from './defaults.ts'

/** What a template of releases up to 1.8 renders: things to add to the pod, read with Go's types and written out. */
export interface ListOverlay {
  readonly lists: Readonly<Record<StatusList, readonly OverlayItem[]>>
  readonly rewriteAppHTTPProbe: boolean
  readonly dnsConfig: JsonObject | undefined
  /** Annotation keys that kube-inject overwrites (1.3 to 1.7). */
  readonly podRedirectAnnot: JsonObject
}

/** One container, volume or secret: as an object, and as the JSON text that goes into the patch. */
export interface OverlayItem {
  readonly name: string
  readonly json: JsonObject
  readonly text: string
}

const itemTypes: Readonly<Record<StatusList, string>> = {
  initContainers: 'v1.Container',
  containers: 'v1.Container',
  volumes: 'v1.Volume',
  imagePullSecrets: 'v1.LocalObjectReference',
}

const rows = [
  'RewriteAppHTTPProbe rewriteAppHTTPProbe bool',
  'InitContainers initContainers []v1.Container',
  'Containers containers []v1.Container',
  'Volumes volumes []v1.Volume',
  'DNSConfig dnsConfig *v1.PodDNSConfig',
  'ImagePullSecrets imagePullSecrets []v1.LocalObjectReference',
  'PodRedirectAnnot podRedirectAnnot map[string]string',
]

/**
 * The reader for a release's traits: its Pod fields, its YAML numbers, its defaults. Throws InjectionError
 * `overlay-invalid` with the release's own text.
 */
export function listReader(traits: Traits): ShapeReader<ListOverlay> {
  const type = defineStruct('inject.SidecarInjectionSpec', rows, traits.kubernetesMinor)
  const target = yamlTarget(type)
  const options = { unsignedExponentFloats: traits.exponentFloats }
  return {
    type,
    parse: (rendered, onScalar) =>
      attempt(traits, () => readTyped(rendered, target, { ...options, onScalar })),
    decode: (parsed) => attempt(traits, () => decode(type, parsed)),
    make: (root, like) => toOverlay(isObject(root) ? root : {}, traits, like),
  }
}

function attempt(traits: Traits, work: () => Json): Json {
  try {
    return work()
  } catch (error) {
    const reason =
      error instanceof YamlError
        ? unmarshalMessage(error)
        : error instanceof SchemaError
          ? `error unmarshaling JSON: ${error.message}`
          : undefined
    if (reason === undefined) throw error
    throw new InjectionError('overlay-invalid', traits.lists.errorPrefix + reason, { cause: error })
  }
}

interface Like {
  readonly root: Json
  readonly value: ListOverlay
}

function toOverlay(spec: JsonObject, traits: Traits, like: Like | undefined): ListOverlay {
  const items = (list: StatusList): OverlayItem[] => {
    const type = structNamed(itemTypes[list], traits.kubernetesMinor)
    const others = isObject(like?.root) ? objectsAt(like.root, list) : []
    return objectsAt(spec, list).map((json, index) => {
      const known = others[index] === json ? like?.value.lists[list][index] : undefined
      return known ?? overlayItem(type, prepared(list, json, traits))
    })
  }
  return {
    lists: {
      initContainers: items('initContainers'),
      containers: items('containers'),
      volumes: items('volumes'),
      imagePullSecrets: items('imagePullSecrets'),
    },
    rewriteAppHTTPProbe: spec['rewriteAppHTTPProbe'] === true,
    dnsConfig: isObject(spec['dnsConfig']) ? spec['dnsConfig'] : undefined,
    podRedirectAnnot: isObject(spec['podRedirectAnnot']) ? spec['podRedirectAnnot'] : {},
  }
}

function objectsAt(spec: JsonObject, list: StatusList): readonly JsonObject[] {
  return listAt(spec, list).filter(isObject)
}

/** What the release does to every overlay, whatever the pod. */
function prepared(list: StatusList, json: JsonObject, traits: Traits): JsonObject {
  const item = list === 'containers' && traits.lists.concurrency ? withConcurrency(json) : json
  if (!traits.lists.defaults || list === 'imagePullSecrets') return item
  return list === 'volumes' ? defaultVolume(item) : defaultContainer(item)
}

/** An item with its text. */
export function overlayItem(type: StructType, json: JsonObject): OverlayItem {
  return { name: typeof json['name'] === 'string' ? json['name'] : '', json, text: marshal(type, json) }
}
