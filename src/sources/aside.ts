import { setImmediate } from 'node:timers/promises'

/** Does work in steps one by one, and lets requests be answered between them. */
export async function aside<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await setImmediate()
  }
}
