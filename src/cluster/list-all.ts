import type { JsonObject } from '../golang/json-value.ts'
import type { KubernetesClient } from './client.ts'
import { readPage } from './watch-events.ts'

/** All objects of a collection, page by page. Rejects with ClusterError. */
export function listAll(client: KubernetesClient, path: string): Promise<readonly JsonObject[]> {
  return listKept(client, path, (object) => object)
}

/** What is kept of the objects of a collection: of large ones, no more than a page is whole at a time. */
export async function listKept<T>(
  client: KubernetesClient,
  path: string,
  keep: (object: JsonObject) => T,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined
  do {
    const query = { limit: '500', ...(next === undefined ? {} : { continue: next }) }
    const page = readPage(await client.call({ method: 'GET', path, query }), `GET ${client.server}${path}`)
    items.push(...page.items.map(keep))
    ;({ next } = page)
  } while (next !== undefined)
  return items
}
