import {
  isObject,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  type Json,
  type JsonObject,
  type StringMap,
} from './json.ts'

/** ProxyConfig resources (networking.istio.io/v1beta1), as layers of a pod's ProxyConfig. */
export interface ProxyConfigResources {
  /** The one of the root namespace that selects nothing, if there is one. */
  ofRoot(): readonly JsonObject[]
  /** The one of a namespace that selects nothing. */
  ofNamespace(namespace: string): readonly JsonObject[]
  /** The first by age of the namespace that selects pods of these labels. */
  selecting(namespace: string, labels: StringMap): readonly JsonObject[]
}

interface Resource {
  readonly namespace: string
  /** Undefined for a resource that holds for all pods; one with an empty selector holds for none. */
  readonly selector: StringMap | undefined
  readonly config: JsonObject
}

/** Reads resources given as objects; of several for the same pods the oldest counts. */
export function proxyConfigResources(objects: readonly Json[], rootNamespace: string): ProxyConfigResources {
  const resources = objects
    .filter(isObject)
    .filter((object) => object['kind'] === 'ProxyConfig')
    .sort((a, b) => compare(age(a), age(b)))
    .map(readResource)
  const plain = (namespace: string): readonly JsonObject[] =>
    resources
      .filter((resource) => resource.namespace === namespace && resource.selector === undefined)
      .slice(0, 1)
      .map(({ config }) => config)
  return {
    ofRoot: () => plain(rootNamespace),
    ofNamespace: (namespace) => (namespace === rootNamespace ? [] : plain(namespace)),
    selecting: (namespace, labels) =>
      resources
        .filter((resource) => resource.namespace === namespace && selects(resource.selector, labels))
        .slice(0, 1)
        .map(({ config }) => config),
  }
}

/** No resources, for commands without a cluster. */
export const noResources: ProxyConfigResources = {
  ofRoot: () => [],
  ofNamespace: () => [],
  selecting: () => [],
}

function age(object: JsonObject): string {
  return stringAt(objectAt(object, 'metadata'), 'creationTimestamp')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function readResource(object: JsonObject): Resource {
  const spec = objectAt(object, 'spec')
  const selector = spec['selector']
  return {
    namespace: stringAt(objectAt(object, 'metadata'), 'namespace'),
    selector: isObject(selector) ? stringMapAt(selector, 'matchLabels') : undefined,
    config: configOf(spec),
  }
}

/** A resource gives concurrency, image and variables, which are ProxyConfig's proxyMetadata. */
function configOf(spec: JsonObject): JsonObject {
  const { concurrency, image, environmentVariables } = spec
  return {
    ...(concurrency === undefined || concurrency === null ? {} : { concurrency }),
    ...(isObject(image) ? { image } : {}),
    ...(isObject(environmentVariables) ? { proxyMetadata: environmentVariables } : {}),
  }
}

function selects(selector: StringMap | undefined, labels: StringMap): boolean {
  if (selector === undefined) return false
  const wanted = Object.entries(selector)
  return (
    wanted.length > 0 && wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
  )
}

/** The objects of a list, or the object itself. */
export function resourceObjects(json: Json): readonly Json[] {
  return isObject(json) && Array.isArray(json['items']) ? listAt(json, 'items') : [json]
}
