import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** A cause that was found, as far as log and metrics tell it. */
export interface FoundCause {
  readonly cause: string
  readonly certainty: string
  readonly title: string
  readonly docs: string
}

/** What log and metrics say of the slow check in `serve`. A line where something has changed, not each time. */
export function doctorEvents(log: Logger, metrics: Metrics) {
  const holding = new Set<string>()
  const shown = new Set<string>()
  let trouble: string | undefined
  return {
    onFindings(findings: readonly FoundCause[]): void {
      const found = new Set(findings.map(({ cause }) => cause))
      for (const { cause, certainty, title, docs } of findings) {
        if (!holding.has(cause)) log.warn({ cause, certainty, docs }, `doctor: ${title}`)
      }
      for (const cause of holding) if (!found.has(cause)) log.info({ cause }, 'doctor: gone')
      for (const cause of found) shown.add(cause)
      for (const cause of shown) metrics.doctorFinding.set(found.has(cause) ? 1 : 0, cause)
      holding.clear()
      for (const cause of found) holding.add(cause)
      metrics.doctorRan.set(Date.now() / 1000)
    },
    onError(error: unknown): void {
      metrics.doctorErrors.inc()
      log.warn({ error: messageOf(error) }, 'doctor: could not look')
    },
    /** Told each time when the condition of a pod was written, or why it was not. */
    onCondition(pod: string, error?: unknown): void {
      const before = trouble
      trouble = error === undefined ? undefined : messageOf(error)
      if (trouble === before) return
      if (trouble === undefined) log.info({ pod }, 'doctor: the condition of the pod is written again')
      else log.warn({ pod, error: trouble }, 'doctor: the condition of the pod cannot be written')
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
