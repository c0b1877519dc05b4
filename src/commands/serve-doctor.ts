import type { KubernetesClient } from '../cluster/client.ts'
import { serviceAccount } from '../cluster/service-account.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { Finding } from '../diagnosis/finding.ts'
import { collect } from '../doctor/collect.ts'
import { repeat } from '../doctor/repeat.ts'
import { doctorEvents } from '../telemetry/doctoring.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { systemClock } from '../tls/clock.ts'
import type { ServeOptions } from './serve-command.ts'

export interface DoctorSurroundings {
  readonly client: () => Promise<KubernetesClient>
  readonly log: Logger
  readonly metrics: Metrics
  readonly signal: AbortSignal
  /** Told of what was found each time. */
  readonly onFindings: (findings: readonly Finding[]) => void
}

/** Looks for what keeps pods from being injected, now and then, if the flags ask for it. */
export function openServedDoctor(
  { doctorMinutes, doctorNamespace: namespace, istioNamespace }: ServeOptions,
  { client, log, metrics, signal, onFindings }: DoctorSurroundings,
): void {
  const told = doctorEvents(log, metrics)
  const place = serviceAccount(process.env) === undefined ? 'outside' : 'in-cluster'

  async function run(): Promise<void> {
    try {
      const seen = await collect({ client: await client(), asked: { namespace, istioNamespace }, place })
      if (signal.aborted) return
      if (seen.failure !== undefined) return told.onError(new Error(seen.failure.message))
      const { findings } = diagnose(seen)
      told.onFindings(findings)
      onFindings(findings)
    } catch (error) {
      told.onError(error)
    }
  }

  void repeat({ everyMs: doctorMinutes * 60_000, clock: systemClock, random: Math.random, run, signal })
}
