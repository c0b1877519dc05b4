import type { JsonObject } from '../golang/json-value.ts'
import type { KubernetesClient } from './client.ts'
import { readPage } from './watch-events.ts'

/** All objects of a collection, page by page. Rejects with ClusterError. */
export async function listAll(client: KubernetesClient, path: string): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = []
  let next: string | undefined
  do {
    const query = { limit: '500', ...(next === undefined ? {} : { continue: next }) }
    const page = readPage(await client.call({ method: 'GET', path, query }), `GET ${client.server}${path}`)
    items.push(...page.items)
    ;({ next } = page)
  } while (next !== undefined)
  return items
}
