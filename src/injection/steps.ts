/** Work in steps of some milliseconds each, between which others may have the processor. */
export type Steps<T> = Generator<undefined, T>

/** Does all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
