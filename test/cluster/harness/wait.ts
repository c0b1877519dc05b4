import { setTimeout as sleep } from 'node:timers/promises'

/** What the tests wait for did not happen in time. */
export class TooLate extends Error {
  constructor(what: string, seconds: number, options?: ErrorOptions) {
    super(`${what}: not within ${seconds} s`, options)
    this.name = 'TooLate'
  }
}

/** What will not come, however long it is waited for. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless'
}

/**
 * Asks until there is an answer. A question that throws is asked again, unless it throws Hopeless; what it threw last is the cause
 * of TooLate.
 */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false>,
  everyMilliseconds = 50,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  let cause: unknown
  do {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      cause = undefined
    } catch (error) {
      if (error instanceof Hopeless) throw error
      cause = error
    }
    await sleep(everyMilliseconds)
  } while (performance.now() < end)
  throw new TooLate(what, seconds, { cause })
}
