import { distinct } from './pods.ts'
import { requestsOf, startLoad } from './load.ts'
import type { ServerProcess } from './process.ts'

/** Large pods by their size: variables, and bytes of managedFields. */
const kinds: readonly { name: string; n: number; body: (index: number, size: number) => string }[] = [
  { name: 'environment variables', n: 2000, body: withVariables },
  { name: 'bytes of managedFields', n: 1024 * 1024, body: withManagedFields },
]

const factors = [1, 2, 4]

/** Enough of each size for the median to stand still; each another pod, so that no cache answers. */
const reviews = 40

/** How the time of a review grows with its pod: sizes n, 2n and 4n, over one connection. */
export async function growth(start: () => Promise<ServerProcess>): Promise<void> {
  console.log('\n| size of the pod | n | n: ms | 2n: ms | 4n: ms | 4n by n |\n|---|---|---|---|---|---|')
  for (const { name, n, body } of kinds) {
    const times: number[] = []
    for (const factor of factors) {
      const bodies = Array.from({ length: reviews }, (_, index) => body(index, n * factor))
      times.push(await medianTime(start, bodies))
    }
    const [first = 0, , last = 0] = times
    const cells = times.map((time) => time.toFixed(1))
    console.log(`| ${name} | ${n} | ${cells.join(' | ')} | ${(last / first).toFixed(1)} |`)
  }
}

/** Milliseconds; the first half warms the server up. */
async function medianTime(start: () => Promise<ServerProcess>, bodies: readonly string[]): Promise<number> {
  const server = await start()
  const load = await startLoad(server.port, requestsOf(bodies), 1)
  while (load.count() < bodies.length) await new Promise((resolve) => setTimeout(resolve, 5))
  load.stop()
  await server.stop()
  const times = load.takeLatencies().slice(bodies.length / 2)
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}

function withVariables(index: number, count: number): string {
  const review = JSON.parse(distinct(index))
  const [container] = review.request.object.spec.containers
  container.env = Array.from({ length: count }, (_, number) => ({
    name: `VARIABLE_${number}`,
    value: `value ${number} of pod ${index}`,
  }))
  return JSON.stringify(review)
}

function withManagedFields(index: number, bytes: number): string {
  const review = JSON.parse(distinct(index))
  const fields: Record<string, object> = {}
  for (let number = 0, size = 0; size < bytes; number++) {
    const key = `k:{"name":"variable-${index}-${number}"}`
    fields[key] = { '.': {}, 'f:name': {}, 'f:value': {} }
    size += JSON.stringify(key).length + 40
  }
  review.request.object.metadata.managedFields = [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:env': fields } } } },
    },
  ]
  return JSON.stringify(review)
}
