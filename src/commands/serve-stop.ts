import closeWithGrace from 'close-with-grace'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultLimits } from '../server/limits.ts'
import type { Readiness } from '../server/readiness.ts'
import type { Webhook } from '../server/webhook.ts'
import type { LineBuffer } from '../telemetry/line-buffer.ts'
import { errorSite, type Logger } from '../telemetry/log.ts'
import type { ExitCode } from './command.ts'

export interface Running {
  readonly drainSeconds: number
  readonly log: Logger
  readonly lines: LineBuffer
  readonly readiness: Readiness
  readonly webhook: Webhook
  /** Closes what is left when the webhook is closed. */
  readonly close: () => Promise<void>
}

/** For what comes after draining and closing, before the process is ended by force. */
const spareMs = 5000

export interface Stop {
  /** Resolves when a signal, or a defect, has come: what is still to be started is not needed any more. */
  readonly begun: Promise<void>
  /** Resolves when everything is closed. */
  readonly exitCode: Promise<ExitCode>
}

/**
 * Waits for SIGTERM or SIGINT and stops without a failed call: not ready first; then, for as long as it takes everybody
 * who sends us traffic to see that, served on, each answer closing its connection; then closed, with the requests in
 * flight answered. A second signal ends the process at once, with 1.
 *
 * To be called before anything is waited for: Linux keeps signals that nobody handles from the first process of a container.
 */
export function untilStopped(running: Running): Stop {
  const { drainSeconds, log, lines, readiness, webhook } = running
  const begun = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<ExitCode>()
  const delay = drainSeconds * 1000 + defaultLimits.closeMs + spareMs
  const atOnce = () => lines.flushSync()

  closeWithGrace(
    { delay, logger: false, onSecondSignal: atOnce, onTimeout: atOnce },
    async ({ signal, err }) => {
      if (err === undefined) log.info({ signal }, 'stopping')
      else log.fatal({ defect: errorSite(err) }, 'stopping after a defect')
      begun.resolve()
      const wasReady = readiness.reasons().length === 0
      readiness.hold('stopping', 'the server is stopping')
      webhook.drain()
      // Whoever was never ready has no traffic.
      if (wasReady) await sleep(drainSeconds * 1000)
      await webhook.close()
      await running.close()
      log.info('stopped')
      await lines.drain()
      stopped.resolve(err === undefined ? 0 : 1)
    },
  )
  return { begun: begun.promise, exitCode: stopped.promise }
}
