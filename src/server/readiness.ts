/** Whether traffic may come, and if not, why not. */
export interface Readiness {
  /** The reasons to wait, in the order in which they came up; empty when ready. */
  reasons(): readonly string[]
  hold(condition: string, reason: string): void
  release(condition: string): void
  /** Resolves as soon as there is no reason to wait. */
  ready(): Promise<void>
}

/** Ready until a condition is held; made once per server and handed down. */
export function createReadiness(): Readiness {
  const held = new Map<string, string>()
  let waiting: PromiseWithResolvers<void> | undefined
  return {
    reasons: () => [...held.values()],
    hold: (condition, reason) => void held.set(condition, reason),
    release(condition) {
      held.delete(condition)
      if (held.size > 0) return
      waiting?.resolve()
      waiting = undefined
    },
    async ready() {
      if (held.size === 0) return
      waiting ??= Promise.withResolvers()
      return waiting.promise
    },
  }
}
