import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer as createTcp } from 'node:net'
import t from 'tap'
import { fetchJson, probeDirectly } from '../../src/doctor/direct.ts'
import { repeat } from '../../src/doctor/repeat.ts'
import { readBundle } from '../../src/tls/bundle.ts'
import { portOf, startWebhook } from '../server/harness.ts'

t.test('a webhook that is well', async (t) => {
  const { port, pair } = await startWebhook(t)
  const { tcp, tls, http, chain = '' } = await probeDirectly('127.0.0.1', port)
  for (const step of [tcp, tls, http]) t.match(step, { reached: true })
  t.equal(readBundle(chain)[0]?.fingerprint, pair.fingerprint)
})

t.test('a port that is closed', async (t) => {
  const server = createTcp().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  t.match(await probeDirectly('127.0.0.1', port), { tcp: { reached: false, error: /ECONNREFUSED/ } })
})

t.test('a port without TLS, and one that hangs up', async (t) => {
  const plain = createHttp((_request, response) => response.end('{"a":1}')).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  t.teardown(() => plain.close())
  t.match(await probeDirectly('127.0.0.1', portOf(plain)), {
    tcp: { reached: true },
    tls: { reached: false },
  })
  t.same(await fetchJson('127.0.0.1', portOf(plain), '/doctor'), { a: 1 })
  await t.rejects(fetchJson('127.0.0.1', 1, '/doctor'), /ECONNREFUSED/)

  const rude = createTcp((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(rude, 'listening')
  t.teardown(() => rude.close())
  t.match(await probeDirectly('127.0.0.1', portOf(rude)), { tls: { reached: false } })
  await t.rejects(fetchJson('127.0.0.1', portOf(rude), '/doctor'))
})

t.test('what is no JSON object', async (t) => {
  for (const text of ['[]', 'ok\n', '']) {
    const server = createHttp((_request, response) => response.end(text)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    await t.rejects(fetchJson('127.0.0.1', portOf(server), '/doctor'), /status 200/)
  }
})

t.test('replicas spread over the interval', async (t) => {
  const slept: number[] = []
  let runs = 0
  const closing = new AbortController()
  await repeat({
    everyMs: 1000,
    random: () => 0.5,
    signal: closing.signal,
    clock: {
      now: () => 0,
      async sleep(ms) {
        slept.push(ms)
      },
    },
    async run() {
      if (++runs === 3) closing.abort()
    },
  })
  t.same(slept, [500, 1000, 1000, 1000])
  t.equal(runs, 3)
})
