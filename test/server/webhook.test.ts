import { request as ask, Agent } from 'node:https'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import t from 'tap'
import { injectPath } from '../../src/server/inject-path.ts'
import { pod, reviewOf, selfMade, send, startWebhook, type Received } from './harness.ts'

const megabyte = 1024 * 1024
const review = reviewOf(pod)
const json = { 'content-type': 'application/json' }

/** A TLS connection to the webhook that has finished its handshake. */
async function open(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** Writes raw bytes and reads until the webhook closes the connection. */
async function exchange(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = await open(port)
  for (const part of parts) socket.write(part)
  return readAll(socket)
}

async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk))
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return text
}

function head(lines: string[], path = '/inject'): string {
  return `POST ${path} HTTP/1.1\r\nHost: injector\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
}

t.test('requests that are no review get a status and a short text', async (t) => {
  const { port, recorded } = await startWebhook(t)
  const rows: { name: string; body?: string | Buffer; options?: object; status: number; text: string }[] = [
    { name: 'no body', status: 400, text: 'no body found' },
    {
      name: 'no body of another type',
      options: { headers: { 'content-type': 'text/plain' } },
      status: 400,
      text: 'no body found',
    },
    {
      name: 'no content type',
      body: review,
      options: { headers: {} },
      status: 415,
      text: 'invalid Content-Type, want `application/json`',
    },
    {
      name: 'another content type',
      body: review,
      options: { headers: { 'content-type': 'application/yaml' } },
      status: 415,
      text: 'invalid Content-Type, want `application/json`',
    },
    {
      name: 'a content type that is none',
      body: review,
      options: { headers: { 'content-type': ';' } },
      status: 415,
      text: 'invalid Content-Type, want `application/json`',
    },
    { name: 'half an object', body: '{', status: 400, text: 'the body is not JSON' },
    { name: 'YAML', body: 'kind: AdmissionReview', status: 400, text: 'the body is not JSON' },
    {
      name: 'bytes that are no text',
      body: Buffer.from([0x7b, 0xff, 0xfe]),
      status: 400,
      text: 'the body is not JSON',
    },
    {
      name: 'a compressed body',
      body: Buffer.from([0x1f, 0x8b, 8]),
      options: { headers: { ...json, 'content-encoding': 'gzip' } },
      status: 400,
      text: 'the body is not JSON',
    },
    {
      name: '8 MiB',
      body: Buffer.alloc(8 * megabyte, ' '),
      status: 413,
      text: 'Request entity too large: limit is 7340032',
    },
    {
      name: 'another method',
      options: { method: 'GET' },
      status: 405,
      text: 'method not allowed, want POST',
    },
    {
      name: 'another method with a body',
      body: review,
      options: { method: 'PUT' },
      status: 405,
      text: 'method not allowed, want POST',
    },
    {
      name: 'another method below',
      options: { method: 'DELETE', path: '/inject/net/n1' },
      status: 405,
      text: 'method not allowed, want POST',
    },
    { name: 'another path', body: review, options: { path: '/' }, status: 404, text: '404 page not found' },
    {
      name: 'a longer path',
      body: review,
      options: { path: '/injected' },
      status: 404,
      text: '404 page not found',
    },
    {
      name: 'an empty segment',
      body: review,
      options: { path: '/inject//a' },
      status: 404,
      text: '404 page not found',
    },
    {
      name: 'a segment ..',
      body: review,
      options: { path: '/inject/../inject' },
      status: 404,
      text: '404 page not found',
    },
    {
      name: 'a broken escape',
      body: review,
      options: { path: '/inject/%zz' },
      status: 400,
      text: 'bad request',
    },
  ]
  for (const { name, body = '', options, status, text } of rows) {
    const answer = await send(port, body, options)
    t.match(
      answer,
      { status, body: `${text}\n`, headers: { 'content-type': 'text/plain; charset=utf-8' } },
      name,
    )
  }
  t.equal((await send(port, '', { method: 'GET' })).headers['allow'], 'POST')
  t.notOk(recorded.some(({ body }) => body.includes('pod-content')))
})

t.test('what follows /inject is handed on decoded', async (t) => {
  const rows: [string, string | undefined][] = [
    ['/inject', ''],
    ['/inject?timeout=10s', ''],
    ['/inject/', '/'],
    ['/inject/cluster/c1/net/n1', '/cluster/c1/net/n1'],
    ['/inject/cluster/c1/?a=/../', '/cluster/c1/'],
    ['/inject/:ENV:cluster=a%20b:ENV:net=%2F', '/:ENV:cluster=a b:ENV:net=/'],
    ['/inject/%2e%2e', '/..'],
    ['/inject/...', '/...'],
    ['/inject//', undefined],
    ['/inject//cluster/c1', undefined],
    ['/inject/./a', undefined],
    ['/inject/a/..', undefined],
    ['/inject/%ff', undefined],
    ['/injector', undefined],
    ['/Inject', undefined],
    ['', undefined],
  ]
  for (const [url, path] of rows) t.equal(injectPath(url)?.path, path, url)
})

t.test('a revision may stand before /inject', async (t) => {
  const rows: [url: string, revision: string | undefined, path: string][] = [
    ['/inject/revision/1-30', undefined, '/revision/1-30'],
    ['/revision/1-30/inject', '1-30', ''],
    ['/revision/1-30/inject?timeout=10s', '1-30', ''],
    ['/revision/1-30/inject/', '1-30', '/'],
    ['/revision/1-30/inject/cluster/c1/net/n1?a', '1-30', '/cluster/c1/net/n1'],
    ['/revision/inject/inject/inject', 'inject', '/inject'],
    ['/revision/a%2Fb%20/inject', 'a/b ', ''],
  ]
  for (const [url, revision, path] of rows) t.same(injectPath(url), { revision, path }, url)
  for (const url of [
    '/revision',
    '/revision/',
    '/revision/inject',
    '/revision//inject',
    '/revision/./inject',
    '/revision/../inject',
    '/revision/%ff/inject',
    '/revision/1-30/injector',
    '/revision/1-30/inject//',
    '/revision/1-30/inject/..',
    '/revision/1-30?/inject',
    '/revision/a/b/inject',
    '/Revision/1-30/inject',
  ]) {
    t.equal(injectPath(url), undefined, url)
  }
  const { port } = await startWebhook(t)
  t.equal((await send(port, review, { path: '/revision/1-30/inject' })).status, 200)
  t.equal((await send(port, review, { path: '/revision/1-30/inject/cluster/c1?a' })).status, 200)
  t.equal((await send(port, review, { path: '/revision/1-30' })).status, 404)
  t.equal((await send(port, '', { path: '/revision/1-30/inject', method: 'GET' })).status, 405)
})

t.test('a review is answered with its uid, as JSON', async (t) => {
  const { port, recorded, inFlight } = await startWebhook(t)
  for (const contentType of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;x=y']) {
    const answer = await send(port, review, { headers: { 'content-type': contentType } })
    t.match(answer, { status: 200, headers: { 'content-type': 'application/json' } }, contentType)
    t.equal(JSON.parse(answer.body).response.uid, '705ab4f5-6393-11e8-b7cc-42010a800002')
    t.equal(Number(answer.headers['content-length']), Buffer.byteLength(answer.body))
  }
  t.equal((await send(port, review, { path: '/inject/cluster/c1' })).status, 200)
  t.equal(recorded.length, 4)
  t.equal(inFlight(), 0)
})

t.test('a review of just under 7 MiB, and one that is nested a million deep, are answered', async (t) => {
  const { port } = await startWebhook(t)
  const large = reviewOf({ ...pod, padding: 'x'.repeat(7 * megabyte - review.length - 20) })
  t.ok(large.length < 7 * megabyte)
  t.match(await send(port, large), { status: 200, body: /"allowed":true/ })
  const deep = reviewOf('DEEP').replace('"DEEP"', '['.repeat(1e6) + ']'.repeat(1e6))
  t.match(await send(port, deep), { status: 200, body: /"allowed":true/ })
})

t.test('bodies come in pieces, chunked or not', async (t) => {
  const { port } = await startWebhook(t)
  const answer = await new Promise<Received['status']>((resolve, reject) => {
    const request = ask({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/inject',
      headers: json,
      rejectUnauthorized: false,
    })
    request.on('error', reject).on('response', (response) => resolve(response.resume().statusCode))
    const pieces = review.match(/.{1,100}/g) ?? []
    void (async () => {
      for (const piece of pieces) {
        request.write(piece)
        await sleep(1)
      }
      request.end()
    })()
  })
  t.equal(answer, 200)
})

t.test('a body without an end is cut off, also where nobody says how long it is', async (t) => {
  const { port, recorded, inFlight } = await startWebhook(t)
  const socket = await open(port)
  const answer = readAll(socket)
  socket.write(head(['Content-Type: application/json', 'Transfer-Encoding: chunked']))
  socket.setMaxListeners(200)
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(megabyte, ' '), Buffer.from('\r\n')])
  for (let sent = 0; sent < 40 && !socket.destroyed; sent++) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close'), sleep(500)])
  }
  t.match(await answer, /^HTTP\/1.1 413 /)
  const announced = await exchange(
    port,
    head(['Content-Type: application/json', 'Content-Length: 99999999999']),
  )
  t.match(announced, /^HTTP\/1.1 413 [^]*Connection: close/)
  t.same(
    recorded.map(({ status }) => status),
    [413, 413],
  )
  t.equal(inFlight(), 0)
})

t.test('a client that hangs up is neither answered nor forgotten', async (t) => {
  const { port, recorded, inFlight } = await startWebhook(t)
  const socket = await open(port)
  socket.write(head(['Content-Type: application/json', 'Content-Length: 100']) + '{"kind"')
  while (inFlight() === 0) await sleep(5)
  socket.destroy()
  while (inFlight() === 1) await sleep(5)
  t.same(
    recorded.map(({ status }) => status),
    [499],
  )
})

t.test('clients that are slow are cut off: in the handshake, the head and the body', async (t) => {
  const limits = { handshakeMs: 100, headersMs: 100, requestMs: 200, checkMs: 20 }
  const { port, inFlight } = await startWebhook(t, { limits })
  const { connect: plain } = await import('node:net')
  const silent = plain({ host: '127.0.0.1', port })
  await Promise.all([
    readAll(silent),
    t.resolveMatch(exchange(port, 'POST /inject HTTP/1.1\r\nHost: a\r\n'), /^HTTP\/1.1 408 /),
    t.resolveMatch(
      exchange(port, head(['Content-Type: application/json', 'Content-Length: 100']), '{'),
      /^HTTP\/1.1 408 /,
    ),
    readAll(await open(port)),
  ])
  while (inFlight() > 0) await sleep(5)
  t.equal((await send(port, review)).status, 200)
})

t.test('what is not HTTP is refused without a word about us', async (t) => {
  const { port } = await startWebhook(t)
  for (const bytes of [
    '\x16\x03\x01',
    'GET\r\n\r\n',
    'POST /inject HTTP/1.1\r\nContent-Length: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]) {
    t.match(await exchange(port, bytes), /^HTTP\/1.1 400 Bad Request\r\n[^]*\r\n\r\n$/, JSON.stringify(bytes))
  }
  t.match(await exchange(port, head([`X: ${'x'.repeat(20_000)}`])), /^HTTP\/1.1 431 /)
})

t.test('TLS 1.2 at least, HTTP/1.1 only', async (t) => {
  const { port } = await startWebhook(t)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await open(port, {
      minVersion: version,
      maxVersion: version,
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    t.equal(socket.getProtocol(), version)
    t.equal(socket.alpnProtocol, 'http/1.1')
    socket.destroy()
  }
  // OpenSSL offers no TLS 1.1 above security level 0.
  const old: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await t.rejects(open(port, old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  await t.rejects(open(port, { ALPNProtocols: ['h2'] }), {
    code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
  })
})

t.test('a new certificate is for new connections; open ones go on', async (t) => {
  const { webhook, port, pair } = await startWebhook(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  t.equal((await send(port, review, { agent })).status, 200)
  const [first] = Object.values(agent.freeSockets).flat()

  const other = await selfMade()
  webhook.useCertificate(other)
  t.equal((await send(port, review, { agent })).status, 200)
  t.equal(Object.values(agent.freeSockets).flat()[0], first, 'the connection is the same')

  const served = async () => {
    const socket = await open(port, { minVersion: 'TLSv1.2' })
    const fingerprint = socket.getPeerX509Certificate()?.fingerprint256
    socket.destroy()
    return fingerprint
  }
  t.equal(await served(), other.fingerprint)
  t.not(await served(), pair.fingerprint)
  await t.rejects(open(port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }))
})

t.test('a draining webhook answers and closes the connection after each answer', async (t) => {
  const { webhook, port } = await startWebhook(t)
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  t.equal((await send(port, review, { agent })).headers['connection'], 'keep-alive')
  webhook.drain()
  for (const [body, options, status] of [
    [review, {}, 200],
    ['{', {}, 400],
    ['', { method: 'GET' }, 405],
  ] as const) {
    const answer = await send(port, body, { agent, ...options })
    t.match(answer, { status, headers: { connection: 'close' } })
  }
})

t.test('a closing webhook closes idle connections and answers requests that are on their way', async (t) => {
  const { webhook, port } = await startWebhook(t)
  const idle = await open(port)
  idle.write(
    head([
      ...Object.entries(json).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${review.length}`,
    ]) + review,
  )
  await once(idle, 'data')
  const ended = readAll(idle)

  const slow = await open(port)
  slow.write(
    head(['Content-Type: application/json', `Content-Length: ${review.length}`]) + review.slice(0, 100),
  )
  await sleep(50)
  const closed = webhook.close()
  await ended
  const answer = readAll(slow)
  slow.write(review.slice(100))
  t.match(await answer, /^HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n[^]*"allowed":true/)
  await closed
  await t.rejects(open(port), { code: 'ECONNREFUSED' })
})

t.test('a closing webhook waits for nobody for ever', async (t) => {
  const { webhook, port } = await startWebhook(t, { limits: { closeMs: 50 } })
  const socket = await open(port)
  const ended = readAll(socket)
  socket.write(head(['Content-Type: application/json', 'Content-Length: 100']) + '{')
  await sleep(20)
  await webhook.close()
  await ended
  t.pass()
})
