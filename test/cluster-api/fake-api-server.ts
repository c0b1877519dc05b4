/**
 * An API server for tests: collections of objects over HTTP with list, watch, get and create, resource versions and
 * bookmarks as the real one has them, and the ways in which a real one fails.
 */
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { objectAt } from '../../src/cluster/objects.ts'
import { keyOf } from '../../src/cluster/watch-events.ts'
import { portOf } from '../server/harness.ts'

/** What it does instead of answering. */
export type Trouble =
  | 'drop' // resets every connection
  | 'stall' // keeps streams open and says nothing more; answers lists
  | 'mute' // never answers
  | 'garble' // answers what is no JSON, in streams as well
  | 'truncate' // ends answers in the middle
  | 'end' // ends streams at once
  | { readonly status: number; readonly retryAfter?: number }

/** A request as RBAC sees it. */
export interface Seen {
  readonly verb: string
  /** `configmaps`, `proxyconfigs.networking.istio.io` */
  readonly resource: string
  /** Undefined for all. */
  readonly namespace: string | undefined
  readonly authorization: string | undefined
}

interface Change {
  readonly version: number
  readonly collection: string
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: JsonObject
}

interface Stream {
  readonly collection: string
  readonly response: ServerResponse
}

export interface FakeApiServer {
  readonly url: string
  /** What every request meets, but for those to paths that `spares` says. */
  trouble: Trouble | undefined
  spares: (path: string) => boolean
  readonly seen: Seen[]
  /** Creates or replaces an object of a collection, e.g. `/api/v1/namespaces/istio-system/configmaps`. */
  put(collection: string, object: JsonObject): void
  remove(collection: string, name: string, namespace?: string): void
  /** Paths that are not served: 404. */
  readonly absent: Set<string>
  /** Paths that are refused: 403. */
  readonly forbidden: Set<string>
  /** What was posted, by collection. */
  readonly created: { readonly collection: string; readonly object: JsonObject }[]
  /** Forgets old versions: streams that go on from them are told 410. */
  compact(): void
  /** Closes connections that are kept for later. */
  closeIdle(): void
  /** Open watches. */
  streams(): number
  /** A kubeconfig file for it. */
  kubeconfig(user?: JsonObject): string
  close(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startFakeApiServer(t: {
  teardown(handler: () => unknown): void
}): Promise<FakeApiServer> {
  const objects = new Map<string, Map<string, JsonObject>>()
  const streams = new Set<Stream>()
  let changes: Change[] = []
  let version = 100
  let oldest = 0

  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    void answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${portOf(server)}`

  const fake: FakeApiServer = {
    url,
    trouble: undefined,
    spares: () => false,
    seen: [],
    absent: new Set(),
    forbidden: new Set(),
    created: [],
    put(collection, object) {
      const all = objects.get(collection) ?? new Map<string, JsonObject>()
      objects.set(collection, all)
      const key = keyOf(object)
      const type = all.has(key) ? 'MODIFIED' : 'ADDED'
      publish(collection, type, object, (made) => all.set(key, made))
    },
    remove(collection, name, namespace = '') {
      const all = objects.get(collection)
      const key = [...(all?.keys() ?? [])].find(
        (key) => key === `${namespace}/${name}` || key.endsWith(`/${name}`),
      )
      const object = key === undefined ? undefined : all?.get(key)
      if (key === undefined || object === undefined) throw new Error(`there is no ${name} in ${collection}`)
      publish(collection, 'DELETED', object, () => all?.delete(key))
    },
    compact() {
      changes = []
      oldest = version
    },
    closeIdle: () => server.closeIdleConnections(),
    streams: () => streams.size,
    kubeconfig(user = { token: 'secret' }) {
      const path = join(mkdtempSync(join(tmpdir(), 'kubeconfig-')), 'config')
      const config = {
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        clusters: [{ name: 'test', cluster: { server: url } }],
        users: [{ name: 'test', user }],
      }
      writeFileSync(path, JSON.stringify(config))
      return path
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  t.teardown(() => fake.close())

  function publish(
    collection: string,
    type: Change['type'],
    object: JsonObject,
    store: (object: JsonObject) => unknown,
  ): void {
    version++
    const made: JsonObject = {
      ...object,
      metadata: {
        uid: `uid-${keyOf(object)}`,
        creationTimestamp: '2026-11-24T00:00:00Z',
        ...objectAt(object, 'metadata'),
        resourceVersion: String(version),
      },
    }
    store(made)
    const change = { version, collection, type, object: made }
    changes.push(change)
    for (const stream of streams) if (isOf(change, stream.collection)) send(stream.response, change)
  }

  function send(response: ServerResponse, { type, object }: Change): void {
    if (fake.trouble === 'stall' || fake.trouble === 'mute') return
    if (fake.trouble === 'garble') response.write('{"type":"ADDED","object":{"meta\n')
    else response.write(`${JSON.stringify({ type, object })}\n`)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', url)
    const isWatch = searchParams.has('watch')
    const { collection, name, resource, namespace } = resourceOf(pathname)
    fake.seen.push({
      verb: verbOf(request.method ?? '', isWatch, name !== undefined),
      resource,
      namespace,
      authorization: request.headers.authorization,
    })
    const { trouble } = fake
    if (trouble !== undefined && !fake.spares(pathname) && !(trouble === 'stall' && !isWatch)) {
      if (!(trouble === 'end' && !isWatch)) return fail(trouble, response, isWatch)
    }
    if (fake.absent.has(collection))
      return refuse(response, 404, 'the server could not find the requested resource')
    if (fake.forbidden.has(collection))
      return refuse(
        response,
        403,
        `${resource} is forbidden: User "test" cannot ${isWatch ? 'watch' : 'list'}`,
      )
    if (request.method === 'POST') return create(request, response, collection)
    if (isWatch) return stream(response, collection, searchParams)
    const found = all(collection)
    if (name === undefined) return list(response, found, searchParams)
    const object = found.find((object) => keyOf(object).endsWith(`/${name}`))
    if (object === undefined) return refuse(response, 404, `${resource} "${name}" not found`)
    json(response, 200, object)
  }

  /** A collection of all namespaces has the objects of each. */
  function all(collection: string): JsonObject[] {
    return [...objects].flatMap(([path, found]) => (contains(collection, path) ? [...found.values()] : []))
  }

  function list(response: ServerResponse, found: readonly JsonObject[], query: URLSearchParams): void {
    const from = Number(query.get('continue') ?? 0)
    const to = from + Number(query.get('limit') ?? Infinity)
    const next = to < found.length ? { continue: String(to) } : {}
    json(response, 200, {
      kind: 'List',
      metadata: { resourceVersion: String(version), ...next },
      items: found.slice(from, to),
    })
  }

  function stream(response: ServerResponse, collection: string, query: URLSearchParams): void {
    const from = Number(query.get('resourceVersion'))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    if (from < oldest) {
      const object = {
        kind: 'Status',
        status: 'Failure',
        code: 410,
        reason: 'Expired',
        message: 'too old resource version',
      }
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
      return
    }
    for (const change of changes)
      if (change.version > from && isOf(change, collection)) send(response, change)
    const entry = { collection, response }
    streams.add(entry)
    const timer = setTimeout(
      () => {
        if (fake.trouble === 'stall') return
        const object = { metadata: { resourceVersion: String(version) } }
        response.end(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`)
      },
      Number(query.get('timeoutSeconds') ?? 300) * 1000,
    )
    response.on('close', () => {
      clearTimeout(timer)
      streams.delete(entry)
    })
  }

  async function create(
    request: IncomingMessage,
    response: ServerResponse,
    collection: string,
  ): Promise<void> {
    const object: JsonObject = JSON.parse(await text(request))
    const key = `${collection} ${keyOf(object)}`
    if (fake.created.some(({ collection, object }) => `${collection} ${keyOf(object)}` === key)) {
      return refuse(response, 409, 'already exists', 'AlreadyExists')
    }
    fake.created.push({ collection, object })
    json(response, 201, object)
  }

  return fake
}

function fail(trouble: Trouble, response: ServerResponse, isWatch: boolean): void {
  if (trouble === 'mute') return
  if (trouble === 'drop') return void response.socket?.resetAndDestroy()
  if (trouble === 'stall') {
    response.writeHead(200, { 'content-type': 'application/json' })
    return response.flushHeaders()
  }
  if (trouble === 'end') return void response.writeHead(200).end()
  if (trouble === 'garble') return void response.writeHead(200).end('<html>\n')
  if (trouble === 'truncate') {
    response.writeHead(200, isWatch ? {} : { 'content-length': 1000 })
    response.write('{"items":[')
    return void setTimeout(() => response.socket?.destroy(), 5)
  }
  const { status, retryAfter } = trouble
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
  refuse(response, status, `refused with ${status}`)
}

function refuse(response: ServerResponse, code: number, message: string, reason = ''): void {
  json(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message })
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

interface Resource {
  readonly collection: string
  readonly name: string | undefined
  readonly resource: string
  readonly namespace: string | undefined
}

/** `/api/v1/namespaces/a/configmaps/b`, `/apis/networking.istio.io/v1beta1/proxyconfigs`, `/api/v1/namespaces/a` */
function resourceOf(path: string): Resource {
  const match =
    /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/([^/]+)(?=\/[^/]))?\/([^/]+)(?:\/([^/]+))?$/.exec(path)
  const [, group, namespace, plural = '', name] = match ?? []
  return {
    collection: name === undefined ? path : path.slice(0, -name.length - 1),
    name,
    resource: group === undefined ? plural : `${plural}.${group}`,
    namespace,
  }
}

function verbOf(method: string, isWatch: boolean, isNamed: boolean): string {
  if (method === 'GET') return isWatch ? 'watch' : isNamed ? 'get' : 'list'
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method
}

function isOf(change: Change, collection: string): boolean {
  return contains(collection, change.collection)
}

/** `/api/v1/configmaps` has those of `/api/v1/namespaces/a/configmaps`. */
function contains(collection: string, path: string): boolean {
  return collection === path || path.replace(/\/namespaces\/[^/]+(?=\/)/, '') === collection
}
