import { setTimeout as sleep } from 'node:timers/promises'
import { ApiFailure } from './api.ts'
import type { Cluster } from './cluster.ts'
import { createPod, proxyImage } from './scenario.ts'

/** One pod that was asked for. */
export interface Creation {
  /** Seconds since the load began. */
  readonly at: number
  readonly milliseconds: number
  /** Why there is no pod; undefined where there is one. */
  readonly failure: string | undefined
  readonly hasSidecar: boolean
}

export interface Load {
  readonly creations: readonly Creation[]
  /** Seconds since it began. */
  now(): number
  /** Ends it, and waits for the answers that are under way. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly namespace: string
  readonly perSecond: number
  /** Default: they are deleted some seconds after they came. */
  readonly keep?: boolean
}

/** How long a pod is there at least, in seconds. */
const life = 5

/**
 * Creates pods at a steady rate, whether the answers come or not, as many users would. No scheduler takes them, so that
 * the machine's time is for the API server and the webhook.
 */
export function startLoad(cluster: Cluster, { namespace, perSecond, keep = false }: LoadOptions): Load {
  const began = performance.now()
  const creations: Creation[] = []
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const now = (): number => (performance.now() - began) / 1000

  async function create(number: number): Promise<void> {
    const at = now()
    const sent = performance.now()
    let failure: string | undefined
    let hasSidecar = false
    try {
      hasSidecar =
        proxyImage(await createPod(cluster, namespace, loadPod(number, Math.trunc(at / life)))) !== undefined
    } catch (error) {
      failure = error instanceof ApiFailure ? error.message : `no answer: ${String(error)}`
    }
    creations.push({ at, milliseconds: performance.now() - sent, failure, hasSidecar })
  }

  async function run(): Promise<void> {
    for (let number = 0; !stopping.signal.aborted; number += 1) {
      const creating = create(number)
      underWay.add(creating)
      void creating.finally(() => underWay.delete(creating))
      const wait = ((number + 1) / perSecond - now()) * 1000
      if (wait > 0) await sleep(wait)
    }
  }

  async function clean(): Promise<void> {
    for (let age = 0; !stopping.signal.aborted; age += 1) {
      while (now() < (age + 2) * life) {
        if (stopping.signal.aborted) return
        await sleep(100)
      }
      await deleteAge(cluster, namespace, age)
    }
  }

  const running = run()
  const cleaning = keep ? Promise.resolve() : clean()
  return {
    creations,
    now,
    async stop() {
      stopping.abort()
      await running
      await Promise.all(underWay)
      await cleaning
    },
  }
}

function loadPod(number: number, age: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `load-${number}`, labels: { app: 'load', age: String(age) } },
    spec: {
      schedulerName: 'nobody',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }],
    },
  }
}

async function deleteAge(cluster: Cluster, namespace: string, age: number): Promise<void> {
  await cluster.api.call({
    method: 'DELETE',
    path: `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dload%2Cage%3D${age}&gracePeriodSeconds=0`,
  })
}

/** The counts of a load, in one line. */
export function summary({ creations }: Load): string {
  const times = creations.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const quantile = (part: number): string => (times[Math.trunc(part * (times.length - 1))] ?? 0).toFixed(0)
  const failed = creations.filter(({ failure }) => failure !== undefined).length
  const without = creations.filter(({ failure, hasSidecar }) => failure === undefined && !hasSidecar).length
  const seconds = Math.max(...creations.map(({ at }) => at))
  const rate = (creations.length / seconds).toFixed(1)
  return (
    `${creations.length} creations in ${seconds.toFixed(0)} s (${rate}/s), ${failed} failed, ${without} without sidecar; ` +
    `answers after ${quantile(0.5)} ms (median), ${quantile(0.99)} ms (99 %), ${quantile(1)} ms (all)`
  )
}
