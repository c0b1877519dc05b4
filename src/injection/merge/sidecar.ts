import type { MergeTraits } from '../../istio/traits.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'

/** An environment variable of the sidecar. */
export interface EnvVar {
  readonly name: string
  readonly value: string
}

type ContainerList = 'containers' | 'initContainers'

/** The list that the pod's sidecar is in, ordinary before native; undefined if it has none. */
export function sidecarList(pod: JsonObject, { initSidecars }: MergeTraits): ContainerList | undefined {
  const spec = objectAt(pod, 'spec')
  const lists = initSidecars ? allLists : ordinary
  return lists.find((list) => listAt(spec, list).some((item) => isNamed(item, 'istio-proxy')))
}

const allLists: readonly ContainerList[] = ['containers', 'initContainers']
const ordinary: readonly ContainerList[] = ['containers']

/** The value of a variable of the pod's sidecar; "" where there is none. */
export function variableOf(pod: JsonObject, traits: MergeTraits, name: string): string {
  const list = sidecarList(pod, traits)
  const spec = objectAt(pod, 'spec')
  const sidecar = list && listAt(spec, list).find((item) => isNamed(item, 'istio-proxy'))
  const variable = isObject(sidecar) ? listAt(sidecar, 'env').find((item) => isNamed(item, name)) : undefined
  return isObject(variable) ? stringAt(variable, 'value') : ''
}

/** The pod with its sidecar changed; the pod itself if it has none or nothing changes. */
export function changeSidecar(
  pod: JsonObject,
  traits: MergeTraits,
  change: (sidecar: JsonObject) => JsonObject,
): JsonObject {
  const list = sidecarList(pod, traits)
  if (list === undefined) return pod
  const spec = objectAt(pod, 'spec')
  const containers = listAt(spec, list)
  const index = containers.findIndex((item) => isNamed(item, 'istio-proxy'))
  const sidecar = containers[index]
  const changed = isObject(sidecar) ? change(sidecar) : sidecar
  if (changed === undefined || changed === sidecar) return pod
  return { ...pod, spec: { ...spec, [list]: containers.with(index, changed) } }
}

/** The sidecar with variables behind its own; those of the same names go first. */
export function withVariables(sidecar: JsonObject, variables: readonly EnvVar[]): JsonObject {
  if (variables.length === 0) return sidecar
  const names = new Set(variables.map(({ name }) => name))
  const kept = listAt(sidecar, 'env').filter((item) => !(isObject(item) && names.has(stringAt(item, 'name'))))
  return { ...sidecar, env: [...kept, ...variables.map(({ name, value }) => ({ name, value }))] }
}

/** The sidecar with a variable behind its own, whatever those are called. */
export function withVariable(sidecar: JsonObject, { name, value }: EnvVar): JsonObject {
  return { ...sidecar, env: [...listAt(sidecar, 'env'), { name, value }] }
}

function isNamed(item: Json | undefined, name: string): boolean {
  return isObject(item) && item['name'] === name
}
