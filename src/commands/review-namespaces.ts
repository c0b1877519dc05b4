import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { objectAt } from '../cluster/objects.ts'
import { collections } from '../cluster/verbs.ts'
import type { JsonObject } from '../golang/json-value.ts'
import type { StringMap } from '../injection/json.ts'

/** What a review is told of the pod's namespace; undefined for what is not known. */
export interface NamespaceFacts {
  readonly namespaceLabels?: StringMap | undefined
  readonly namespaceAnnotations?: StringMap
}

/** Finds out about a namespace by its name. */
export type NamespaceLookup = (name: string) => Promise<NamespaceFacts>

/** Looks at namespaces of a cluster, at each once. One that is not there, or may not be seen, is told to `warn`. */
export function namespacesOf(client: KubernetesClient, warn: (message: string) => void): NamespaceLookup {
  const known = new Map<string, Promise<NamespaceFacts>>()

  async function look(name: string): Promise<NamespaceFacts> {
    try {
      const path = `${collections.namespaces}/${encodeURIComponent(name)}`
      const metadata = objectAt(await client.call({ method: 'GET', path }), 'metadata')
      return {
        namespaceLabels: texts(objectAt(metadata, 'labels')),
        namespaceAnnotations: texts(objectAt(metadata, 'annotations')),
      }
    } catch (error) {
      const isUnknown = error instanceof ClusterError && ['not-found', 'forbidden'].includes(error.code)
      if (!isUnknown) throw error
      warn(
        `the labels of namespace ${name} are not known, so the pod is taken for selected: ${error.message}`,
      )
      return {}
    }
  }

  return (name) => {
    const looked = known.get(name) ?? look(name)
    known.set(name, looked)
    return looked
  }
}

function texts(map: JsonObject): StringMap {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )
}
