import { printRuns } from './print-runes.ts'

/** The first code point of each run; runs with an odd index are printable. */
const runStarts: Uint32Array = startsOf(printRuns)

/** strconv.IsPrint (unicode.IsPrint): letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20
  let low = 0
  let high = runStarts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((runStarts[middle] ?? 0) <= rune) low = middle
    else high = middle
  }
  return low % 2 === 1
}

function startsOf(runs: string): Uint32Array {
  const lengths = runs.split(' ')
  const starts = new Uint32Array(lengths.length)
  let next = 0
  for (const [i, length] of lengths.entries()) {
    starts[i] = next
    next += Number.parseInt(length, 36)
  }
  return starts
}
