import { compareReleases, release, sameLine, type Release } from './release.ts'

/**
 * What changed in a release, cumulatively: a row holds from its release on, until a later row says otherwise.
 * A backport names each line by itself: `from: ['1.27.9', '1.28.10', '1.29']` holds in 1.27 from 1.27.9 on,
 * in 1.28 from 1.28.10 on, and everywhere from 1.29 on. Groups (objects) are changed member by member.
 */
export interface Row<T> {
  readonly from: string | readonly string[]
  readonly set: Changes<T>
}

/** Some of the members, and of groups some of theirs; lists and regular expressions are values. */
export type Changes<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] | RegExp | undefined
    ? T[K]
    : T[K] extends object
      ? Partial<T[K]>
      : T[K]
}

/** Folds the rows that hold for a release, in the order of the table, over the base. */
export function fold<T extends object>(base: T, rows: readonly Row<T>[], at: Release): T {
  const folded = { ...base }
  for (const row of rows) if (holds(row.from, at)) apply(folded, row.set)
  return folded
}

function apply<T extends object>(folded: T, changes: Changes<T>): void {
  for (const [name, change] of Object.entries(changes)) {
    const group: unknown = Reflect.get(folded, name)
    Reflect.set(folded, name, isGroup(group) && isGroup(change) ? { ...group, ...change } : change)
  }
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
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
