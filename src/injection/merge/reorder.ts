import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'

export interface ReorderOptions {
  /** The application waits for the sidecar. */
  readonly hold: boolean
  /** An init container istio-proxy is a native sidecar (from 1.19). */
  readonly initSidecars: boolean
}

/**
 * Puts the injected containers where they belong: the sidecar last, or first if the application waits for it;
 * istio-validation before and istio-init after other init containers, or, with a native sidecar, all of ours before
 * the user's. Of two containers of one name the last stays.
 */
export function reorder(pod: JsonObject, { hold, initSidecars }: ReorderOptions): JsonObject {
  const spec = objectAt(pod, 'spec')
  const containers = listAt(spec, 'containers')
  const inits = listAt(spec, 'initContainers')
  const orderedContainers = moved(containers, 'istio-proxy', hold ? 'first' : 'last')
  const isNative = initSidecars && inits.some((item) => nameOf(item) === 'istio-proxy')
  const orderedInits = isNative ? nativeOrder(inits) : initOrder(inits)
  if (orderedContainers === containers && orderedInits === inits) return pod
  return {
    ...pod,
    spec: {
      ...spec,
      ...(orderedInits === inits ? {} : { initContainers: orderedInits }),
      containers: orderedContainers,
    },
  }
}

function nativeOrder(inits: readonly Json[]): readonly Json[] {
  const names = ['enable-core-dump', 'istio-proxy', 'istio-validation', 'istio-init']
  return names.reduce((list, name) => moved(list, name, 'first'), inits)
}

function initOrder(inits: readonly Json[]): readonly Json[] {
  const withValidation = moved(inits, 'istio-validation', 'first')
  return ['istio-init', 'enable-core-dump'].reduce((list, name) => moved(list, name, 'last'), withValidation)
}

/** The list with the (last) container of a name at one end; the list itself if it is there already, or not at all. */
function moved(list: readonly Json[], name: string, to: 'first' | 'last'): readonly Json[] {
  const found = list.filter((item) => nameOf(item) === name)
  const container = found.at(-1)
  if (container === undefined) return list
  if (found.length === 1 && list.at(to === 'first' ? 0 : -1) === container) return list
  const rest = list.filter((item) => nameOf(item) !== name)
  return to === 'first' ? [container, ...rest] : [...rest, container]
}

function nameOf(item: Json): string {
  return isObject(item) ? stringAt(item, 'name') : ''
}
