import t from 'tap'
import type { ApiRequest, KubernetesClient } from '../../src/cluster/client.ts'
import { withBudget } from '../../src/doctor/budget.ts'

t.test('calls wait for no longer than what is left for all of them', async (t) => {
  const asked: ApiRequest[] = []
  let closed = false
  const client: KubernetesClient = {
    server: 'https://a',
    async call(request) {
      asked.push(request)
      return {}
    },
    async *lines(request) {
      asked.push(request)
      yield 'line'
    },
    async close() {
      closed = true
    },
  }
  let now = 0
  const limited = withBudget(client, () => now)
  const steps: readonly (readonly [number, number | undefined, number])[] = [
    [0, 4000, 4000],
    [0, undefined, 17_000],
    [10_000, 12_000, 7000],
    [16_900, 4000, 300],
    [60_000, 4000, 300],
  ]
  for (const [at, silenceMs, expected] of steps) {
    now = at
    await limited.call({ method: 'GET', path: '/version', silenceMs })
    t.equal(asked.at(-1)?.silenceMs, expected, `after ${at} ms`)
  }
  for await (const line of limited.lines({ method: 'GET', path: '/metrics', silenceMs: 4000 }))
    t.equal(line, 'line')
  t.match(asked.at(-1), { path: '/metrics', silenceMs: 300 })
  t.equal(limited.server, 'https://a')
  await limited.close()
  t.ok(closed)
})
