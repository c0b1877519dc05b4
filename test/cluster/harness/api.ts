import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import type { IncomingMessage } from 'node:http'

/** An answer of the API server of 400 and more. */
export class ApiFailure extends Error {
  readonly status: number
  readonly body: string

  constructor(call: string, status: number, body: string) {
    super(`${call}: ${status} ${messageOf(body)}`)
    this.name = 'ApiFailure'
    this.status = status
    this.body = body
  }
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
}

/** An answer, whatever it says. */
export interface Exchange {
  readonly status: number
  readonly body: string
  /** The texts of its `Warning` headers. */
  readonly warnings: readonly string[]
  /** Names the line of the audit log. */
  readonly auditId: string
}

/** One event of a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

/**
 * A client of the tests' own, so that the product's is not what it is checked with. Objects are raw JSON; the type that a caller
 * names has what it looks at.
 */
export interface Api {
  call<T>(call: ApiCall): Promise<T>
  get<T>(path: string): Promise<T>
  /** The same with all that was answered, which may be a refusal. */
  exchange(call: ApiCall): Promise<Exchange>
  /** Events from now on, and the objects that are there as ADDED first. Ends when the server or `signal` ends it. */
  watch<T>(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>>
  close(): void
}

export interface ApiOptions {
  /** `https://10.96.0.1:443` */
  readonly server: string
  /** PEM of its authority. */
  readonly authority: string
  readonly token: string
  /** Most connections at once. */
  readonly connections?: number
}

export function createApi(options: ApiOptions): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections ?? 64, ca: options.authority })

  function send(call: ApiCall, signal?: AbortSignal): Promise<IncomingMessage> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    return new Promise((resolve, reject) => {
      const sent = request(new URL(call.path, options.server), {
        agent,
        method: call.method,
        headers: {
          authorization: `Bearer ${options.token}`,
          accept: 'application/json',
          'user-agent': 'cluster-tests',
          ...(body === undefined
            ? {}
            : {
                'content-type': call.contentType ?? 'application/json',
                'content-length': Buffer.byteLength(body),
              }),
        },
        ...(signal === undefined ? {} : { signal }),
      })
      sent.on('response', resolve)
      sent.on('error', reject)
      sent.end(body)
    })
  }

  return {
    async call<T>(call: ApiCall) {
      const value: T = JSON.parse(await answered(call, await send(call)))
      return value
    },
    get<T>(path: string) {
      return this.call<T>({ method: 'GET', path })
    },
    async exchange(call: ApiCall) {
      const answer = await send(call)
      const { warning = '', 'audit-id': auditId = '' } = answer.headers
      return {
        status: answer.statusCode ?? 0,
        body: await textOf(answer),
        warnings: [...warning.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text),
        auditId: String(auditId),
      }
    },
    async *watch<T>(path: string, signal: AbortSignal) {
      const query = 'watch=true&allowWatchBookmarks=true&timeoutSeconds=3600'
      const call: ApiCall = { method: 'GET', path: `${path}${path.includes('?') ? '&' : '?'}${query}` }
      const answer = await send(call, signal)
      if ((answer.statusCode ?? 0) >= 400) await answered(call, answer)
      for await (const line of createInterface(answer)) {
        const event: WatchEvent<T> = JSON.parse(line)
        yield event
      }
    },
    close: () => agent.destroy(),
  }
}

async function answered(call: ApiCall, answer: IncomingMessage): Promise<string> {
  const text = await textOf(answer)
  const status = answer.statusCode ?? 0
  if (status >= 400) throw new ApiFailure(`${call.method} ${call.path}`, status, text)
  return text
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** The `message` of a Status, else the text. */
function messageOf(body: string): string {
  try {
    const status: { message?: string } = JSON.parse(body)
    return status.message ?? body
  } catch {
    return body
  }
}
