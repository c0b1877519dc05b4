import { setTimeout as sleep } from 'node:timers/promises'
import { podAddress } from './addresses.ts'
import type { Api } from './api.ts'
import type { Pod } from './objects.ts'
import { startPod, type PodOptions, type RunningPod } from './pod.ts'
import { realPods } from './stages.ts'

export interface KubeletOptions extends Omit<PodOptions, 'address' | 'number'> {
  readonly api: Api
}

/** Runs the pods with a label of `realPods`, on whichever node they were put. */
export interface Kubelet {
  /** The pods that run, in the order in which they came. */
  pods(): readonly RunningPod[]
  stop(): Promise<void>
}

/**
 * kubelet, as far as a Deployment of a server and a Job need it: networks, volumes, environment, one container, probes, restarts,
 * an end by itself, conditions, and an end with its grace. Pods of all nodes are in one place.
 */
export function startKubelet(options: KubeletOptions): Kubelet {
  const { api } = options
  const path = `/api/v1/pods?labelSelector=${encodeURIComponent(`${realPods.label} in (${realPods.values.join(',')})`)}`
  const running = new Map<string, RunningPod>()
  const stopping = new AbortController()
  let number = 0

  function see(pod: Pod, gone: boolean): void {
    const uid = pod.metadata.uid ?? ''
    const known = running.get(uid)
    if (gone) {
      running.delete(uid)
      void known?.stop(0)
      return
    }
    if (known !== undefined) {
      known.update(pod)
      return
    }
    if (pod.spec.nodeName === undefined || pod.metadata.deletionTimestamp !== undefined) return
    number += 1
    running.set(uid, startPod(pod, { ...options, number, address: podAddress(number) }))
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for await (const { type, object } of api.watch<Pod>(path, stopping.signal)) {
          if (type === 'ADDED' || type === 'MODIFIED') see(object, false)
          if (type === 'DELETED') see(object, true)
        }
      } catch (error) {
        if (stopping.signal.aborted) return
        options.note(`watching pods: ${String(error)}`)
        await sleep(500)
      }
    }
  }

  const following = follow()
  return {
    pods: () => [...running.values()],
    async stop() {
      stopping.abort()
      await following
      await Promise.all([...running.values()].map((pod) => pod.stop(0)))
    },
  }
}
