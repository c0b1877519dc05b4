/** spf13/cast: numbers out of anything. What cannot be one is zero. */
import { NumError, parseFloat, parseInt } from '../../golang/parse.ts'
import { goKind, type GoScalar, isScalar, type Value } from '../../gotemplate/index.ts'

const least = -(2n ** 63n)

/** Named types that count as the int that they are. */
const namedInts: ReadonlySet<string> = new Set(['time.Month', 'time.Weekday'])

/** Basic types that the package knows. */
const knownKinds: ReadonlySet<string> = new Set([
  'bool',
  'string',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
])

/** cast.ToInt64 and, where int has 64 bits, cast.ToInt. Texts are read like Go's literals, `12.00` as 12. */
export function toInt64(value: Value): bigint {
  const plain = plainOf(value)
  switch (typeof plain) {
    case 'bigint':
      return BigInt.asIntN(64, plain)
    case 'number':
      return truncated(plain)
    case 'boolean':
      return plain ? 1n : 0n
    case 'string':
      return orZero(() => parseInt(withoutZeroDecimals(plain), 0, 64), 0n)
    default:
      return 0n
  }
}

/** cast.ToFloat64. */
export function toFloat64(value: Value): number {
  const plain = plainOf(value)
  switch (typeof plain) {
    case 'bigint':
    case 'number':
      return Number(plain)
    case 'boolean':
      return plain ? 1 : 0
    case 'string':
      return orZero(() => parseFloat(plain, 64), 0)
    default:
      return 0
  }
}

/** The scalar in a value of a basic type or a pointer to one; undefined for types with a name and all others. */
function plainOf(value: Value): GoScalar['scalar'] | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
  }
  if (!isScalar(value)) return undefined
  const type = value.goType.replace(/^\*/, '')
  const isKnown = (type === value[goKind] && knownKinds.has(type)) || namedInts.has(type)
  return isKnown ? value.scalar : undefined
}

/** A float as an int64, as amd64 converts it: what does not fit is the least. */
function truncated(value: number): bigint {
  const whole = Math.trunc(value)
  return whole >= -(2 ** 63) && whole < 2 ** 63 ? BigInt(whole) : least
}

/** `12.00` without what makes no difference: cut at the last dot that has zeros, and nothing but zeros, after it. */
function withoutZeroDecimals(text: string): string {
  let hasZero = false
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === '.' && hasZero) return text.slice(0, at)
    if (text[at] === '0') hasZero = true
    else if (text[at] !== '.') return text
  }
  return text
}

function orZero<T>(read: () => T, zero: T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof NumError) return zero
    throw error
  }
}
