/**
 * Sprig's round: to so many places after the point, with whatever float arithmetic makes of that. A fraction of
 * `roundOn` and more is rounded up.
 */
export function round(value: number, places: number, roundOn: number): number {
  const power = powerOfTen(places)
  const digit = power * value
  const fraction = Number.isFinite(digit) ? digit - Math.trunc(digit) : Number.NaN
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power
}

/** Exponents that give infinity or zero. */
const greatestPlaces = 400

/** Go's math.Pow(10, n), whose last digit is not always the nearest: the squares of 10 are multiplied. */
function powerOfTen(exponent: number): number {
  const count = Math.min(Math.abs(exponent), greatestPlaces)
  // 10 is 0.625 × 2^4; fractions and exponents are kept apart.
  let fraction = 1
  let binary = 0
  let square = 0.625
  let squareBinary = 4
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      fraction *= square
      binary += squareBinary
    }
    square *= square
    squareBinary *= 2
    if (square < 0.5) {
      square += square
      squareBinary--
    }
  }
  return exponent < 0 ? scaled(1 / fraction, -binary) : scaled(fraction, binary)
}

/** fraction × 2^binary, in two steps so that neither factor overflows or vanishes before the product does. */
function scaled(fraction: number, binary: number): number {
  const half = Math.trunc(binary / 2)
  return fraction * 2 ** half * 2 ** (binary - half)
}
