import { JsonError } from '../golang/json.ts'
import { parseJson } from '../golang/parse-json.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** The annotation that says what was injected, so that it can be replaced or taken out again. */
export const statusKey = 'sidecar.istio.io/status'

/** Names by list, as in the status annotation. */
export interface InjectionStatus {
  readonly initContainers: readonly string[]
  readonly containers: readonly string[]
  readonly volumes: readonly string[]
  readonly imagePullSecrets: readonly string[]
}

/** The four lists of a pod that an injector adds to, in the order in which Istio's patches treat them. */
export const statusLists = ['initContainers', 'containers', 'volumes', 'imagePullSecrets'] as const
export type StatusList = (typeof statusLists)[number]

/**
 * What injectors before the status annotation put into a pod; Istio up to 1.8 assumes it where the annotation
 * cannot be read or names nothing.
 */
export const legacyStatus: InjectionStatus = {
  initContainers: ['istio-init', 'enable-core-dump'],
  containers: ['istio-proxy'],
  volumes: ['istio-certs', 'istio-envoy'],
  imagePullSecrets: [],
}

export const emptyStatus: InjectionStatus = {
  initContainers: [],
  containers: [],
  volumes: [],
  imagePullSecrets: [],
}

/** Reads a status annotation; undefined if it is no JSON object. Members that are no lists of strings count as empty. */
export function parseStatus(text: string): InjectionStatus | undefined {
  const status = parseObject(text)
  if (status === undefined) return undefined
  return {
    initContainers: strings(status['initContainers']),
    containers: strings(status['containers']),
    volumes: strings(status['volumes']),
    imagePullSecrets: strings(status['imagePullSecrets']),
  }
}

/** True if the status names nothing at all. */
export function isEmptyStatus(status: InjectionStatus): boolean {
  return statusLists.every((list) => status[list].length === 0)
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof JsonError) return undefined // the annotation is the user's text; what cannot be read means nothing
    throw error
  }
}

function strings(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((item: Json) => typeof item === 'string') : []
}
