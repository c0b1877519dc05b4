import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { requestsOf, startLoad } from './load.ts'
import { distinct } from './pods.ts'
import type { ServerProcess } from './process.ts'

const turns = 5

/** Longer than a change takes to be seen, and all pods to be judged. */
const pauseMs = 3000

/** What a caller notices while the server follows 5,000 pods: when it reads them, and when it judges all of them anew. */
export async function coverage(
  start: (flags: readonly string[]) => Promise<ServerProcess>,
  files: readonly string[],
): Promise<void> {
  const paths = files.filter((word) => !word.startsWith('--'))
  const cluster = spawn(process.execPath, [join(import.meta.dirname, 'cluster.ts'), ...paths], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: cluster.stdout })
  const kubeconfig = await new Promise<string>((resolve) => lines.once('line', resolve))
  const server = await start(['-i', 'istio-system', '--kubeconfig', kubeconfig, '--coverage'])
  const load = await startLoad(
    server.port,
    requestsOf(Array.from({ length: 1000 }, (_, index) => distinct(index))),
    1,
  )
  await sleep(2 * pauseMs)
  const reading = load.takeLatencies()
  await sleep(turns * pauseMs)
  const quiet = load.takeLatencies()
  for (let turn = 1; turn <= turns; turn++) {
    cluster.stdin.write(`${turn}\n`)
    await sleep(pauseMs)
  }
  const judging = load.takeLatencies()
  load.stop()
  console.log(
    `\n5,000 pods followed: the longest of ${judging.length} requests while all are judged anew ${turns} times: ${longest(judging)} ms; ` +
      `while they are read: ${longest(reading)} ms; while nothing changes: ${longest(quiet)} ms; resident: ${server.memory().toFixed(0)} MB`,
  )
  await server.stop()
  cluster.kill()
  await once(cluster, 'exit')
}

function longest(latencies: readonly number[]): string {
  return latencies.reduce((most, latency) => Math.max(most, latency), 0).toFixed(1)
}
