/** Version constraints as Masterminds/semver 3.3 reads them: `>= 1.2, < 2 || ~3.1`, `1.x`, `1.2 - 1.4`. */
import { RE2JS } from 're2js'
import { TextLimitError } from '../../gotemplate/index.ts'
import { goError } from './errors.ts'
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts'

/** One comparison. */
interface Constraint {
  readonly operator: Operator
  readonly version: Version
  /** `1`, `1.x`: anything may stand for the minor version. */
  readonly anyMinor: boolean
  /** `1.2`, `1.2.x`: anything may stand for the patch version. */
  readonly anyPatch: boolean
  /** Something of the version was left out. */
  readonly isPartial: boolean
}

const operators = ['=', '', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^'] as const
type Operator = (typeof operators)[number]

/** Alternatives of which all parts must hold. */
type Constraints = readonly (readonly Constraint[])[]

/** A version in a constraint. The vertical bar is Sprig's. */
const version =
  String.raw`v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?` +
  String.raw`(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`
const uncaptured = version.replaceAll(/\((?!\?)/g, '(?:')
const operator = '=|!=|>|<|>=|=>|<=|=<|~>|~|\\^|'

// In linear time, as Go's: JavaScript's own would be a way to keep us busy.
const range = RE2JS.compile(String.raw`\s*(${uncaptured})\s+-\s+(${uncaptured})\s*`)
const whole = RE2JS.compile(
  String.raw`^\s*(?:${operator})\s*(?:${uncaptured})\s*(?:(?:\s+|,\s*)(?:${operator})\s*(?:${uncaptured})\s*)*$`,
)
const part = RE2JS.compile(String.raw`(${operator})\s*(?:${version})`)

/** Characters of a constraint: more than anyone needs. */
const longestConstraint = 10_000

/** Does a version satisfy a constraint? Throws SprigError for what is neither, and TextLimitError for a long text. */
export function satisfies(constraint: string, text: string): boolean {
  if (constraint.length > longestConstraint)
    throw new TextLimitError(`constraint longer than ${longestConstraint} bytes`)
  const constraints = parseConstraints(constraint)
  const version = parseVersion(text)
  return constraints.some((all) => all.every((one) => holds(one, version)))
}

function parseConstraints(text: string): Constraints {
  return withoutRanges(text)
    .split('||')
    .map((alternative) => {
      if (!whole.test(alternative)) throw goError(`improper constraint: ${alternative}`)
      return partsOf(alternative)
    })
}

/** `1.2 - 1.4` is `>= 1.2, <= 1.4`. */
function withoutRanges(text: string): string {
  return range.matcher(text).replaceAll((_whole: string, from: string, to: string) => `>= ${from}, <= ${to} `)
}

function partsOf(text: string): readonly Constraint[] {
  const parts: Constraint[] = []
  const matcher = part.matcher(text)
  while (matcher.find()) {
    const [operator = '', major = '', minor = '', patch = '', prerelease = ''] = [1, 2, 3, 4, 5].map(
      (group) => matcher.group(group) ?? '',
    )
    const anyMajor = isAny(major)
    const anyMinor = !anyMajor && isAny(minor)
    const anyPatch = !anyMajor && !anyMinor && isAny(patch)
    const isPartial = anyMajor || anyMinor || anyPatch
    // What follows something left out does not count.
    const numbers = [anyMajor ? '0' : major, anyMajor || anyMinor ? '.0' : minor, isPartial ? '.0' : patch]
    parts.push({
      operator: operatorOf(operator),
      version: constraintVersion(numbers.join('') + prerelease),
      anyMinor,
      anyPatch,
      isPartial,
    })
  }
  return parts
}

function isAny(segment: string): boolean {
  return ['', 'x', 'X', '*', '.x', '.X', '.*'].includes(segment)
}

function operatorOf(text: string): Operator {
  return operators.find((known) => known === text) ?? ''
}

function constraintVersion(text: string): Version {
  try {
    return parseVersion(text)
  } catch (cause) {
    throw Object.assign(goError('constraint Parser Error'), { cause })
  }
}

function holds(constraint: Constraint, version: Version): boolean {
  const { operator, version: bound, isPartial } = constraint
  // Prereleases count only where one is asked for; `!=` of a whole version asks nothing.
  const isUnwanted = version.prerelease !== '' && bound.prerelease === ''
  if (operator === '!=')
    return isPartial ? !isUnwanted && differs(constraint, version) : order(version, bound) !== 0
  if (isUnwanted) return false
  switch (operator) {
    case '>':
      return isPartial ? isBeyond(constraint, version) : order(version, bound) > 0
    case '<':
      return order(version, bound) < 0
    case '>=':
    case '=>':
      return order(version, bound) >= 0
    case '<=':
    case '=<':
      return isPartial ? !isAfter(constraint, version) : order(version, bound) <= 0
    case '~':
    case '~>':
      return isTilde(constraint, version)
    case '^':
      return isCaret(constraint, version)
    default:
      return isPartial ? isTilde(constraint, version) : order(version, bound) === 0
  }
}

const order = compareVersions

/** `!=` with something left out. */
function differs({ version: bound, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (version.major !== bound.major) return true
  if (version.minor !== bound.minor && !anyMinor) return true
  if (anyMinor) return false
  if (version.patch !== bound.patch && !anyPatch) return true
  if (!anyPatch) return order(version, bound) !== 0
  return comparePrereleases(version.prerelease, bound.prerelease) !== 0
}

/** `>` with something left out: `> 11` begins with 12, `> 11.1` with 11.2. */
function isBeyond({ version: bound, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (version.major !== bound.major) return version.major > bound.major
  if (anyMinor) return false
  return anyPatch ? version.minor > bound.minor : order(version, bound) > 0
}

/** Not `<=` with something left out: `<= 11` holds for all of 11. */
function isAfter({ version: bound, anyMinor }: Constraint, version: Version): boolean {
  if (version.major !== bound.major) return version.major > bound.major
  return version.minor > bound.minor && !anyMinor
}

/** `~1.2.3` is `>= 1.2.3, < 1.3`; `~1` is `>= 1, < 2`; `~0.0.0` and `*` are everything. */
function isTilde({ version: bound, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (order(version, bound) < 0) return false
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n
  if (isZero && !anyMinor && !anyPatch) return true
  return version.major === bound.major && (anyMinor || version.minor === bound.minor)
}

/** `^1.2.3` is `>= 1.2.3, < 2`; before version 1 the first number that is not zero must stay. */
function isCaret({ version: bound, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (order(version, bound) < 0 || version.major !== bound.major) return false
  if (bound.major > 0n || anyMinor) return true
  if (version.minor !== bound.minor) return false
  return bound.minor > 0n || anyPatch || version.patch === bound.patch
}
