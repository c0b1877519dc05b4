import { compareReleases, release, sameLine, type Release } from './release.ts'

/**
 * What changed in a release, cumulatively: a row holds from its release on, until a later row says otherwise.
 * A backport names each line by itself: `from: ['1.27.9', '1.28.10', '1.29']` holds in 1.27 from 1.27.9 on,
 * in 1.28 from 1.28.10 on, and everywhere from 1.29 on.
 */
export interface Row<T> {
  readonly from: string | readonly string[]
  readonly set: Partial<T>
}

/** Folds the rows that hold for a release, in the order of the table, over the base. */
export function fold<T extends object>(base: T, rows: readonly Row<T>[], at: Release): T {
  return Object.assign({ ...base }, ...rows.filter((row) => holds(row.from, at)).map((row) => row.set))
}

/** Whether something that came with the given release(s) is there in release `at`. */
export function holds(from: string | readonly string[], at: Release): boolean {
  if (typeof from === 'string') return compareReleases(at, release(from)) >= 0
  const starts = from.map(release)
  const own = starts.find((start) => sameLine(start, at))
  if (own !== undefined) return at.patch >= own.patch
  const last = starts.at(-1)
  return last !== undefined && compareReleases(at, last) >= 0
}
