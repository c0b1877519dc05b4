import { addresses } from './addresses.ts'
import type { Pod } from './objects.ts'
import type { Ended } from './processes.ts'

/** What is true of a pod with one container. */
export interface PodState {
  readonly started: Date
  /** Since when the container runs; undefined while it does not. */
  running: Date | undefined
  ready: boolean
  restarts: number
  /** How the container ended before. */
  ended: (Ended & { readonly at: Date }) | undefined
}

/** The status that kubelet writes. */
export function statusOf(pod: Pod, address: string, state: PodState): object {
  const isReady = state.running !== undefined && state.ready
  const [container] = pod.spec.containers
  const phase = phaseOf(pod, state)
  const isReadyNow = readiness(isReady, phase)
  return {
    phase,
    startTime: state.started.toISOString(),
    hostIP: addresses.node,
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: [
      { type: 'Initialized', status: 'True' },
      { type: 'ContainersReady', ...isReadyNow },
      { type: 'Ready', ...isReadyNow },
    ],
    containerStatuses: [
      {
        name: container?.name,
        image: container?.image,
        imageID: '',
        ready: isReady,
        started: state.running !== undefined,
        restartCount: state.restarts,
        state: containerState(state),
        ...(state.ended === undefined || state.restarts === 0
          ? {}
          : { lastState: { terminated: terminated(state.ended) } }),
      },
    ],
  }
}

function phaseOf({ spec }: Pod, { running, ended }: PodState): string {
  if (running !== undefined) return 'Running'
  if (ended === undefined) return 'Pending'
  if (spec.restartPolicy !== 'Never') return 'Running'
  return ended.code === 0 ? 'Succeeded' : 'Failed'
}

function readiness(isReady: boolean, phase: string): object {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  return { status: isReady ? 'True' : 'False' }
}

function containerState({ running, ended }: PodState): object {
  // A patch is merged: what is not so any more must be said.
  if (running !== undefined) {
    return { running: { startedAt: running.toISOString() }, waiting: null, terminated: null }
  }
  if (ended !== undefined) return { running: null, waiting: null, terminated: terminated(ended) }
  return { running: null, waiting: { reason: 'ContainerCreating' }, terminated: null }
}

function terminated({ code, signal, at }: Ended & { readonly at: Date }): object {
  const killed = signal === null ? 0 : 137
  return {
    exitCode: code ?? killed,
    reason: code === 0 ? 'Completed' : 'Error',
    finishedAt: at.toISOString(),
  }
}
