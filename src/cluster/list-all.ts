import type { JsonObject } from '../golang/json-value.ts'
import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { readPage } from './watch-events.ts'

/** All objects of a collection, page by page. Rejects with ClusterError. */
export function listAll(client: KubernetesClient, path: string): Promise<readonly JsonObject[]> {
  return listKept(client, path, (object) => object)
}

/** Tokens of pages live some five minutes on the server; who is slower than that twice gets everything at once. */
const mostExpired = 2

/**
 * What is kept of the objects of a collection, undefined for nothing: of large ones, no more than a page is whole at a time. If the server has forgotten
 * where a page ends (410), begins again, as client-go does.
 */
export async function listKept<T>(
  client: KubernetesClient,
  path: string,
  keep: (object: JsonObject) => T | undefined,
): Promise<readonly T[]> {
  for (let expired = 0; ; expired++) {
    try {
      return await listPages(client, path, keep, expired < mostExpired ? { limit: '500' } : {})
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'gone' || expired >= mostExpired) throw error
    }
  }
}

async function listPages<T>(
  client: KubernetesClient,
  path: string,
  keep: (object: JsonObject) => T | undefined,
  limit: Readonly<Record<string, string>>,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined
  do {
    const query = { ...limit, ...(next === undefined ? {} : { continue: next }) }
    const page = readPage(await client.call({ method: 'GET', path, query }), `GET ${client.server}${path}`)
    for (const item of page.items) {
      const kept = keep(item)
      if (kept !== undefined) items.push(kept)
    }
    ;({ next } = page)
  } while (next !== undefined)
  return items
}
