import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds; fails after 15 s. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !(await condition()); await sleep(5)) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
  }
}
