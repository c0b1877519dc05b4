import { pino, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from './log-levels.ts'

export type { Logger } from 'pino'

/** One JSON object a line; made once per process and handed down. */
export function createLog(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      // The node and the pod are known to whoever collects the log.
      base: null,
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
}

/** `,"time":"2026-11-24T05:31:00.123Z"`. Writing a date takes longer than writing the line: once a millisecond is enough. */
function isoTime(): () => string {
  let last = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) {
      last = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}

/** An error for the log without its message, which may repeat the pod: class, code and where it was thrown. */
export function errorSite(error: unknown): { name: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error }
  const at = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, maxFrames)
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { name: error.name, ...code, ...(at === undefined ? {} : { at: at.map((line) => line.trim()) }) }
}

const maxFrames = 10
