import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** The same trouble is told again after a minute. */
const repeatMs = 60_000

/** What log and metrics say of Events about the owners of pods: `written`, `known`, `dropped` or `failed`. */
export function tellingEvents(log: Logger, metrics: Metrics, now: () => number = Date.now) {
  let toldAt = -Infinity
  return (result: string, error?: unknown): void => {
    metrics.ownerEvents.inc(result)
    if (result !== 'failed' || now() - toldAt < repeatMs) return
    toldAt = now()
    const message = error instanceof Error ? error.message : String(error)
    log.warn({ error: message }, 'an Event about the owner of a pod cannot be written')
  }
}
