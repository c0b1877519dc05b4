import { fastify, type FastifyReply } from 'fastify'
import type { AddressInfo } from 'node:net'
import { onClientError } from './client-error.ts'
import { defaultLimits } from './limits.ts'
import { listen } from './listen.ts'
import { servePage, type Page } from './page.ts'
import type { Readiness } from './readiness.ts'

/** A page in Prometheus' text form. */
export interface MetricsPage {
  readonly contentType: string
  page(): Promise<string>
}

export interface OperationsOptions {
  readonly readiness: Readiness
  readonly metrics: MetricsPage
  /** Default: none. */
  readonly page?: Page | undefined
  /** What `/doctor` says of this process, as JSON. Default: there is no such path. */
  readonly self?: (() => object) | undefined
}

/** The listener for kubelet and Prometheus, without TLS. */
export interface Operations {
  listen(port: number, address?: string): Promise<AddressInfo>
  close(): Promise<void>
}

/** `GET /healthz` (the process answers), `/readyz` (traffic may come, or why it may not), `/metrics`, `/doctor`, and the page. */
export function createOperations({ readiness, metrics, page, self }: OperationsOptions): Operations {
  const app = fastify({
    http: { headersTimeout: defaultLimits.headersMs },
    requestTimeout: defaultLimits.requestMs,
    clientErrorHandler: onClientError,
    return503OnClosing: false,
    forceCloseConnections: true,
  })

  app.get('/healthz', (_request, reply) => text(reply, 200, 'ok'))
  app.get('/readyz', (_request, reply) => {
    const reasons = readiness.reasons()
    return reasons.length === 0
      ? text(reply, 200, 'ok')
      : text(reply, 503, `not ready: ${reasons.join('; ')}`)
  })
  app.get('/metrics', async (_request, reply) => {
    const page = await metrics.page()
    return reply.type(metrics.contentType).send(page)
  })
  if (self !== undefined)
    app.get('/doctor', (_request, reply) => reply.header('cache-control', 'no-store').send(self()))
  if (page !== undefined) servePage(app, page)
  app.setNotFoundHandler((_request, reply) => text(reply, 404, '404 page not found'))
  app.setErrorHandler((error, _request, reply) => {
    const isTooLarge = error instanceof Error && 'statusCode' in error && error.statusCode === 413
    return isTooLarge ? text(reply, 413, 'request entity too large') : text(reply, 500, 'internal error')
  })

  return { listen: (port, address) => listen(app, port, address), close: () => app.close() }
}

function text(reply: FastifyReply, status: number, line: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${line}\n`)
}
