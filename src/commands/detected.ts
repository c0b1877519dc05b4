import type { Writable } from 'node:stream'
import type { Settings } from '../injection/settings.ts'
import { formatRelease } from '../istio/release.ts'

/** Tells which release settings are taken to be of, and why, and what else there is to say about them. */
export function tellDetected(stderr: Writable, { detection, warnings }: Settings, revision?: string): void {
  stderr.write(`${revision === undefined ? '' : `revision ${revision}: `}${detectedText({ detection })}\n`)
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`)
}

/** `Istio 1.30.3: values.global.tag is 1.30.3` */
export function detectedText({ detection }: Pick<Settings, 'detection'>): string {
  return `Istio ${formatRelease(detection.release)}: ${detection.because}`
}
