import { fastify, type FastifyReply, type FastifyRequest } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Handled } from '../admission/handle.ts'
import type { CertificatePair } from '../tls/pair.ts'
import { onClientError } from './client-error.ts'
import * as answers from './errors.ts'
import { gather } from './gather.ts'
import { injectPath } from './inject-path.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { listen } from './listen.ts'
import { readBody, type ReadBody } from './read-body.ts'

export interface WebhookOptions {
  /** Answers the body of a review; `path` is what follows `/inject`, `revision` what the URL names. Never throws. */
  readonly handle: (body: Buffer, path: string, revision: string | undefined) => Handled
  /** Told of every request to `/inject`, after its answer was handed to the socket. */
  readonly record: (handled: Handled, seconds: number, requestBytes: number) => void
  /** Told of requests that come (1) and of those that are answered (-1). */
  readonly onInFlight: (change: 1 | -1) => void
  /** Default: {@link defaultLimits}. */
  readonly limits?: Limits
}

/** The listener that the API server calls. */
export interface Webhook {
  /** To be called before {@link listen}; later, new connections get the new one and open ones go on with the old. */
  useCertificate(certificate: CertificatePair): void
  listen(port: number, address?: string): Promise<AddressInfo>
  /** From now on every answer tells its connection to close. */
  drain(): void
  /** Takes no more connections, closes idle ones, and resolves when the requests in flight are answered. */
  close(): Promise<void>
}

/**
 * The TLS listener: `POST /inject` and what is below it, and the same for one revision. HTTP/1.1 only: the API server does not notice a dead HTTP/2
 * connection for minutes (istio/istio#13840, kubernetes/kubernetes#80313).
 *
 * Fastify routes; the body is read and the answer written by hand, as its content parsers and replies would be a third
 * of the time of a request (20 of 70 µs, bench/server.ts). Calls that came together are answered together, which takes
 * a third off the time of each.
 */
export function createWebhook(options: WebhookOptions): Webhook {
  const { handle, record, onInFlight, limits = defaultLimits } = options
  const answerSoon = gather(callsAtOnce, answerAll)
  let draining = false

  const app = fastify({
    https: {
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.handshakeMs,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    bodyLimit: limits.body,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    // A request that comes while we close has been accepted: it is answered, not refused.
    return503OnClosing: false,
    // The API server's `?timeout=10s` is its own limit, which it keeps itself.
    routerOptions: { querystringParser: () => ({}) },
    clientErrorHandler: onClientError,
    frameworkErrors: (error, _request, reply) => send(reply, answers.answerToError(error, limits.body)),
  })
  // Without content parsers Fastify does not read the bodies of requests to unknown paths.
  app.removeAllContentTypeParsers()
  for (const root of ['/inject', '/revision/:revision/inject']) {
    for (const url of [root, `${root}/*`]) app.post(url, { onRequest: onReview }, unreachable)
  }
  app.setNotFoundHandler((request, reply) => {
    if (injectPath(request.raw.url ?? '') === undefined) send(reply, answers.notFound)
    else send(reply.header('allow', 'POST'), answers.methodNotAllowed)
  })
  app.setErrorHandler((error, _request, reply) => send(reply, answers.answerToError(error, limits.body)))

  function onReview(request: FastifyRequest, reply: FastifyReply): void {
    const received = performance.now()
    reply.hijack()
    onInFlight(1)
    readBody(request.raw, limits, (body) =>
      answerSoon({ request: request.raw, response: reply.raw, body, received }),
    )
  }

  function answerAll(calls: readonly Call[]): void {
    const answered = calls.map((call) => ({ call, handled: answerTo(call.request, call.body) }))
    for (const { call, handled } of answered) {
      if (call.body !== 'aborted') write(call.response, handled)
      onInFlight(-1)
    }
    const now = performance.now()
    for (const { call, handled } of answered) {
      const bytes = Buffer.isBuffer(call.body) ? call.body.length : 0
      record(handled, (now - call.received) / 1000, bytes)
    }
  }

  /** Istio's order: the path, then the body, then its type. */
  function answerTo(request: IncomingMessage, body: ReadBody): Handled {
    const target = injectPath(request.url ?? '')
    if (target === undefined) return answers.notFound
    if (body === 'aborted') return answers.aborted
    if (body === 'too-large') return answers.tooLarge(limits.body)
    if (body.length === 0) return answers.noBody
    if (!isJson(request.headers['content-type'])) return answers.wrongMediaType
    return handle(body, target.path, target.revision)
  }

  function write(response: ServerResponse, { status, contentType, body }: Handled): void {
    const length = Buffer.byteLength(body)
    const headers = ['Content-Type', contentType, 'Content-Length', String(length)]
    // A body that was refused halfway is still on its way.
    if (draining || status === 413) headers.push('Connection', 'close')
    // ASCII, which nearly all answers are, is written twice as fast as what it says.
    response.writeHead(status, headers).end(body, length === body.length ? 'latin1' : 'utf8')
  }

  function send(reply: FastifyReply, { status, contentType, body }: Handled): void {
    if (draining) reply.header('connection', 'close')
    reply.code(status).header('content-type', contentType).send(body)
  }

  return {
    useCertificate: ({ cert, key }) => app.server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' }),
    listen: (port, address) => listen(app, port, address),
    drain() {
      draining = true
    },
    async close() {
      draining = true
      const cutOff = setTimeout(() => app.server.closeAllConnections(), limits.closeMs)
      await app.close()
      clearTimeout(cutOff)
    },
  }
}

/** A call whose body is read. */
interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: ReadBody
  /** By performance.now(). */
  readonly received: number
}

/** More would keep the first of them waiting for nothing: caches hold no more. */
const callsAtOnce = 16

/** Fastify wants a handler; the hook before it has answered. */
function unreachable(): void {}

/** `application/json`, with parameters or without; Go's client sends it bare. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}
