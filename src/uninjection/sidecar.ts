import { JsonError } from '../golang/json.ts'
import { parseJson } from '../golang/parse-json.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../injection/json.ts'

/** The pod's container istio-proxy, ordinary before native. */
export function sidecarOf(pod: JsonObject): JsonObject | undefined {
  const spec = objectAt(pod, 'spec')
  return [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
    .filter(isObject)
    .find((container) => container['name'] === 'istio-proxy')
}

/** The sidecar's environment as far as it is plain text: the values by name, in order; injectors may add a name twice. */
export function variablesOf(sidecar: JsonObject | undefined): ReadonlyMap<string, readonly string[]> {
  const variables = new Map<string, string[]>()
  for (const item of sidecar === undefined ? [] : listAt(sidecar, 'env')) {
    if (!isObject(item) || item['valueFrom'] !== undefined) continue
    const values = variables.get(stringAt(item, 'name'))
    if (values === undefined) variables.set(stringAt(item, 'name'), [stringAt(item, 'value')])
    else values.push(stringAt(item, 'value'))
  }
  return variables
}

/** An object that stands in an annotation or variable as JSON; undefined for what is none. */
export function parseObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  try {
    const value = parseJson(text)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof JsonError) return undefined // people can write there what they like
    throw error
  }
}
