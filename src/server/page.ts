import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'

/** A request to a page. */
export interface PageRequest {
  /** HEAD is told as GET. */
  readonly method: string
  /** What follows the page's root, decoded by nobody, without the query: `app.js`; "" for the root itself. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** It comes from this machine, or through `kubectl port-forward`, which connects inside of the pod. */
  readonly isLocal: boolean
  readonly body: Buffer
}

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Something for browsers, below one path of the operations listener. */
export interface Page {
  /** `/review/` */
  readonly root: string
  /** Bytes of the largest body that it takes. */
  readonly bodyLimit: number
  answer(request: PageRequest): PageAnswer | Promise<PageAnswer>
}

/** Serves the page; its root without the slash leads to it. */
export function servePage(app: FastifyInstance, page: Page): void {
  const { root, bodyLimit } = page
  // Fastify's own would read JSON, and answer in its own words what is none.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body))

  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [path = ''] = request.url.split('?', 1)
    // Relative, so that it holds behind the API server's proxy, too.
    if (path === root.slice(0, -1)) return reply.code(308).header('location', root.slice(1)).send()
    const { status, headers, body } = await page.answer({
      method: request.method === 'HEAD' ? 'GET' : request.method,
      path: path.slice(root.length),
      headers: request.headers,
      isLocal: isLoopback(request.socket.remoteAddress),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    })
    return reply.code(status).headers(headers).send(body)
  }

  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express would not wait for it; Fastify does, and answers for what it throws
  for (const url of [root.slice(0, -1), root, `${root}*`]) app.all(url, onRequest)
}

/** `127.0.0.1`, `::1`, `::ffff:127.0.0.1` */
function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address)
}
