import { defaultBackOff, waitMs } from '../cluster/back-off.ts'
import type { Clock } from './clock.ts'
import type { Keeper } from './keeper.ts'

export interface KeepOptions {
  readonly keeper: Keeper
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Told of every look that has failed; undefined once one has not. */
  readonly onTrouble: (error: unknown) => void
}

export interface Keeping {
  /** Something has changed: looks soon. */
  wake(): void
  close(): void
}

/** Whoever changes things all the time costs us ten looks a second, not more. */
const leastMs = 100

/** A clock that was set back meanwhile makes a time to come a distant one. */
const mostMs = 10_000

/** Looks again and again: when the keeper wants to, when it is woken, and after a failure. Never gives up. */
export function keep({ keeper, clock, random, onTrouble }: KeepOptions): Keeping {
  let isWoken = false
  let failures = 0
  const closing = new AbortController()
  let waking = new AbortController()

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const began = clock.now()
      isWoken = false
      const next = await lookOnce()
      await clock.sleep(within(began + leastMs - clock.now(), leastMs), closing.signal)
      if (!isWoken) await untilWoken(next)
    }
  }

  async function lookOnce(): Promise<number> {
    try {
      const next = await keeper.look()
      if (failures > 0) onTrouble(undefined)
      failures = 0
      return next
    } catch (error) {
      failures++
      // Closing cuts calls off.
      if (!closing.signal.aborted) onTrouble(error)
      return clock.now() + waitMs(failures, error, random(), defaultBackOff)
    }
  }

  async function untilWoken(time: number): Promise<void> {
    waking = new AbortController()
    await clock.sleep(within(time - clock.now(), mostMs), AbortSignal.any([waking.signal, closing.signal]))
  }

  void run()
  return {
    wake() {
      isWoken = true
      waking.abort()
    },
    close: () => closing.abort(),
  }
}

function within(ms: number, most: number): number {
  return Math.min(Math.max(0, ms), most)
}
