import { char, isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts'
import type { Cursor } from './cursor.ts'

type Chomping = 'strip' | 'clip' | 'keep'

/** What stands behind `|` or `>`: `|2-`. */
interface Header {
  readonly chomping: Chomping
  /** Spaces by which the text is deeper than its parent; 0 if that is to be found out. */
  readonly increment: number
}

/**
 * Reads a scalar that starts with `|` or `>`; `parentIndent` is the column of the collection that it is in, -1 at
 * the root. Returns its text.
 */
export function scanBlockScalar(cursor: Cursor, parentIndent: number): string {
  const folded = cursor.code() === char.greater
  cursor.at++
  const { chomping, increment } = scanHeader(cursor)
  const lines = new BlockLines(
    cursor,
    parentIndent,
    increment === 0 ? 0 : Math.max(parentIndent, 0) + increment,
  )
  let text = ''
  let lineBreak = ''
  let empty = lines.skipEmpty()
  let deeper = false
  while (cursor.column === lines.indent && cursor.code() !== char.end) {
    const startsBlank = isBlank(cursor.code())
    const folds = folded && lineBreak === '\n' && !deeper && !startsBlank
    if (!folds) text += lineBreak
    else if (empty === '') text += ' '
    text += empty + lines.take()
    deeper = startsBlank
    lineBreak = isBreak(cursor.code()) ? cursor.takeBreak() : ''
    empty = lines.skipEmpty()
  }
  if (chomping === 'strip') return text
  return chomping === 'keep' ? text + lineBreak + empty : text + lineBreak
}

function scanHeader(cursor: Cursor): Header {
  let chomping = scanChomping(cursor)
  const increment = scanIncrement(cursor)
  if (chomping === 'clip' && increment > 0) chomping = scanChomping(cursor)
  cursor.skipBlanks()
  cursor.skipComment()
  if (!isBreakOrEnd(cursor.code())) throw cursor.fault('did not find expected comment or line break')
  cursor.skipBreak()
  return { chomping, increment }
}

function scanChomping(cursor: Cursor): Chomping {
  const code = cursor.code()
  if (code !== char.plus && code !== char.minus) return 'clip'
  cursor.at++
  return code === char.plus ? 'keep' : 'strip'
}

function scanIncrement(cursor: Cursor): number {
  const code = cursor.code()
  if (!isDigit(code)) return 0
  if (code === char.zero) throw cursor.fault('found an indentation indicator equal to 0')
  cursor.at++
  return code - char.zero
}

/** The lines of a block scalar. The first that is not empty sets their indentation if the header did not. */
class BlockLines {
  indent: number
  readonly #cursor: Cursor
  readonly #parentIndent: number

  constructor(cursor: Cursor, parentIndent: number, indent: number) {
    this.#cursor = cursor
    this.#parentIndent = parentIndent
    this.indent = indent
  }

  /** Goes over empty lines and the indentation of the next one; returns the breaks. */
  skipEmpty(): string {
    const cursor = this.#cursor
    let breaks = ''
    let deepest = 0
    for (;;) {
      while (this.#isIndentation() && cursor.code() === char.space) cursor.at++
      deepest = Math.max(deepest, cursor.column)
      if (this.#isIndentation() && cursor.code() === char.tab) {
        throw cursor.fault('found a tab character where an indentation space is expected')
      }
      if (!isBreak(cursor.code())) break
      breaks += cursor.takeBreak()
    }
    if (this.indent === 0) this.indent = Math.max(deepest, this.#parentIndent + 1, 1)
    return breaks
  }

  /** Goes to the end of this line and returns its text. */
  take(): string {
    const cursor = this.#cursor
    const start = cursor.at
    while (!isBreakOrEnd(cursor.code())) cursor.at++
    return cursor.text.slice(start, cursor.at)
  }

  #isIndentation(): boolean {
    return this.indent === 0 || this.#cursor.column < this.indent
  }
}
