import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Json } from '../golang/json-value.ts'
import type { Access } from './access.ts'
import { createAgents } from './agents.ts'
import { linesOf, textOf } from './bodies.ts'
import type { ApiRequest, KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { refusal } from './refusal.ts'

/** An answer whose head has come, and its status says yes. */
interface Answer {
  readonly response: IncomingMessage
  /** What a failure later on is told as. */
  readonly failed: (cause: unknown) => unknown
}

const defaultSilenceMs = 30_000

/** A client of an API server over HTTP/1.1. It makes no call by itself, and none at all until it is asked. */
export function httpClient(access: Access): KubernetesClient {
  const base = new URL(access.server)
  const agents = createAgents(base.protocol)
  const requestTo = base.protocol === 'http:' ? requestHttp : requestHttps

  /** Calls, and once more where that may well help. Rejects with ClusterError. */
  async function open(request: ApiRequest): Promise<Answer> {
    try {
      return await openOnce(request)
    } catch (error) {
      if (!(error instanceof ClusterError) || !isWorthAnother(request, error)) throw error
      if (error.code === 'unauthorized') access.forget()
      return openOnce(request)
    }
  }

  async function openOnce(request: ApiRequest): Promise<Answer> {
    const { headers, ...transport } = await access.credentials()
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body))
    const call = `${request.method} ${access.server}${request.path}`
    const made = {
      agent: agents.for({ headers, ...transport }),
      method: request.method,
      timeout: request.silenceMs ?? defaultSilenceMs,
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': 'eks-sidecar-injector',
        ...(body && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': body.length,
        }),
      },
      signal: request.signal,
    }
    let asked: ClientRequest
    try {
      asked = requestTo(urlOf(base, request), made)
    } catch (cause) {
      throw unusable(call, cause, access.advice)
    }
    const failed = (cause: unknown): unknown => (request.signal?.aborted ? cause : unreachable(call, cause))
    let response: IncomingMessage
    try {
      response = await responseTo(asked, body, request.silenceMs ?? defaultSilenceMs)
    } catch (error) {
      throw failed(asked.reusedSocket && isReset(error) ? new StaleConnection(error) : error)
    }
    if ((response.statusCode ?? 0) < 400) return { response, failed }
    throw refusal(call, response, await textOf(response).catch(() => ''), access.advice)
  }

  async function call(request: ApiRequest): Promise<Json> {
    const { response, failed } = await open(request)
    let text: string
    try {
      text = await textOf(response)
    } catch (error) {
      throw failed(error)
    }
    try {
      return JSON.parse(text)
    } catch (cause) {
      const what = `${request.method} ${access.server}${request.path}: the answer is no JSON`
      throw new ClusterError('garbled', what, { cause, status: response.statusCode })
    }
  }

  async function* lines(request: ApiRequest): AsyncIterable<string> {
    const { response, failed } = await open(request)
    try {
      yield* linesOf(response)
    } catch (error) {
      throw failed(error)
    } finally {
      response.destroy()
    }
  }

  return { server: access.server, eks: access.eks, call, lines, close: async () => agents.close() }
}

/** The server has closed a connection that we kept, at the moment when we used it: it has not seen the call. */
class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('the server has closed the connection', { cause })
    this.name = 'StaleConnection'
  }
}

/** Credentials that have expired meanwhile, or a connection that was closed meanwhile; what writes is not repeated. */
function isWorthAnother(request: ApiRequest, { code, cause }: ClusterError): boolean {
  if (code === 'unauthorized') return true
  return request.method === 'GET' && cause instanceof StaleConnection
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function urlOf(base: URL, { path, query }: ApiRequest): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  return url
}

/** The head of the answer. Silence ends the request, later on the answer's stream, with an error that says so. */
function responseTo(asked: ClientRequest, body: Buffer | undefined, silenceMs: number) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    let answering: ClientRequest | IncomingMessage = asked
    asked.on('timeout', () => {
      answering.destroy(new Error(`the server has said nothing for ${silenceMs / 1000} s`))
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      answering = response
      resolve(response)
    })
    asked.end(body)
  })
}

function unreachable(call: string, cause: unknown): ClusterError {
  const reason = cause instanceof Error ? reasonOf(cause) : String(cause)
  return new ClusterError('unreachable', `${call}: ${reason}`, { cause })
}

/** A token that is two lines, or a certificate that is none: Node finds out when they are to be used. */
function unusable(call: string, cause: unknown, advice: string): ClusterError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ClusterError('kubeconfig', `${call}: the credentials cannot be used: ${reason}; ${advice}`, {
    cause,
  })
}

/** An address with IPv4 and IPv6 fails with an error for each, and no message of its own. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(String).join('; ')
  return error.message
}
