import { setTimeout as sleep } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import t from 'tap'
import type { KubernetesClient } from '../../src/cluster/client.ts'
import { withProgress } from '../../src/commands/progress.ts'

function slow(ms: number): KubernetesClient {
  return {
    server: 'https://cluster.example',
    async call() {
      await sleep(ms)
      return { items: Array.from({ length: 700 }, () => ({})) }
    },
    async *lines() {},
    close: () => Promise.resolve(),
  }
}

/** What is written while two pages come. */
async function written(isTTY: boolean, firstMs: number): Promise<string> {
  const stderr = Object.assign(new PassThrough(), { isTTY })
  const client = withProgress(slow(60), stderr, { firstMs, everyMs: 10 })
  for (const path of ['/api/v1/pods', '/api/v1/namespaces']) await client.call({ method: 'GET', path })
  await sleep(60)
  await client.close()
  const text = String(stderr.read() ?? '')
  await sleep(40)
  t.equal(stderr.read(), null, 'nothing comes after the end')
  return text
}

t.test('who waits before a terminal is told how far it is, and the line goes', async (t) => {
  const text = await written(true, 20)
  t.match(text, '\r\u001b[Kasking https://cluster.example: 0 answers, 0 objects so far')
  t.match(text, ': 2 answers, 1,400 objects so far')
  t.ok(text.endsWith('so far\r\u001b[K'))
})

t.test('nothing is told of what is quick, nor to a file', async (t) => {
  t.equal(await written(true, 60_000), '')
  t.equal(await written(false, 0), '')
})
