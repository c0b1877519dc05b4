import { isObject, listAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { overridesKey } from '../injection/merge/overrides.ts'
import type { Evidence } from './evidence.ts'
import { parseObject } from './sidecar.ts'

/** The user's own containers that an injector merged its own into (from 1.9), by name. */
export interface OwnContainers {
  readonly containers: ReadonlyMap<string, JsonObject>
  readonly initContainers: ReadonlyMap<string, JsonObject>
}

const none: OwnContainers = { containers: new Map(), initContainers: new Map() }

/** Reads the annotation proxy.istio.io/overrides; one that names what was not injected is its user's own, and says nothing. */
export function ownContainers(annotations: JsonObject, { form, status }: Evidence): OwnContainers {
  if (form === 'lists' || !Object.hasOwn(annotations, overridesKey)) return none
  const overrides = parseObject(stringAt(annotations, overridesKey))
  if (overrides === undefined) return none
  const own = {
    containers: byName(listAt(overrides, 'containers')),
    initContainers: byName(listAt(overrides, 'initContainers')),
  }
  const isInjectors =
    isSubset(own.containers.keys(), status.containers) &&
    isSubset(own.initContainers.keys(), status.initContainers)
  return isInjectors ? own : none
}

function byName(list: readonly Json[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    list.filter(isObject).map((container) => [stringAt(container, 'name'), asWritten(container)]),
  )
}

function isSubset(names: Iterable<string>, of: readonly string[]): boolean {
  const all = new Set(of)
  return [...names].every((name) => all.has(name))
}

/**
 * As its user wrote it: the image `auto`, which stands for the template's and which no pod can do without, is left
 * out there, and Go writes resources even where there are none.
 */
function asWritten(container: JsonObject): JsonObject {
  const { resources, ...rest } = container
  const image = stringAt(rest, 'image') === '' ? { image: 'auto' } : {}
  const isEmpty = !isObject(resources) || Object.keys(resources).length === 0
  return { ...rest, ...image, ...(isEmpty ? {} : { resources }) }
}
