import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiFailure, type Api } from './api.ts'
import { environmentOf, expand } from './environment.ts'
import { createPodNetwork, type PodNetwork } from './network.ts'
import type { Container, Pod } from './objects.ts'
import { probe } from './probes.ts'
import { startProgram, type RunningProgram } from './processes.ts'
import { statusOf, type PodState } from './pod-status.ts'
import { writeVolume } from './volumes.ts'

export interface PodOptions {
  readonly api: Api
  /** Of the pod's files and logs. */
  readonly folder: string
  /** Has the files of the image. */
  readonly image: string
  /** Of the image: what runs where the container names no command. */
  readonly entrypoint: readonly string[]
  readonly apiServerPort: number
  /** Unique among the pods of a run. */
  readonly number: number
  readonly address: string
  /** Hears what goes wrong. */
  note(line: string): void
}

export interface RunningPod {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly address: string
  /** Of the container's process; undefined while there is none. */
  pid(): number | undefined
  /** The logs of the container, one for each start. */
  logs(): readonly string[]
  /** Takes what the API server has to say about the pod. */
  update(pod: Pod): void
  /** Ends the container, if need be by force, and forgets the pod. */
  stop(graceSeconds: number): Promise<void>
}

/** kubelet looks once a second which containers have ended. */
const relistMilliseconds = 1000

/** How long kubelet waits before it starts a container again that has ended more than once. */
const backOffMilliseconds = 10_000

/** How often kubelet asks for ConfigMaps and Secrets anew, in these tests. */
const volumesMilliseconds = 2000

/** Runs a pod until it is stopped, or deleted in the API server; one that is not to be restarted, until its container ends. */
export function startPod(pod: Pod, options: PodOptions): RunningPod {
  const { api, address } = options
  const { name, namespace = 'default', uid = '' } = pod.metadata
  const [container, ...others] = pod.spec.containers
  const folder = join(options.folder, 'pods', `${name}-${options.number}`)
  const logs: string[] = []
  const state: PodState = {
    started: new Date(),
    running: undefined,
    ready: false,
    restarts: 0,
    ended: undefined,
  }
  let network: PodNetwork | undefined
  let program: RunningProgram | undefined
  const stopping = new AbortController()
  let stopped: Promise<void> | undefined
  // One status after the other: the last one that is written is the last one that was true.
  let written: Promise<void> = Promise.resolve()

  function writeStatus(): void {
    written = written.then(async () => {
      try {
        await api.call({
          method: 'PATCH',
          path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
          contentType: 'application/strategic-merge-patch+json',
          body: { metadata: { uid }, status: statusOf(pod, address, state) },
        })
      } catch (error) {
        // Gone, or another of the same name is there.
        if (error instanceof ApiFailure && (error.status === 404 || error.status === 409)) return
        options.note(`status of ${name}: ${String(error)}`)
      }
    })
  }

  async function prepare(): Promise<readonly string[]> {
    await mkdir(join(folder, 'root'), { recursive: true })
    const mounts: string[] = []
    for (const volume of pod.spec.volumes ?? []) {
      const source = join(folder, 'volumes', volume.name)
      await writeVolume(api, pod, volume, source)
      for (const mount of container?.volumeMounts ?? []) {
        if (mount.name !== volume.name) continue
        mounts.push(`${source}\t${mount.mountPath}\t${mount.readOnly === true ? 'ro' : 'rw'}\n`)
      }
    }
    await writeFile(join(folder, 'mounts'), mounts.join(''))
    network ??= await createPodNetwork(String(options.number), address)
    return mounts
  }

  async function refreshVolumes(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(volumesMilliseconds, undefined, { ref: false })
      for (const volume of pod.spec.volumes ?? []) {
        // Tokens last longer than any test.
        if (volume.secret === undefined && volume.configMap === undefined) continue
        const source = join(folder, 'volumes', volume.name)
        await writeVolume(api, pod, volume, source).catch((error: unknown) =>
          options.note(`${name}: ${String(error)}`),
        )
      }
    }
  }

  async function startContainer(found: Container): Promise<RunningProgram> {
    const environment = await environmentOf(
      api,
      { ...pod, status: { podIP: address } },
      found,
      options.apiServerPort,
    )
    const logFile = join(options.folder, 'logs', `${name}-${state.restarts}.log`)
    logs.push(logFile)
    const user = found.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0
    const readOnly = found.securityContext?.readOnlyRootFilesystem === true
    const own = [
      join(folder, 'root'),
      options.image,
      String(user),
      String(readOnly),
      join(folder, 'mounts'),
      ...(found.command ?? options.entrypoint),
      ...(found.args ?? []).map((arg) => expand(arg, environment)),
    ]
    const script = join(import.meta.dirname, 'container.sh')
    return startProgram({
      name,
      command: 'nsenter',
      // By `env`, since what runs tests puts variables of its own into what they start.
      args: [
        `--net=${network?.path}`,
        'unshare',
        '--mount',
        'env',
        '--ignore-environment',
        ...Object.entries(environment).map(([key, value]) => `${key}=${value}`),
        script,
        ...own,
      ],
      environment: process.env,
      logFile,
    })
  }

  async function run(found: Container): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await prepare()
        program = await startContainer(found)
      } catch (error) {
        options.note(`${name}: ${String(error)}`)
        await sleep(500)
        continue
      }
      state.running = new Date()
      state.ready = false
      writeStatus()
      const { ended } = program
      const probing = probe(found, address, {
        onReady(ready) {
          state.ready = ready
          writeStatus()
        },
        onDead(reason) {
          options.note(`${name}: ${reason}`)
          program?.kill('SIGKILL')
        },
      })
      const end = await ended
      probing.stop()
      if (stopping.signal.aborted) return
      await sleep(relistMilliseconds)
      state.ended = { ...end, at: new Date() }
      state.running = undefined
      state.ready = false
      if (pod.spec.restartPolicy === 'Never') return writeStatus()
      state.restarts += 1
      writeStatus()
      if (state.restarts > 1) await sleep(backOffMilliseconds)
    }
  }

  if (container === undefined || others.length > 0) throw new Error(`${name} has not just one container`)
  const working = run(container)
  void refreshVolumes()

  async function stop(graceSeconds: number): Promise<void> {
    if (graceSeconds > 0) await sleep((container?.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000)
    stopping.abort()
    await program?.stop(graceSeconds * 1000)
    await working
    await network?.remove()
    state.running = undefined
    state.ready = false
    await written
  }

  return {
    name,
    namespace,
    uid,
    address,
    pid: () => (state.running === undefined ? undefined : program?.pid),
    logs: () => logs,
    update({ metadata }) {
      if (metadata.deletionTimestamp === undefined || stopped !== undefined) return
      stopped = stop(metadata.deletionGracePeriodSeconds ?? 30).then(async () => {
        const path = `/api/v1/namespaces/${namespace}/pods/${name}`
        const body = { gracePeriodSeconds: 0, preconditions: { uid } }
        await api.call({ method: 'DELETE', path, body }).catch((error: unknown) => {
          if (!(error instanceof ApiFailure && error.status === 404))
            options.note(`${name}: ${String(error)}`)
        })
      })
    },
    stop(graceSeconds) {
      stopped ??= stop(graceSeconds)
      return stopped
    },
  }
}
