/**
 * Compares map keys in go-yaml's order: letters by code point and after everything else, runs of digits by their
 * value (`a2` before `a10`). Negative, zero or positive, for Array.prototype.sort.
 */
export function compareKeys(a: string, b: string): number {
  const at = firstDifference(a, b)
  const inA = a.codePointAt(at)
  const inB = b.codePointAt(at)
  if (inA === undefined || inB === undefined) return a.length - b.length
  const isLetterA = isLetter(inA)
  const isLetterB = isLetter(inB)
  if (isLetterA !== isLetterB) return isLetterB ? -1 : 1
  if (isLetterA || !(isDigit(inA) || isDigit(inB))) return inA - inB
  return compareNumbers(a, b, at) || inA - inB
}

/** The index of the first character that differs; the whole of a surrogate pair counts. */
function firstDifference(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  const isInPair = at > 0 && at < length && (a.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return isInPair ? at - 1 : at
}

/** Compares the digits from there on: by value, then by how many there are. */
function compareNumbers(a: string, b: string, at: number): number {
  // Where a zero stands behind other digits it counts, so that 100 comes after 11 and 1a before both.
  const isInNumber = (a[at] === '0' || b[at] === '0') && followsNonZero(a, at)
  const inA = digitRun(a, at)
  const inB = digitRun(b, at)
  const valueA = runValue(inA, isInNumber)
  const valueB = runValue(inB, isInNumber)
  if (valueA !== valueB) return valueA < valueB ? -1 : 1
  return inA.length - inB.length
}

function followsNonZero(text: string, at: number): boolean {
  const before = Array.from(text.slice(0, at))
  for (let i = before.length - 1; i >= 0; i--) {
    const rune = before[i]?.codePointAt(0) ?? 0
    if (!isDigit(rune)) return false
    if (rune !== 0x30) return true
  }
  return false
}

function digitRun(text: string, at: number): number[] {
  const run: number[] = []
  for (let i = at; ;) {
    const rune = text.codePointAt(i)
    if (rune === undefined || !isDigit(rune)) return run
    run.push(rune - 0x30)
    i += rune > 0xffff ? 2 : 1
  }
}

/** The run as Go adds it up, in 64 bits that may overflow. */
function runValue(run: readonly number[], isInNumber: boolean): bigint {
  let value = isInNumber ? 1n : 0n
  for (const digit of run) value = BigInt.asIntN(64, value * 10n + BigInt(digit))
  return value
}

/** unicode.IsLetter. */
function isLetter(rune: number): boolean {
  if (rune < 0x80) return (rune | 0x20) >= 0x61 && (rune | 0x20) <= 0x7a
  return /^\p{L}$/u.test(String.fromCodePoint(rune))
}

/** unicode.IsDigit. */
function isDigit(rune: number): boolean {
  if (rune < 0x80) return rune >= 0x30 && rune <= 0x39
  return /^\p{Nd}$/u.test(String.fromCodePoint(rune))
}
