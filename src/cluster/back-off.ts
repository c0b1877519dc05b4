import { ClusterError } from './errors.ts'

export interface BackOff {
  /** The first wait, which doubles with each failure. Default: 250. */
  readonly firstMs: number
  /** The longest wait. Default: 3000. */
  readonly longestMs: number
  /** The longest wait that a server may ask for by `Retry-After`. Default: 8000. */
  readonly longestAskedMs: number
}

/**
 * However long the server was away, and whatever it asked for, it is asked again within 8 s: settings are to be fresh
 * 10 s after its recovery.
 */
export const defaultBackOff: BackOff = { firstMs: 250, longestMs: 3000, longestAskedMs: 8000 }

/**
 * How long to wait after that many failures in a row, 1 after the first; `random` is from 0 to 1. Half of the wait is left
 * to chance, so that replicas which have lost the server together do not come back together.
 */
export function waitMs(failures: number, error: unknown, random: number, backOff: BackOff): number {
  const { firstMs, longestMs, longestAskedMs } = backOff
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16))
  const own = whole / 2 + (whole / 2) * random
  const asked = error instanceof ClusterError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
  return Math.max(own, Math.min(asked, longestAskedMs))
}
