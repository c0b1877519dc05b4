import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { settingsInSteps } from '../../src/injection/settings.ts'
import { replica } from './pods.ts'
import { requestsOf, startLoad } from './load.ts'
import type { ServerProcess } from './process.ts'

const reloads = 8

/** Longer than a change takes to be seen and loaded. */
const pauseMs = 700

/** How long settings take to be loaded, and what a caller notices while a server loads them anew again and again. */
export async function reload(
  start: (files: readonly string[]) => Promise<ServerProcess>,
  files: readonly string[],
): Promise<void> {
  const { total, longest } = loading(files)
  console.log(
    `\nloading: ${total.toFixed(0)} ms for the first time, its longest step ${longest.toFixed(0)} ms`,
  )

  const folder = mkdtempSync(join(tmpdir(), 'reload-'))
  const copies = files.map((file, index) => (file.startsWith('--') ? file : copyTo(folder, file, index)))
  const server = await start(copies)
  const load = await startLoad(
    server.port,
    requestsOf(Array.from({ length: 1000 }, (_, index) => replica(index))),
    1,
  )
  await sleep(2 * pauseMs)
  load.takeLatencies()
  await sleep(reloads * pauseMs)
  const quiet = load.takeLatencies()
  for (let turn = 1; turn <= reloads; turn++) {
    const [, config = ''] = copies
    writeFileSync(`${config}.new`, `${readFileSync(config, 'utf8')}\n# ${turn}`)
    renameSync(`${config}.new`, config)
    await sleep(pauseMs)
  }
  const busy = load.takeLatencies()
  load.stop()
  await server.stop()
  rmSync(folder, { recursive: true })
  console.log(
    `the longest of ${busy.length} requests during ${reloads} reloads: ${longestOf(busy)} ms; without: ${longestOf(quiet)} ms`,
  )
}

function copyTo(folder: string, file: string, index: number): string {
  const copy = join(folder, String(index))
  cpSync(file, copy)
  return copy
}

/** In this process, where nothing of it has run yet; between steps a server answers requests. */
function loading(files: readonly string[]): { total: number; longest: number } {
  const textOf = (flag: string) => {
    const file = files[files.indexOf(flag) + 1]
    return files.includes(flag) && file !== undefined ? readFileSync(file, 'utf8') : undefined
  }
  const steps = settingsInSteps({
    config: textOf('--injectConfigFile'),
    mesh: textOf('--meshConfigFile'),
    values: textOf('--valuesFile'),
  })
  let total = 0
  let longest = 0
  for (let done = false; !done;) {
    const before = performance.now()
    done = steps.next().done === true
    const step = performance.now() - before
    total += step
    longest = Math.max(longest, step)
  }
  return { total, longest }
}

function longestOf(latencies: readonly number[]): string {
  return latencies.reduce((longest, latency) => Math.max(longest, latency), 0).toFixed(1)
}
