import type { Clock } from '../tls/clock.ts'

export interface RepeatOptions {
  readonly everyMs: number
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Never rejects. */
  readonly run: () => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Runs something again and again until the signal comes. Replicas that started together spread over the interval: the first
 * run is anywhere in it, and none comes in step with others.
 */
export async function repeat({ everyMs, clock, random, run, signal }: RepeatOptions): Promise<void> {
  await clock.sleep(everyMs * random(), signal)
  while (!signal.aborted) {
    await run()
    await clock.sleep(everyMs * (0.75 + random() / 2), signal)
  }
}
