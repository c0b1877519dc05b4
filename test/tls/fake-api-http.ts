import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ClusterError } from '../../src/cluster/errors.ts'
import { configurationPath, configurationsPath } from '../../src/tls/webhook-configuration.ts'
import { portOf } from '../server/harness.ts'
import type { FakeApi } from './fake-api.ts'

export interface FakeApiHttp {
  /** A kubeconfig file for it. */
  readonly kubeconfig: string
  /** `get secrets`, `watch mutatingwebhookconfigurations`, …: what RBAC would be asked. */
  readonly verbs: ReadonlySet<string>
  /** No answer, and no connection. */
  away: boolean
  /** Connections are taken, and nothing is said on them. */
  hangs: boolean
}

/** An API server in memory, over HTTP: with lists and watches of single webhook configurations. */
export async function serveFakeApi(
  t: { teardown(handler: () => unknown): void },
  api: FakeApi,
): Promise<FakeApiHttp> {
  const streams = new Map<ServerResponse, string>()
  const verbs = new Set<string>()
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })

  api.onConfiguration = (name) => {
    for (const [response, of] of streams) if (of === name) send(response, name)
  }

  function send(response: ServerResponse, name: string): void {
    const object = api.answer({ method: 'GET', path: configurationPath(name) })
    response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (http.away) return void request.socket.destroy()
    if (http.hangs) return
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake')
    const { method = '' } = request
    const isCollection = pathname === configurationsPath
    verbs.add(verbOf(method, pathname, searchParams))
    const name = searchParams.get('fieldSelector')?.replace('metadata.name=', '') ?? ''
    if (isCollection && searchParams.has('watch')) return stream(response, name, searchParams)
    try {
      const body = await text(request)
      if (isCollection) return json(response, 200, list(name))
      const parsed = body === '' ? undefined : JSON.parse(body)
      const call = { method: asMethod(method), path: pathname, body: parsed }
      json(response, 200, api.answer(call))
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error
      const { status: code = 500, reason, message } = error
      json(response, code, { kind: 'Status', status: 'Failure', code, reason, message })
    }
  }

  function list(name: string) {
    const found = api.configurations().filter((each) => each === name)
    const items = found.map((each) => api.answer({ method: 'GET', path: configurationPath(each) }))
    return { kind: 'List', metadata: { resourceVersion: '1' }, items }
  }

  function stream(response: ServerResponse, name: string, query: URLSearchParams): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    streams.set(response, name)
    const timer = setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1000)
    response.on('close', () => {
      clearTimeout(timer)
      streams.delete(response)
    })
  }

  const kubeconfig = writeKubeconfig(portOf(server))
  const http: FakeApiHttp = { kubeconfig, verbs, away: false, hangs: false }
  return http
}

function verbOf(method: string, path: string, query: URLSearchParams): string {
  const isCollection = path === configurationsPath
  const resource = path.includes('/secrets') ? 'secrets' : 'mutatingwebhookconfigurations'
  const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', GET: 'get' }
  const verb = isCollection ? (query.has('watch') ? 'watch' : 'list') : verbs[method]
  return `${verb} ${resource}`
}

function asMethod(method: string): 'GET' | 'POST' | 'PUT' | 'PATCH' {
  const found = (['GET', 'POST', 'PUT', 'PATCH'] as const).find((each) => each === method)
  if (found === undefined) throw new ClusterError('invalid', method, { status: 405 })
  return found
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function writeKubeconfig(port: number): string {
  const path = join(mkdtempSync(join(tmpdir(), 'kubeconfig-')), 'config')
  const config = {
    'current-context': 'fake',
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'fake', user: { token: 'secret' } }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
