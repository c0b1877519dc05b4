import { isObject, listAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { itemPlace, type Note } from './change.ts'
import type { Evidence } from './evidence.ts'
import type { OwnContainers } from './overrides.ts'
import { withoutAppended } from './appended.ts'

type ContainerList = 'containers' | 'initContainers'

/** A pod's containers without what was injected. */
export interface Containers {
  readonly containers: readonly Json[]
  readonly initContainers: readonly Json[]
  /** Those that are just as their user wrote them, because the injector kept them so. */
  readonly restored: ReadonlySet<Json>
}

/** Takes injected containers out, and puts the user's own where the injector had merged its own into them. */
export function withoutInjected(
  spec: JsonObject,
  evidence: Evidence,
  own: OwnContainers,
  note: Note,
): Containers {
  const restored = new Set<Json>()
  const take = (list: ContainerList): readonly Json[] => {
    const names = evidence.status[list]
    if (evidence.form === 'lists') {
      return withoutAppended(listAt(spec, list), names, (name) =>
        note({ action: 'removed', place: itemPlace(list, name) }),
      )
    }
    return withoutMerged(listAt(spec, list), names, (name) => {
      const container = own[list].get(name)
      note({ action: container === undefined ? 'removed' : 'restored', place: itemPlace(list, name) })
      if (container !== undefined) restored.add(container)
      return container
    })
  }
  const [containers, initContainers] = [take('containers'), take('initContainers')]
  const isMoved = (item: Json): boolean => restored.has(item) && wasMoved(item)
  return {
    containers: [...containers, ...initContainers.filter(isMoved)],
    initContainers: initContainers.filter((item) => !isMoved(item)),
    restored,
  }
}

/** The list without the items of some names, or with what `own` has for them. */
function withoutMerged(
  list: readonly Json[],
  names: readonly string[],
  own: (name: string) => JsonObject | undefined,
): readonly Json[] {
  const injected = new Set(names)
  return list.flatMap((item) => {
    const name = isObject(item) ? stringAt(item, 'name') : ''
    if (!injected.has(name)) return [item]
    const container = own(name)
    return container === undefined ? [] : [container]
  })
}

/**
 * A template with a native sidecar moves the user's own istio-proxy from the containers to the init containers; one
 * that stood there from the start says that it is restarted.
 */
function wasMoved(container: Json): boolean {
  return (
    isObject(container) && container['name'] === 'istio-proxy' && container['restartPolicy'] === undefined
  )
}
