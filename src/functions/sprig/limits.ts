import { TextLimitError } from '../../gotemplate/index.ts'

/** Characters of one text: what a template may put out by default, twice over. */
export const greatestText = 8 * 1024 * 1024

/** Items that a function may make out of nothing (`until`). Go's memory is the limit there. */
const greatestCount = 100_000

/** Values inside a value that is copied, compared or written, counted as often as they are met. */
const greatestSize = 1_000_000

/** Values inside each other. JavaScript's stack bears some thousand. */
export const greatestDepth = 500

/** Throws TextLimitError for a text that would be longer than {@link greatestText}. */
export function checkText(length: number): void {
  if (length > greatestText) throw new TextLimitError(`text longer than ${greatestText} bytes`)
}

/** Throws TextLimitError for more than 100,000 items. */
export function checkCount(count: bigint | number): void {
  if (count > greatestCount) throw new TextLimitError(`list of more than ${greatestCount} items`)
}

/** Counts the values that a walk meets. Throws TextLimitError for too many, or for values nested too deeply. */
export class Budget {
  #left = greatestSize

  spend(depth: number): void {
    if (depth > greatestDepth) throw new TextLimitError(`value nested more than ${greatestDepth} deep`)
    if (--this.#left < 0) throw new TextLimitError(`value of more than ${greatestSize} parts`)
  }
}
