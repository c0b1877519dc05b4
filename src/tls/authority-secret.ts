import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { objectAt } from '../cluster/objects.ts'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { fieldManager, type ServiceName } from './webhook-configuration.ts'

/** A Secret as it was read; undefined object: there is none. */
export interface ReadSecret {
  readonly object: Json | undefined
  /** Its values, decoded. */
  readonly values: ReadonlyMap<string, string>
}

/** One Secret, read and written whole. */
export interface SecretStore {
  read(): Promise<ReadSecret>
  /**
   * Changes values (undefined: none), and leaves everything else as it was read. Rejects with ClusterError `conflict` if
   * somebody else has written it meanwhile.
   */
  write(read: ReadSecret, changes: ReadonlyMap<string, string | undefined>): Promise<ReadSecret>
}

/** The Secret of this name; it need not exist yet. */
export function secretStore(client: KubernetesClient, { namespace, name }: ServiceName): SecretStore {
  const collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`
  const path = `${collection}/${encodeURIComponent(name)}`
  const query = { fieldManager }

  return {
    async read() {
      try {
        return readSecret(await client.call({ method: 'GET', path }))
      } catch (error) {
        if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error
        return { object: undefined, values: new Map() }
      }
    },
    async write({ object }, changes) {
      const data = changed(objectAt(object, 'data'), changes)
      if (object !== undefined) {
        // With the resourceVersion that was read: whoever is second is refused.
        const body = { ...(isObject(object) ? object : {}), data }
        return readSecret(await client.call({ method: 'PUT', path, query, body }))
      }
      const metadata = { name, namespace, labels: { 'app.kubernetes.io/name': fieldManager } }
      const body = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data }
      return readSecret(await client.call({ method: 'POST', path: collection, query, body }))
    },
  }
}

function readSecret(object: Json): ReadSecret {
  const data = objectAt(object, 'data')
  const values = Object.entries(data).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [],
  )
  return { object, values: new Map(values) }
}

/** Values of others may be no text: they stay as they came. */
function changed(before: JsonObject, changes: ReadonlyMap<string, string | undefined>): JsonObject {
  const data = new Map(Object.entries(before))
  for (const [key, value] of changes) {
    if (value === undefined) data.delete(key)
    else data.set(key, Buffer.from(value, 'utf8').toString('base64'))
  }
  return Object.fromEntries(data)
}
