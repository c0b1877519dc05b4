/** Whether traffic may come, and if not, why not. */
export interface Readiness {
  /** The reasons to wait, in the order in which they came up; empty when ready. */
  reasons(): readonly string[]
  hold(condition: string, reason: string): void
  release(condition: string): void
}

/** Ready until a condition is held; made once per server and handed down. */
export function createReadiness(): Readiness {
  const held = new Map<string, string>()
  return {
    reasons: () => [...held.values()],
    hold: (condition, reason) => void held.set(condition, reason),
    release: (condition) => void held.delete(condition),
  }
}
