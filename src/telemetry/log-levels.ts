/** pino's levels, from the most talkative; apart from the log, so that `--help` need not load pino. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]
