/** Lists of many pages, whose server forgets where one ends. */
import t from 'tap'
import type { KubernetesClient } from '../../src/cluster/client.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import { listAll } from '../../src/cluster/list-all.ts'

const total = 7

/** Pages of two; forgets the place of the third page as often as `expires` says. */
function forgetting(expires: number): KubernetesClient & { readonly asked: string[] } {
  const asked: string[] = []
  let left = expires
  return {
    server: 'https://cluster.example',
    asked,
    async call({ query = {} }) {
      const { limit = 'all', continue: token = '0' } = query
      asked.push(`${limit}@${token}`)
      if (token === '4' && left-- > 0)
        throw new ClusterError('gone', 'The provided continue parameter is too old')
      const from = Number(token)
      const to = limit === 'all' ? total : from + 2
      const items = Array.from({ length: total }, (_, index) => ({
        metadata: { name: String(index) },
      })).slice(from, to)
      return { metadata: { resourceVersion: '1', ...(to < total ? { continue: String(to) } : {}) }, items }
    },
    async *lines() {},
    async close() {},
  }
}

function refusing(code: 'forbidden' | 'gone'): KubernetesClient {
  return { ...forgetting(0), call: () => Promise.reject(new ClusterError(code, 'no')) }
}

const names = ['0', '1', '2', '3', '4', '5', '6']
const pages = ['500@0', '500@2', '500@4']

t.test('a list is begun again, and in the end asked for at once', async (t) => {
  const rows: readonly (readonly [expires: number, asked: readonly string[]])[] = [
    [0, [...pages, '500@6']],
    [1, [...pages, ...pages, '500@6']],
    [2, [...pages, ...pages, 'all@0']],
    [9, [...pages, ...pages, 'all@0']],
  ]
  for (const [expires, asked] of rows) {
    const client = forgetting(expires)
    const found = await listAll(client, '/api/v1/pods')
    t.strictSame(
      found.map(({ metadata }) => metadata),
      names.map((name) => ({ name })),
      `${expires}: each is there once`,
    )
    t.strictSame(client.asked, asked)
  }
})

t.test('another failure is one, and so is a server that has forgotten without pages', async (t) => {
  await t.rejects(listAll(refusing('forbidden'), '/api/v1/pods'), { code: 'forbidden' })
  await t.rejects(listAll(refusing('gone'), '/api/v1/pods'), { code: 'gone' })
})
