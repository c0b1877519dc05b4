/** An Istio release such as 1.27.9; snapshots and release candidates count as the release they lead to. */
export interface Release {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

// `1.0.3`, `1.31`, `1.31.0-rc.0`, `1.4-dev`, `release-1.0-latest-daily`, `v1.30.3-distroless`, `1.24.6_abc`
const releaseText = /^(?:release-|v)?(\d{1,2})\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/

/** Reads a release from a version or an image tag; undefined if the text names none (`latest`, a digest). */
export function parseRelease(text: string): Release | undefined {
  const match = releaseText.exec(text)
  if (match === null) return undefined
  const [, major, minor, patch] = match
  const release = { major: Number(major), minor: Number(minor), patch: Number(patch ?? 0) }
  // Istio was 0.x until 0.8 and has been 1.x since; a tag like 2.13 belongs to something else.
  return release.major <= 1 ? release : undefined
}

/** Negative, zero or positive as `a` is older than, the same as, or newer than `b`. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch
}

/** `1.27.9`. */
export function formatRelease(release: Release): string {
  return `${release.major}.${release.minor}.${release.patch}`
}

/** True if both belong to the same line, e.g. 1.27.0 and 1.27.9. */
export function sameLine(a: Release, b: Release): boolean {
  return a.major === b.major && a.minor === b.minor
}

/** Reads a release that is known to be one, in tables of this folder. */
export function release(text: string): Release {
  const parsed = parseRelease(text)
  if (parsed === undefined) throw new TypeError(`${text} is no Istio release`)
  return parsed
}
