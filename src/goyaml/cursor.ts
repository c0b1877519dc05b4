import { char, isBlank, isBreak, isBreakOrEnd, isGap } from './characters.ts'
import { YamlError } from './errors.ts'

/** The text that is read and the place in it. Lines and columns are counted from 0 here. */
export class Cursor {
  /** Ends with NUL, which the text itself cannot hold. */
  readonly text: string
  at = 0
  line = 0
  lineStart = 0

  constructor(text: string) {
    this.text = `${text}\0`
  }

  get column(): number {
    return this.at - this.lineStart
  }

  /** The character here, or further on; 0 at the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead)
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.at++
  }

  skipComment(): void {
    if (this.code() !== char.hash) return
    while (!isBreakOrEnd(this.code())) this.at++
  }

  /** Goes over the break here and returns what it means in a scalar: LF, but LS and PS stay themselves. */
  takeBreak(): string {
    const code = this.code()
    this.at += code === char.return && this.code(1) === char.lineFeed ? 2 : 1
    this.line++
    this.lineStart = this.at
    return code > char.nextLine ? String.fromCharCode(code) : '\n'
  }

  /** Goes over the break here, if there is one. */
  skipBreak(): boolean {
    if (!isBreak(this.code())) return false
    this.takeBreak()
    return true
  }

  /** Is there nothing but blanks before this place on its line? */
  isFirstOnLine(): boolean {
    let at = this.at
    while (at > this.lineStart && isBlank(this.text.charCodeAt(at - 1))) at--
    return at === this.lineStart
  }

  /** Is this the first column of a line `---` or `...`? */
  isDocumentMarker(): boolean {
    if (this.at !== this.lineStart) return false
    const code = this.code()
    if (code !== char.minus && code !== char.dot) return false
    return this.code(1) === code && this.code(2) === code && isGap(this.code(3))
  }

  /** A fault at this place, numbered as go-yaml numbers what its scanner finds. */
  fault(problem: string): YamlError {
    const where = this.line === 0 ? '' : `line ${this.line + 1}: `
    return new YamlError('syntax', `yaml: ${where}${problem}`, {
      line: this.line + 1,
      column: this.column + 1,
    })
  }
}
