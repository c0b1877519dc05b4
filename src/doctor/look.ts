import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { readPage } from '../cluster/watch-events.ts'
import type { Seen, SeenObject } from '../diagnosis/observations.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'

/** How long one look may take: several come after one another, and all of them are to take less than 20 s. */
export const lookMs = 4000

/** More pages say nothing new: what is looked for is there or not. */
const mostPages = 20

export interface ListOptions {
  readonly query?: Readonly<Record<string, string>>
  /** Pages of 500. Default: 20. */
  readonly pages?: number
  /** What need not be served: then there is none. Default: false. */
  readonly isOptional?: boolean
}

/** The objects of a collection, without what only managers of fields look at. Never rejects. */
export async function list(
  client: KubernetesClient,
  path: string,
  options: ListOptions = {},
): Promise<Seen<readonly JsonObject[]>> {
  const { pages = mostPages, isOptional = false } = options
  const items: JsonObject[] = []
  let next: string | undefined
  try {
    for (let page = 0; page < pages; page++) {
      const query = { limit: '500', ...options.query, ...(next === undefined ? {} : { continue: next }) }
      const answer = await client.call({ method: 'GET', path, query, silenceMs: lookMs })
      const read = readPage(answer, `GET ${client.server}${path}`)
      items.push(...read.items)
      ;({ next } = read)
      if (next === undefined) break
    }
    return { value: items }
  } catch (error) {
    if (isOptional && error instanceof ClusterError && error.code === 'not-found') return { value: [] }
    return { missing: reasonOf(error) }
  }
}

/** One object; null where the server says that there is none. Never rejects. */
export async function get(client: KubernetesClient, path: string): Promise<SeenObject> {
  try {
    const object = await client.call({ method: 'GET', path, silenceMs: lookMs })
    return isObject(object) ? { value: object } : { missing: `GET ${path}: the answer is no object` }
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'not-found') return { value: null }
    return { missing: reasonOf(error) }
  }
}

/** Like {@link get}, for what must be there. */
export async function getPresent(client: KubernetesClient, path: string): Promise<Seen<JsonObject>> {
  const seen = await get(client, path)
  if ('missing' in seen) return seen
  return seen.value === null ? { missing: `GET ${path}: 404` } : { value: seen.value }
}

/** What an error says. Of a right that is missing RBAC's words are enough: the advice about credentials would be told of every object. */
export function reasonOf(error: unknown): string {
  if (error instanceof ClusterError && error.code === 'forbidden') return withoutAdvice(error.message)
  return error instanceof Error ? error.message : String(error)
}

/** Without the advice about credentials. */
export function withoutAdvice(message: string): string {
  return message.replace(
    /; (?:these are the credentials|give the ServiceAccount|the user of context)[^]*$/,
    '',
  )
}

/** Without `managedFields`, which may be most of an object. */
export function withoutManagers(object: JsonObject): JsonObject {
  const { metadata } = object
  if (!isObject(metadata)) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}

/** The same of all. */
export function lean(seen: Seen<readonly JsonObject[]>): Seen<readonly JsonObject[]> {
  return 'value' in seen ? { value: seen.value.map(withoutManagers) } : seen
}
