/** A watch survives whatever an API server does: its answers, its silence and its absence. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { defaultBackOff, waitMs } from '../../src/cluster/back-off.ts'
import type { KubernetesClient } from '../../src/cluster/client.ts'
import { connect } from '../../src/cluster/connect.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import { textAt } from '../../src/cluster/objects.ts'
import { defaultWatchTimes, watch, type WatchOptions, type WatchTimes } from '../../src/cluster/watch.ts'
import { startFakeApiServer, type FakeApiServer, type Trouble } from './fake-api-server.ts'
import { until } from './until.ts'

// They wait most of the time.
t.jobs = 8
const together = { buffered: true }

const path = '/api/v1/namespaces/istio-system/configmaps'

const quick: Partial<WatchTimes> = {
  windowSeconds: 1,
  silenceMs: 1200,
  firstMs: 10,
  longestMs: 50,
  absentMs: 50,
}

function object(name: string, value: string) {
  return { metadata: { name, namespace: 'istio-system' }, data: { value } }
}

/** A watch of the fake, and what it was told. */
async function open(
  t: { teardown(handler: () => unknown): void },
  server: FakeApiServer,
  options: Partial<WatchOptions<string>> = {},
) {
  const client = await connect({ kubeconfig: server.kubeconfig() })
  let current: Record<string, string> = {}
  const troubles: unknown[] = []
  const opened = watch<string>({
    client,
    path,
    keep: ({ data }) => textAt(data, 'value'),
    onChange: (objects) => (current = Object.fromEntries(objects)),
    onTrouble: (error) => troubles.push(error),
    ...options,
    times: { ...quick, ...options.times },
  })
  t.teardown(async () => {
    opened.close()
    await client.close()
  })
  return { opened, troubles, current: () => current }
}

t.test('objects come, change and go', together, async (t) => {
  const server = await startFakeApiServer(t)
  server.put(path, object('a', '1'))
  const { opened, current, troubles } = await open(t, server)
  t.notOk(opened.synced)
  t.equal(opened.lastContact, undefined)
  await until('a is listed', () => current()['istio-system/a'] === '1')
  t.ok(opened.synced)
  server.put(path, object('a', '2'))
  server.put(path, object('b', '1'))
  await until('both are seen', () => current()['istio-system/b'] === '1')
  t.same(current(), { 'istio-system/a': '2', 'istio-system/b': '1' })
  server.remove(path, 'a')
  await until('a is gone', () => current()['istio-system/a'] === undefined)
  await sleep(2500)
  server.put(path, object('b', '2'))
  await until('a change after two windows is seen', () => current()['istio-system/b'] === '2')
  t.ok(Date.now() - (opened.lastContact ?? 0) < 1000)
  t.same(troubles, [])
  t.equal(
    server.seen.filter(({ verb }) => verb === 'list').length,
    1,
    'streams go on where the last one ended',
  )
})

const troubles: readonly (readonly [name: string, trouble: Trouble, message: RegExp])[] = [
  ['drops connections', 'drop', /ECONNRESET|socket hang up/],
  ['falls silent in streams', 'stall', /the server has said nothing for 1\.2 s/],
  ['never answers', 'mute', /the server has said nothing for 1\.2 s/],
  ['answers rubbish', 'garble', /is no JSON/],
  ['breaks off', 'truncate', /aborted|is no JSON/],
  ['answers 403', { status: 403 }, /403 refused with 403; these are the credentials of context test/],
  ['answers 404', { status: 404 }, /404 refused/],
  ['answers 410', { status: 410 }, /410 refused/],
  ['answers 429', { status: 429, retryAfter: 1 }, /429 refused/],
  ['answers 500', { status: 500 }, /500 refused/],
  ['answers 503', { status: 503 }, /503 refused/],
]

for (const [name, trouble, message] of troubles) {
  t.test(`a server that ${name}`, together, async (t) => {
    const server = await startFakeApiServer(t)
    server.put(path, object('a', '1'))
    const { current, troubles } = await open(t, server)
    await until('a is listed', () => current()['istio-system/a'] === '1' && server.streams() === 1)
    server.trouble = trouble
    server.put(path, object('a', '2'))
    await until('the trouble is told', () => troubles.length > 0)
    await sleep(300)
    t.ok(server.seen.length < 60, `asked ${server.seen.length} times`)
    server.put(path, object('a', '3'))
    server.trouble = undefined
    const recovered = Date.now()
    await until('a is fresh again', () => current()['istio-system/a'] === '3')
    t.ok(Date.now() - recovered < 2500)
    t.match(troubles[0], { name: 'ClusterError', message })
    await until('all is well again', () => troubles.at(-1) === undefined)
    server.put(path, object('b', '1'))
    await until('the stream works', () => current()['istio-system/b'] === '1')
  })
}

t.test('with the times of a real server: fresh within 10 s of the recovery', together, async (t) => {
  const rows: typeof troubles = [...troubles, ['asks for an hour', { status: 429, retryAfter: 3600 }, /429/]]
  const waits = await Promise.all(
    rows.map(async ([name, trouble]) => {
      const server = await startFakeApiServer(t)
      server.put(path, object('a', '1'))
      const { current } = await open(t, server, { times: defaultWatchTimes })
      await until('a is listed', () => current()['istio-system/a'] === '1' && server.streams() === 1)
      server.trouble = trouble
      server.put(path, object('a', '2'))
      await sleep(5500)
      server.put(path, object('a', '3'))
      server.trouble = undefined
      const recovered = Date.now()
      await until('a is fresh again', () => current()['istio-system/a'] === '3')
      return [name, Date.now() - recovered] as const
    }),
  )
  for (const [name, wait] of waits) t.ok(wait < 10_000, `a server that ${name}: ${wait} ms`)
})

t.test('a server that has the trouble at the start', together, async (t) => {
  for (const [name, trouble] of troubles) {
    const server = await startFakeApiServer(t)
    server.put(path, object('a', '1'))
    server.trouble = trouble
    const { current, troubles: told, opened } = await open(t, server, { times: { silenceMs: 100 } })
    if (trouble !== 'stall') {
      await until('it is told', () => told.length > 0)
      t.notOk(opened.synced, name)
    }
    server.trouble = undefined
    await until('a is listed', () => current()['istio-system/a'] === '1')
    opened.close()
  }
})

t.test('a server that ends every stream at once is not asked without end', together, async (t) => {
  const server = await startFakeApiServer(t)
  server.trouble = 'end'
  await open(t, server, { times: { firstMs: 100 } })
  await sleep(550)
  t.ok(server.seen.length <= 8, `asked ${server.seen.length} times`)
})

t.test('nor is one that ends each with its first line', together, async (t) => {
  let asked = 0
  const client: KubernetesClient = {
    server: 'https://hasty',
    call: async () => ({ metadata: { resourceVersion: '0' }, items: [] }),
    async *lines() {
      asked++
      await sleep(1)
      yield JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(asked) } } })
    },
    close: async () => undefined,
  }
  const onTrouble = (error: unknown) => t.error(error)
  const times = { firstMs: 100 }
  const opened = watch({ client, path, keep: () => true, onChange: () => undefined, onTrouble, times })
  await sleep(550)
  opened.close()
  t.ok(asked > 1 && asked <= 7, `asked ${asked} times`)
})

t.test('a server that is started again, with all versions forgotten', together, async (t) => {
  const server = await startFakeApiServer(t)
  server.put(path, object('a', '1'))
  server.put(path, object('b', '1'))
  const { current, troubles } = await open(t, server)
  await until('both are listed', () => current()['istio-system/b'] === '1')
  server.trouble = 'drop'
  await until('the trouble is told', () => troubles.length > 0)
  server.remove(path, 'b')
  server.put(path, object('a', '2'))
  server.compact()
  server.trouble = undefined
  await until('all is listed anew', () => current()['istio-system/a'] === '2')
  t.same(current(), { 'istio-system/a': '2' }, 'what went meanwhile is gone')
  t.ok(troubles.some((error) => error instanceof ClusterError && error.code === 'gone'))
})

t.test('lists come in pages, and are told whole', together, async (t) => {
  const server = await startFakeApiServer(t)
  for (let index = 0; index < 1201; index++) server.put(path, object(`o${index}`, 'x'))
  const sizes: number[] = []
  await open(t, server, { onChange: (objects) => sizes.push(objects.size) })
  await until('all are listed', () => sizes.length > 0)
  t.same(sizes, [1201])
  t.equal(server.seen.filter(({ verb }) => verb === 'list').length, 3)
})

t.test('all is listed anew from time to time', together, async (t) => {
  const server = await startFakeApiServer(t)
  await open(t, server, { times: { relistMs: 500 } })
  await until('it is listed thrice', () => server.seen.filter(({ verb }) => verb === 'list').length === 3)
})

t.test('what need not be there is nothing until it is there', together, async (t) => {
  const server = await startFakeApiServer(t)
  for (const [name, paths] of [
    ['it is not served', server.absent],
    ['we may not see it', server.forbidden],
  ] as const) {
    server.put(path, object('a', '1'))
    paths.add(path)
    const { opened, current, troubles } = await open(t, server, { isOptional: true })
    await until('it is known to be nothing', () => opened.synced)
    t.same(current(), {}, name)
    t.equal(troubles.length > 0, paths === server.forbidden, 'only a refusal is worth a word')
    paths.delete(path)
    await until('it is there', () => current()['istio-system/a'] === '1')
    paths.add(path)
    await until('it is gone again', () => current()['istio-system/a'] === undefined)
    paths.delete(path)
    opened.close()
  }
})

t.test('after close nothing is asked and nothing told', together, async (t) => {
  const server = await startFakeApiServer(t)
  const { opened, current } = await open(t, server)
  await until('a stream is open', () => server.streams() === 1)
  opened.close()
  await until('the stream is closed', () => server.streams() === 0)
  server.put(path, object('a', '1'))
  const { length } = server.seen
  await sleep(100)
  t.equal(server.seen.length, length)
  t.same(current(), {})
})

const asked = (retryAfterSeconds: number) => new ClusterError('too-many-requests', '', { retryAfterSeconds })

t.test('with the default times all is fresh within 10 s, whatever the server asks for', (t) => {
  const { silenceMs, windowSeconds, longestMs, longestAskedMs } = defaultWatchTimes
  t.ok(silenceMs > windowSeconds * 1000, 'a quiet stream is not taken for a dead one')
  t.ok(silenceMs + longestMs < 10_000)
  t.ok(longestAskedMs + 1000 < 10_000)
  t.equal(waitMs(1, undefined, 0, defaultBackOff), 125)
  t.equal(waitMs(1, undefined, 1, defaultBackOff), 250)
  t.equal(waitMs(3, undefined, 1, defaultBackOff), 1000)
  t.equal(waitMs(1000, undefined, 1, defaultBackOff), 3000)
  t.equal(waitMs(1, asked(1), 1, defaultBackOff), 1000)
  t.equal(waitMs(1, asked(3600), 1, defaultBackOff), 8000)
  t.end()
})
