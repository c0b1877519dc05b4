import { readFile, writeFile } from 'node:fs/promises'
import { connect, connectsAsPod } from '../cluster/connect.ts'
import { ClusterError } from '../cluster/errors.ts'
import { diagnose, type Verdict } from '../diagnosis/diagnose.ts'
import type { Asked, Observations } from '../diagnosis/observations.ts'
import { collect, emptyObservations } from '../doctor/collect.ts'
import { fix } from '../doctor/fix.ts'
import { readRecorded } from '../doctor/recorded.ts'
import type { Json } from '../golang/json-value.ts'
import type { ExitCode, Terminal } from './command.ts'
import type { DoctorOptions } from './doctor-command.ts'
import { isColoured, reportText } from './doctor-text.ts'
import { CommandError, UsageError } from './errors.ts'
import { reasonOf } from './input.ts'
import { withProgress, type ProgressClient } from './progress.ts'

/** Looks, judges, prints; mends only if told to. */
export async function runDoctor(options: DoctorOptions, { stdout, stderr }: Terminal): Promise<ExitCode> {
  if (options.from !== undefined && (options.fix || options.record !== undefined)) {
    throw new UsageError('--from asks no cluster: neither --fix nor --record goes with it')
  }
  const client = options.from === undefined ? await connected(options, stderr) : undefined
  try {
    const seen = await observe(options, client)
    const diagnosis = diagnose(seen)
    const done = options.fix && isClient(client) ? await fix(client, seen) : []
    if (isClient(client)) client.quiet()
    const report = { ...diagnosis, server: seen.server, at: seen.at, done }
    stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(report, undefined, 2)}\n`
        : reportText(report, isColoured(stdout)),
    )
    // After the report, which took its time and is not to be lost with it.
    if (options.record !== undefined) await record(options.record, seen)
    if (seen.failure !== undefined) return 1
    return exitCodes[diagnosis.verdict]
  } finally {
    if (isClient(client)) await client.close()
  }
}

const exitCodes: Readonly<Record<Verdict, ExitCode>> = { works: 0, found: 3, unknown: 4 }

/** A kubeconfig that cannot be used is a finding of its own. */
async function connected(
  options: DoctorOptions,
  stderr: Terminal['stderr'],
): Promise<ProgressClient | ClusterError> {
  try {
    return withProgress(await connect(options), stderr)
  } catch (error) {
    if (error instanceof ClusterError) return error
    throw error
  }
}

function isClient(client: ProgressClient | ClusterError | undefined): client is ProgressClient {
  return client !== undefined && !(client instanceof ClusterError)
}

async function observe(
  options: DoctorOptions,
  client: ProgressClient | ClusterError | undefined,
): Promise<Observations> {
  if (client === undefined) return readObservations(options.from ?? '')
  const asked = askedBy(options)
  if (!(client instanceof ClusterError)) return collect({ client, asked, place: placeOf(options) })
  const { code, message } = client
  const at = new Date().toISOString()
  return { ...emptyObservations({ at, server: '', asked, place: 'outside' }), failure: { code, message } }
}

function askedBy({ namespace, istioNamespace, webhookConfiguration: configuration }: DoctorOptions): Asked {
  return { namespace, istioNamespace, configuration }
}

/** Pods are called directly only from a pod: elsewhere their addresses may be those of somebody else's machines. */
function placeOf(options: DoctorOptions): Observations['place'] {
  return connectsAsPod(options) ? 'in-cluster' : 'outside'
}

async function record(file: string, seen: Observations): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(seen, undefined, 1)}\n`)
  } catch (cause) {
    throw new CommandError(`${file} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}

async function readObservations(file: string): Promise<Observations> {
  let json: Json
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: ${reasonOf(cause)}`, { cause })
  }
  const seen = readRecorded(json)
  if (seen === undefined) throw new CommandError(`${file} is none that \`doctor --record\` has written`)
  return seen
}
