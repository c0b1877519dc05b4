import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { createOperations } from '../../src/server/operations.ts'
import { createReadiness } from '../../src/server/readiness.ts'
import { selfRequest } from '../../src/server/self-request.ts'
import { portOf, selfMade, startWebhook } from './harness.ts'

const local = (port: number) => ({ address: '127.0.0.1', family: 'IPv4', port })

t.test('ready means that nothing holds it back, and not ready says what does', async (t) => {
  const readiness = createReadiness()
  const metrics = { contentType: 'text/plain; version=0.0.4', page: async () => 'a 1\n' }
  const operations = createOperations({ readiness, metrics })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
    return [response.status, await response.text()]
  }

  t.same(await get('/readyz'), [200, 'ok\n'])
  readiness.hold('listener', 'the webhook has not answered yet')
  readiness.hold('settings', 'no settings yet')
  t.same(await get('/readyz'), [503, 'not ready: the webhook has not answered yet; no settings yet\n'])
  t.same(await get('/healthz'), [200, 'ok\n'])
  readiness.release('listener')
  readiness.hold('settings', 'still no settings')
  t.same(await get('/readyz'), [503, 'not ready: still no settings\n'])
  readiness.release('settings')
  t.same(await get('/readyz'), [200, 'ok\n'])

  t.same(await get('/metrics'), [200, 'a 1\n'])
  t.same(await get('/inject', 'POST'), [404, '404 page not found\n'])
  t.same(await get('/healthz', 'HEAD'), [200, ''])
})

t.test('what the process says of itself to doctor', async (t) => {
  const metrics = { contentType: 'text/plain', page: async () => '' }
  const operations = createOperations({ readiness: createReadiness(), metrics, self: () => ({ pod: 'a' }) })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')
  const response = await fetch(`http://127.0.0.1:${port}/doctor`)
  t.same(await response.json(), { pod: 'a' })
  t.equal(response.headers.get('cache-control'), 'no-store')
})

t.test('a page of metrics that cannot be made tells nothing of itself', async (t) => {
  const metrics = { contentType: 'text/plain', page: () => Promise.reject(new Error('secret')) }
  const operations = createOperations({ readiness: createReadiness(), metrics })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  t.same([response.status, await response.text()], [500, 'internal error\n'])
})

t.test('a request to ourselves succeeds with our certificate only', async (t) => {
  const { port, pair } = await startWebhook(t)
  await selfRequest(local(port), pair.fingerprint)
  await t.rejects(selfRequest(local(port), (await selfMade()).fingerprint), {
    message: 'another certificate is served',
  })

  const mute = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\n\r\n')).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  await t.rejects(selfRequest(local(portOf(mute)), pair.fingerprint))
  mute.close()
  await once(mute, 'close')
  await t.rejects(selfRequest(local(1), pair.fingerprint), { code: 'ECONNREFUSED' })
})

t.test('listening on all addresses takes IPv4, too', async (t) => {
  const metrics = { contentType: 'text/plain', page: async () => '' }
  const operations = createOperations({ readiness: createReadiness(), metrics })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0)
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200)
})
