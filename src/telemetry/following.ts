import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** The same trouble is told again after a minute, not at every attempt. */
const repeatMs = 60_000

/** What log and metrics say of the cluster that settings come from. */
export function clusterEvents(log: Logger, metrics: Metrics, now: () => number = Date.now) {
  const troubles = new Map<string, { readonly message: string; readonly at: number }>()
  let waiting: string | undefined

  return {
    /** An attempt to look at a resource failed; undefined: it works again. */
    onTrouble(resource: string, error: unknown): void {
      const before = troubles.get(resource)
      if (error === undefined) {
        troubles.delete(resource)
        if (before !== undefined) log.info({ resource }, 'the API server answers again')
        return
      }
      metrics.watchErrors.inc(resource, codeOf(error))
      const message = messageOf(error)
      if (before?.message === message && now() - before.at < repeatMs) return
      troubles.set(resource, { message, at: now() })
      log.error({ resource, error: message }, 'the cluster cannot be followed, the last good settings stay')
    },
    /** There is nothing to serve yet; undefined: there is. */
    onWaiting(why: string | undefined): void {
      if (why !== undefined && why !== waiting) log.warn({ reason: why }, 'waiting for settings')
      waiting = why
    },
    /** ConfigMaps are gone; undefined: they are back. */
    onOrphan(revision: string, why: Error | undefined): void {
      metrics.settingsOrphaned.set(why === undefined ? 0 : 1, revision)
      if (why === undefined) log.info({ revision }, 'the ConfigMaps are back')
      else log.warn({ revision, reason: why.message }, orphaned)
    },
    onEventError(error: unknown): void {
      metrics.eventErrors.inc()
      log.warn({ error: messageOf(error) }, 'an Event cannot be written')
    },
    /** To be called before the metrics are shown: the gauge grows by itself. */
    showStaleness(lastContacts: ReadonlyMap<string, number | undefined>, since: number): void {
      for (const [resource, at = since] of lastContacts) {
        metrics.settingsStaleness.set(Math.max(0, (now() - at) / 1000), resource)
      }
    },
  }
}

const orphaned =
  'a ConfigMap is gone; the last good settings stay in use until this process ends, and the next one waits for it'

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'internal'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
