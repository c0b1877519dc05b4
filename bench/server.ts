/**
 * Reviews a second over TLS with keep-alive, the server on one core and the load on the other, alternating with a bare
 * Fastify server that parses the same bodies and answers a constant:
 *
 *     node bench/server.ts [--seconds 3] [--rounds 3] [--connections 16] [--requests 100000]
 *                          [--config FILE [--mesh FILE] [--values FILE]] [--entry dist/main.js]
 *                          [--node=--max-semi-space-size=4] [--only compare|latency|memory|growth|reload|coverage|start]
 *
 * Without files: the ConfigMaps of Istio 1.0.0 and 1.30.3 from the shared data. Read the ratios rather than the rates:
 * they hold on other machines, too. `µs` is processor time of the server a request, which holds even where another
 * process takes the server's core for a while.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { request as ask } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sharedData } from '../test/shared-data.ts'
import { coverage } from './server/coverage.ts'
import { growth } from './server/growth.ts'
import { requestsOf, startLoad } from './server/load.ts'
import { distinct, replica } from './server/pods.ts'
import { startServer, type ServerProcess } from './server/process.ts'
import { reload } from './server/reload.ts'

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    requests: { type: 'string', default: '100000' },
    config: { type: 'string' },
    mesh: { type: 'string' },
    values: { type: 'string' },
    entry: { type: 'string', default: join(import.meta.dirname, '../src/main.ts') },
    node: { type: 'string', default: '' },
    only: { type: 'string' },
  },
})
const seconds = Number(flags.seconds)
const connections = Number(flags.connections)

/** For V8 to compile what is hot. */
const warmUpSeconds = 1.5

/** More than any cache of ours holds. */
const distinctPods = 20_000

const nodeFlags = flags.node.split(' ').filter((flag) => flag !== '')
const certificates = mkdtempSync(join(tmpdir(), 'bench-'))
const replicas = requestsOf(Array.from({ length: 1000 }, (_, index) => replica(index)))
const distincts = requestsOf(Array.from({ length: distinctPods }, (_, index) => distinct(index)))

interface Subject {
  readonly name: string
  readonly requests: readonly Buffer[]
  readonly start: () => Promise<ServerProcess>
}

interface Measured {
  readonly rate: number
  readonly microseconds: number
}

const parts: Readonly<Record<string, (files: readonly string[]) => Promise<void>>> = {
  compare,
  latency,
  memory,
  growth: (files) => growth(() => startOurs(files)),
  reload: (files) => reload(startOurs, files),
  coverage: (files) => coverage(startOurs, files),
  start,
}
if (flags.only !== undefined && !Object.hasOwn(parts, flags.only)) {
  throw new RangeError(`--only is one of ${Object.keys(parts).join(', ')}`)
}
spawnSync('taskset', ['-cp', '1', String(process.pid)])
for (const { name, files } of settings()) {
  console.log(`\n${name}: ${flags.rounds} rounds of ${seconds} s, ${connections} connections\n`)
  for (const [part, run] of Object.entries(parts)) {
    if (flags.only === undefined || flags.only === part) await run(files)
  }
}

function settings(): { name: string; files: string[] }[] {
  if (flags.config !== undefined)
    return [{ name: flags.config, files: fileFlags(flags.config, flags.mesh, flags.values) }]
  return ['1.0.0', '1.30.3'].flatMap((release) => {
    const file = (key: string) => sharedData(`corpus/configmaps/${release}/${key}`)
    const config = file('config')
    if (config === undefined) console.log(`Istio ${release}: no shared data, give --config`)
    return config === undefined
      ? []
      : [{ name: `Istio ${release}`, files: fileFlags(config, file('mesh'), file('values')) }]
  })
}

function fileFlags(config: string, mesh: string | undefined, values: string | undefined): string[] {
  return [
    '--injectConfigFile',
    config,
    ...(mesh === undefined ? [] : ['--meshConfigFile', mesh]),
    ...(values === undefined ? [] : ['--valuesFile', values]),
  ]
}

function startOurs(files: readonly string[]): Promise<ServerProcess> {
  const local = ['--address', '127.0.0.1', '--port', '0', '--operationsPort', '0']
  return startServer([...nodeFlags, resolve(flags.entry), 'serve', ...local, ...files])
}

function target(...args: string[]): Promise<ServerProcess> {
  return startServer([...nodeFlags, join(import.meta.dirname, 'server/target.ts'), ...args])
}

/** Bare, ours around nothing, and ours, in turn; the median of each, and its rate by the bare server's. */
async function compare(files: readonly string[]): Promise<void> {
  const patch = await patchOf(files)
  const subjects: Subject[] = [
    {
      name: 'bare, an answer as large as ours',
      requests: replicas,
      start: () => target('bare', certificates, patch),
    },
    {
      name: 'bare, an answer without a patch',
      requests: replicas,
      start: () => target('bare', certificates),
    },
    {
      name: 'ours around a constant patch',
      requests: replicas,
      start: () => target('outside', certificates, patch),
    },
    { name: 'ours, replicas of one workload', requests: replicas, start: () => startOurs(files) },
    { name: 'bare, distinct pods', requests: distincts, start: () => target('bare', certificates, patch) },
    { name: 'ours, distinct pods', requests: distincts, start: () => startOurs(files) },
  ]
  const measured = subjects.map((): Measured[] => [])
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [index, subject] of subjects.entries()) measured[index]?.push(await measure(subject))
  }
  const medians = measured.map(median)
  const bare = medians[0]?.rate ?? 0
  const bareDistinct = medians[4]?.rate ?? 0
  console.log(`| the patch has ${patch.length} characters | reviews/s | µs | of bare |\n|---|---|---|---|`)
  for (const [index, { rate, microseconds }] of medians.entries()) {
    const ratio = rate / (index < 4 ? bare : bareDistinct)
    console.log(
      `| ${subjects[index]?.name} | ${rate.toFixed(0)} | ${microseconds.toFixed(1)} | ${ratio.toFixed(2)} |`,
    )
  }
}

async function measure({ requests, start }: Subject): Promise<Measured> {
  const server = await start()
  const load = await startLoad(server.port, requests, connections)
  await sleep(warmUpSeconds * 1000)
  const before = { count: load.count(), cpu: server.cpu(), time: performance.now() }
  await sleep(seconds * 1000)
  const count = load.count() - before.count
  const cpu = server.cpu() - before.cpu
  const elapsed = performance.now() - before.time
  load.stop()
  await server.stop()
  return { rate: (count * 1000) / elapsed, microseconds: (cpu * 1000) / count }
}

function median(measured: readonly Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.rate - b.rate)
  return sorted[sorted.length >> 1] ?? { rate: 0, microseconds: 0 }
}

/** How long one caller waits. */
async function latency(files: readonly string[]): Promise<void> {
  for (const [name, requests] of [
    ['replicas', replicas],
    ['distinct pods', distincts],
  ] as const) {
    const server = await startOurs(files)
    const load = await startLoad(server.port, requests, 1)
    await sleep(warmUpSeconds * 1000)
    load.takeLatencies()
    await sleep(seconds * 1000)
    const latencies = load.takeLatencies().toSorted((a, b) => a - b)
    load.stop()
    await server.stop()
    const at = (part: number) => latencies[Math.floor(latencies.length * part)]?.toFixed(2)
    console.log(`\n${name}, one connection: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms`)
  }
}

/** What is resident after many distinct pods. */
async function memory(files: readonly string[]): Promise<void> {
  const total = Number(flags.requests)
  const server = await startOurs(files)
  const load = await startLoad(server.port, distincts, connections)
  const marks: string[] = []
  for (let part = 1; part <= 5; part++) {
    while (load.count() < (total * part) / 5) await sleep(50)
    load.takeLatencies()
    marks.push(`${server.memory().toFixed(0)} MB after ${Math.round((total * part) / 5)}`)
  }
  load.stop()
  await server.stop()
  console.log(`\nresident, distinct pods: ${marks.join(', ')}`)
}

/** From the start of the process until it is ready, its own request included. */
async function start(files: readonly string[]): Promise<void> {
  const times: number[] = []
  for (let turn = 0; turn < 7; turn++) {
    const before = performance.now()
    const server = await startOurs(files)
    times.push(performance.now() - before)
    await server.stop()
  }
  const sorted = times.toSorted((a, b) => a - b).map((time) => time.toFixed(0))
  console.log(`\nready after ${sorted[3]} ms (${sorted[0]} to ${sorted[6]})`)
}

/** The patch that these settings give one pod. */
async function patchOf(files: readonly string[]): Promise<string> {
  const server = await startOurs(files)
  const response = await new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const options = {
      host: '127.0.0.1',
      port: server.port,
      path: '/inject',
      method: 'POST',
      headers,
      rejectUnauthorized: false,
    }
    ask(options, (answer) => text(answer).then(resolve, reject))
      .on('error', reject)
      .end(replica(0))
  })
  await server.stop()
  const { patch }: { patch: string } = JSON.parse(response).response
  return Buffer.from(patch, 'base64').toString()
}
