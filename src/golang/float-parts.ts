/** A float's magnitude as mantissa × 2^exponent. */
export interface FloatParts {
  readonly mantissa: bigint
  readonly exponent: number
}

const double = new Float64Array(1)
const doubleBits = new BigUint64Array(double.buffer)

/**
 * Takes a finite magnitude apart as IEEE 754 stores it: normal numbers have a mantissa of 53 (32 bits: 24) bits,
 * subnormal ones the least exponent.
 */
export function decompose(magnitude: number, bits: 32 | 64): FloatParts {
  double[0] = magnitude
  const word = doubleBits[0] ?? 0n
  const biased = Number((word >> 52n) & 0x7ffn)
  const fraction = word & 0xfffffffffffffn
  const parts =
    biased === 0
      ? { mantissa: fraction, exponent: -1074 }
      : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 }
  return bits === 64 ? parts : narrow(parts)
}

/** The parts of a double that holds a float32, in float32's own layout. */
function narrow({ mantissa, exponent }: FloatParts): FloatParts {
  if (mantissa === 0n) return { mantissa, exponent: -149 }
  const narrowed = Math.max(exponent + 29, -149)
  return { mantissa: mantissa >> BigInt(narrowed - exponent), exponent: narrowed }
}

/**
 * mantissa × 2^exponent as a double, rounded to nearest, ties to even, with `bits` bits of mantissa and the range of
 * that format; Infinity if it is too great.
 */
export function compose(mantissa: bigint, exponent: number, bits: 32 | 64): number {
  const width = bits === 64 ? 53 : 24
  const least = bits === 64 ? -1074 : -149
  const greatest = bits === 64 ? 971 : 104
  if (mantissa === 0n) return 0
  const excess = mantissa.toString(2).length - width
  const cut = Math.max(excess, least - exponent, 0)
  const rounded = cut === 0 ? mantissa : shiftRoundingToEven(mantissa, BigInt(cut))
  const power = exponent + cut
  if (rounded === 0n) return 0
  const top = rounded.toString(2).length + power
  if (top > greatest + width) return Infinity
  return scale(Number(rounded), power)
}

/** value × 2^power, exact because the caller has rounded; in steps, since 2^power alone may not be a double. */
function scale(value: number, power: number): number {
  let result = value
  let rest = power
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000
  return result * 2 ** rest
}

/** value / 2^count, to nearest, ties to even. */
export function shiftRoundingToEven(value: bigint, count: bigint): bigint {
  const shifted = value >> count
  const rest = value - (shifted << count)
  const half = 1n << (count - 1n)
  if (rest > half || (rest === half && shifted % 2n === 1n)) return shifted + 1n
  return shifted
}

/**
 * The double nearest to a number that lies above (1), below (-1) or at (0) `value`, but with its last bit set if it
 * is not exact: such a double can be rounded once more to float32 without error.
 */
export function roundToOdd(value: number, order: number): number {
  double[0] = value
  const word = doubleBits[0] ?? 0n
  if (order === 0 || word % 2n === 1n) return value
  doubleBits[0] = word + BigInt(order)
  return double[0]
}
