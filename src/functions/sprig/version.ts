/** Semantic versions as Masterminds/semver 3.3 reads and compares them; npm's rules differ. */
import { compareText } from '../../golang/bytes.ts'
import { NumError, parseUint } from '../../golang/parse.ts'
import { goError } from './errors.ts'

export interface Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  /** `beta.1`, empty for a release. */
  readonly prerelease: string
  readonly metadata: string
  /** As it was written. */
  readonly original: string
}

/** Go's zero value. */
export const zeroVersion: Version = {
  major: 0n,
  minor: 0n,
  patch: 0n,
  prerelease: '',
  metadata: '',
  original: '',
}

const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`
const pattern = new RegExp(
  String.raw`^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-(${identifiers}))?(?:\+(${identifiers}))?$`,
)

/** semver.NewVersion: minor and patch may be missing, a `v` may be there. Throws SprigError. */
export function parseVersion(original: string): Version {
  const match = pattern.exec(original)
  if (match === null) throw goError('Invalid Semantic Version')
  const [, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] = match
  const version = {
    major: segment(major),
    minor: segment(minor),
    patch: segment(patch),
    prerelease,
    metadata,
    original,
  }
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) {
    throw goError('Version segment starts with 0')
  }
  return version
}

/** Version.String: without a `v`, with all three numbers. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  const release = `${major}.${minor}.${patch}`
  return release + (prerelease === '' ? '' : `-${prerelease}`) + (metadata === '' ? '' : `+${metadata}`)
}

/** Version.Compare: -1, 0 or 1. Metadata do not count, and a release comes after its prereleases. */
export function compareVersions(a: Version, b: Version): number {
  const numbers =
    compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor) || compareNumbers(a.patch, b.patch)
  if (numbers !== 0 || a.prerelease === b.prerelease) return numbers
  if (a.prerelease === '') return 1
  return b.prerelease === '' ? -1 : comparePrereleases(a.prerelease, b.prerelease)
}

/** Part by part: numbers before words, numbers by value, words by their bytes, what is shorter first. */
export function comparePrereleases(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i], right[i])
    if (order !== 0) return order
  }
  return 0
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  const left = numberOf(a)
  const right = numberOf(b)
  if (left !== undefined && right !== undefined) return left > right ? 1 : -1
  if (left === undefined && right === undefined) return compareText(a, b)
  return left === undefined ? 1 : -1
}

/** A number of 64 bits; more digits make a word. */
function numberOf(text: string): bigint | undefined {
  try {
    return parseUint(text, 10, 64)
  } catch (error) {
    if (error instanceof NumError) return undefined
    throw error
  }
}

function segment(digits: string): bigint {
  try {
    return parseUint(digits, 10, 64)
  } catch (error) {
    if (error instanceof NumError) throw goError(`Error parsing version segment: ${error.message}`)
    throw error
  }
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
