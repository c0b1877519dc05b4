/** Since when every webhook configuration carries which CA, as far as this process has seen. */
export interface Carried {
  /** Tells what was seen: the fingerprints that each configuration carries; one that does not exist is not among them. */
  saw(bundles: readonly ReadonlySet<string>[], now: number): void
  isCarried(fingerprint: string): boolean
  /** For so long, by observation. */
  isCarriedFor(fingerprint: string, ms: number, now: number): boolean
}

/** Nothing seen yet: nothing is carried. */
export function createCarried(): Carried {
  const since = new Map<string, number>()
  /** Of no configurations, all carry it. */
  let isEmpty = false

  return {
    saw(bundles, now) {
      isEmpty = bundles.length === 0
      const [first, ...others] = bundles
      const everywhere = new Set(first)
      for (const other of others) {
        for (const fingerprint of everywhere) if (!other.has(fingerprint)) everywhere.delete(fingerprint)
      }
      for (const fingerprint of since.keys()) if (!everywhere.has(fingerprint)) since.delete(fingerprint)
      // Later than now: by a clock that has been set back.
      for (const fingerprint of everywhere)
        since.set(fingerprint, Math.min(since.get(fingerprint) ?? now, now))
    },
    isCarried: (fingerprint) => isEmpty || since.has(fingerprint),
    isCarriedFor(fingerprint, ms, now) {
      if (isEmpty) return true
      const from = since.get(fingerprint)
      return from !== undefined && now - from >= ms
    },
  }
}
