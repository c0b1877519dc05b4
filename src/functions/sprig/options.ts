import type { Zone } from '../../golang/zone.ts'

/** What Sprig's functions take from the world: all of it is given to them. */
export interface SprigOptions {
  /** Nanoseconds since 1970: what `now` and `ago` go by. */
  readonly now: () => bigint
  /** That many random bytes, fit for secrets (randomBytes of node:crypto). */
  readonly random: (count: number) => Uint8Array
  /** What `env` and `expandenv` read: a map that the operator sets, never the process's environment. */
  readonly environment: ReadonlyMap<string, string>
  /**
   * The zone that Go calls Local.
   *
   * Default: UTC, as in Istio's image
   */
  readonly zone?: Zone
}
