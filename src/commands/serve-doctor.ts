import type { KubernetesClient } from '../cluster/client.ts'
import { connectsAsPod, type ConnectOptions } from '../cluster/connect.ts'
import { writeCondition, type Condition, type PodName } from '../cluster/pod-condition.ts'
import { ownNamespace } from '../cluster/service-account.ts'
import { conditionOf, couldNotLook } from '../diagnosis/condition.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { Finding } from '../diagnosis/finding.ts'
import type { Observations } from '../diagnosis/observations.ts'
import { collect } from '../doctor/collect.ts'
import { repeat } from '../doctor/repeat.ts'
import { doctorEvents } from '../telemetry/doctoring.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { systemClock } from '../tls/clock.ts'
import type { ServeOptions } from './serve-command.ts'
import { podName } from './serve-self.ts'

/** From where the slow check looks. */
export interface DoctorPlace {
  readonly place: Observations['place']
  /** The pod whose condition tells of it; undefined where this is none, or one of another cluster. */
  readonly pod: PodName | undefined
}

export interface DoctorSurroundings extends DoctorPlace {
  readonly client: () => Promise<KubernetesClient>
  readonly log: Logger
  readonly metrics: Metrics
  readonly signal: AbortSignal
  /** Told of what was found each time. */
  readonly onFindings: (findings: readonly Finding[]) => void
}

/** The pod that this runs in, if it is the cluster's that the flags mean. */
export async function doctorPlace(options: ConnectOptions): Promise<DoctorPlace> {
  if (!connectsAsPod(options)) return { place: 'outside', pod: undefined }
  const namespace = await ownNamespace()
  return { place: 'in-cluster', pod: namespace === undefined ? undefined : { namespace, name: podName() } }
}

/** Looks for what keeps pods from being injected, now and then, if the flags ask for it. */
export function openServedDoctor(
  options: Pick<ServeOptions, 'doctorMinutes' | 'doctorNamespace' | 'istioNamespace'>,
  { client, log, metrics, signal, onFindings, place, pod }: DoctorSurroundings,
): void {
  const { doctorMinutes, doctorNamespace: namespace, istioNamespace } = options
  const told = doctorEvents(log, metrics)

  async function run(): Promise<void> {
    const condition = await look()
    if (condition !== undefined && !signal.aborted) await tell(condition)
  }

  /** Undefined if the server has been told to stop meanwhile. */
  async function look(): Promise<Condition | undefined> {
    try {
      const seen = await collect({ client: await client(), asked: { namespace, istioNamespace }, place })
      if (signal.aborted) return undefined
      const diagnosis = diagnose(seen)
      if (seen.failure === undefined) {
        told.onFindings(diagnosis.findings)
        onFindings(diagnosis.findings)
      } else told.onError(new Error(seen.failure.message))
      return conditionOf(seen, diagnosis)
    } catch (error) {
      told.onError(error)
      return couldNotLook(error instanceof Error ? error.message : String(error))
    }
  }

  /** In the pod's own status, where it has one. */
  async function tell(condition: Condition): Promise<void> {
    if (pod === undefined) return
    const name = `${pod.namespace}/${pod.name}`
    try {
      await writeCondition(await client(), condition, { pod, now: systemClock.now(), signal })
      told.onCondition(name)
    } catch (error) {
      if (!signal.aborted) told.onCondition(name, error)
    }
  }

  void repeat({ everyMs: doctorMinutes * 60_000, clock: systemClock, random: Math.random, run, signal })
}
