/** Sprig's until, untilStep and seq. All throw TextLimitError for more than 100,000 numbers. */
import { checkCount } from './limits.ts'

/** `0 … count` without the count itself, downwards if it is negative. */
export function until(count: bigint): readonly bigint[] {
  return untilStep(0n, count, count < 0n ? -1n : 1n)
}

/** `start, start + step, …` up to the stop or down to it, without it; nothing if the step leads elsewhere. */
export function untilStep(start: bigint, stop: bigint, step: bigint): readonly bigint[] {
  const distance = stop - start
  if (distance < 0n ? step >= 0n : step <= 0n) return []
  const count = distance === 0n ? 0n : (distance - (step < 0n ? -1n : 1n)) / step + 1n
  checkCount(count)
  return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * step)
}

/** The numbers of `seq LAST`, `seq FIRST LAST` and `seq FIRST STEP LAST` with blanks between. */
export function sequence(params: readonly bigint[]): string {
  const [a, b, c] = params
  if (a === undefined || params.length > 3) return ''
  if (c !== undefined && b !== undefined) {
    const isDown = c < a
    if (isDown && b > 0n) return ''
    return untilStep(a, c + (isDown ? -1n : 1n), b).join(' ')
  }
  const [first, last] = b === undefined ? [1n, a] : [a, b]
  const step = last < first ? -1n : 1n
  return untilStep(first, last + step, step).join(' ')
}
