import type { Settings } from '../injection/settings.ts'
import { formatRelease } from '../istio/release.ts'
import type { CertificatePair } from '../tls/pair.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What log and metrics say when settings are loaded, or cannot be. Settings hold nothing of a pod, so messages are written. */
export function settingsEvents(log: Logger, metrics: Metrics) {
  return {
    onLoad({ detection, warnings }: Settings, generation: number): void {
      metrics.settingsGeneration.set(generation)
      metrics.settingsLoaded.set(Date.now() / 1000)
      log.info({ generation, release: formatRelease(detection.release) }, 'settings loaded')
      for (const warning of warnings) log.warn({ generation }, warning)
    },
    onError(error: unknown): void {
      metrics.settingsErrors.inc()
      log.error({ error: messageOf(error) }, 'settings cannot be used, the last good ones stay')
    },
  }
}

/** The same for certificates. */
export function certificateEvents(log: Logger, metrics: Metrics) {
  return {
    onLoad({ expires, fingerprint }: CertificatePair): void {
      metrics.certificateExpiry.set(expires.getTime() / 1000)
      log.info({ fingerprint, expires }, 'certificate loaded')
      if (expires.getTime() < Date.now()) log.error({ expires }, 'the certificate has expired')
    },
    onError(error: unknown): void {
      metrics.certificateErrors.inc()
      log.error({ error: messageOf(error) }, 'certificate cannot be used, the last good one stays')
    },
    onUnwritable(error: unknown): void {
      log.warn(
        { error: messageOf(error) },
        'the self-made certificate cannot be kept, the next start makes another',
      )
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
