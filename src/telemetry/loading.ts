import type { Settings } from '../injection/settings.ts'
import { formatRelease } from '../istio/release.ts'
import type { CertificatePair } from '../tls/pair.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What log and metrics say when settings are loaded, or cannot be. Settings hold nothing of a pod, so messages are written. */
export function settingsEvents(log: Logger, metrics: Metrics) {
  /** The labels that the info series of a revision has now. */
  const infos = new Map<string, readonly string[]>()

  function forgetInfo(revision: string): void {
    const labels = infos.get(revision)
    if (labels !== undefined) metrics.settingsInfo.remove(...labels)
    infos.delete(revision)
  }

  return {
    onLoad(revision: string, { detection, warnings }: Settings, generation: number): void {
      const release = formatRelease(detection.release)
      const { because, source } = detection
      const info = [revision, release, source, because]
      forgetInfo(revision)
      infos.set(revision, info)
      metrics.settingsInfo.set(1, ...info)
      metrics.settingsGeneration.set(generation, revision)
      metrics.settingsLoaded.set(Date.now() / 1000, revision)
      metrics.settingsErrors.touch(revision)
      metrics.settingsRefused.set(0, revision)
      log.info({ revision, generation, release, because }, 'settings loaded')
      for (const warning of warnings) log.warn({ revision, generation }, warning)
    },
    onError(revision: string, error: unknown): void {
      metrics.settingsErrors.inc(revision)
      metrics.settingsRefused.set(1, revision)
      const message = 'settings cannot be used, the last good ones stay'
      log.error({ revision, error: messageOf(error) }, message)
    },
    /** What was wrong with it is there no more. */
    onForgiven(revision: string): void {
      metrics.settingsRefused.remove(revision)
    },
    /** The revision is gone for good. */
    onGone(revision: string): void {
      forgetInfo(revision)
      metrics.settingsGeneration.remove(revision)
      metrics.settingsLoaded.remove(revision)
      metrics.settingsRefused.remove(revision)
      log.warn({ revision }, 'settings are gone: pods of this revision get no sidecar')
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
