import { analyze, isPrintable } from './analyze.ts'
import type { Analysis } from './analyze.ts'
import { char, isBreak } from './characters.ts'

/** Where a sequence or scalar stands. */
export type Place = 'root' | 'item' | 'value'

const step = 2
const foldedWidth = 80
/** The longest key in bytes that stands before its `:` on a line; longer ones get a `?`. */
const longestSimpleKey = 128

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
])

/**
 * Writes YAML as libyaml and so go-yaml v2 does: two spaces, sequences at the column of their key, long text folded
 * at the first space beyond column 80. Its two flags decide where breaks and spaces go.
 */
export class Emitter {
  readonly #width: number
  #out = ''
  #column = 0
  #indent = -step
  /** What was written last separates: a space, an indentation, nothing yet. */
  #afterSpace = true
  /** Only indentation and `-`, `?`, `:` are on this line. */
  #inIndentation = true

  constructor(fold: boolean) {
    this.#width = fold ? foldedWidth : Infinity
  }

  /** All that was written, its last line ended. */
  finish(): string {
    this.#startLine()
    return this.#out
  }

  mapping(keys: readonly string[], key: (key: string) => void, value: (key: string) => void): void {
    if (keys.length === 0) return this.#indicator('{}', false)
    this.#indent += step
    for (const name of keys) {
      this.#startLine()
      key(name)
      value(name)
    }
    this.#indent -= step
  }

  sequence<T>(items: readonly T[], place: Place, item: (item: T) => void): void {
    if (items.length === 0) return this.#indicator('[]', false)
    const deeper = place === 'value' && !this.#inIndentation ? 0 : step
    this.#indent += deeper
    for (const each of items) {
      this.#startLine()
      this.#indicator('-', true)
      item(each)
    }
    this.#indent -= deeper
  }

  /** A key and its `:`. Keys that are long or have breaks are written `? key` and `: value`. */
  key(text: string, canBePlain: boolean): void {
    const analysis = analyze(text)
    if (!analysis.multiline && Buffer.byteLength(text) <= longestSimpleKey) {
      this.#inlineScalar(text, canBePlain, analysis, false)
      this.#write(':')
      this.#afterSpace = false
      return
    }
    this.#indicator('?', true)
    this.#scalar(text, canBePlain, analysis)
    this.#startLine()
    this.#indicator(':', true)
  }

  /** A scalar; `canBePlain` says that nothing else would be read without quotes. */
  scalar(text: string, canBePlain: boolean): void {
    this.#scalar(text, canBePlain, analyze(text))
  }

  #scalar(text: string, canBePlain: boolean, analysis: Analysis): void {
    const outer = this.#indent
    this.#indent = Math.max(outer, 0) + step
    const hasNewline = text.includes('\n')
    if (hasNewline && analysis.blockAllowed) this.#literal(text)
    else this.#inlineScalar(text, canBePlain && !hasNewline, analysis, true)
    this.#indent = outer
  }

  /** Without quotes if the text can be read back so, in single quotes if only its characters forbid that. */
  #inlineScalar(text: string, canBePlain: boolean, analysis: Analysis, canFold: boolean): void {
    if (canBePlain && analysis.plainAllowed) this.#plain(text, canFold)
    else if (canBePlain && analysis.singleQuotedAllowed) this.#singleQuoted(text, canFold)
    else this.#doubleQuoted(text, canFold)
    this.#afterSpace = false
    this.#inIndentation = false
  }

  #plain(text: string, canFold: boolean): void {
    if (!this.#afterSpace) this.#write(' ')
    if (canFold && this.#column + text.length > this.#width) this.#writeFolded(text, "'")
    else this.#write(text)
  }

  #singleQuoted(text: string, canFold: boolean): void {
    this.#indicator("'", false)
    if (canFold) this.#writeFolded(text, "''")
    else this.#write(text.replaceAll("'", "''"))
    this.#write("'")
  }

  /** Text with breaks at spaces beyond the width. U+2028 and U+2029 are breaks of their own. */
  #writeFolded(text: string, apostrophe: string): void {
    let afterBreak = false
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === char.space && text.charCodeAt(at + 1) !== char.space && this.#foldsAt(text, at)) {
        this.#startLine()
      } else if (isBreak(code)) {
        this.#write(text.charAt(at))
        this.#column = 0
        this.#inIndentation = true
        afterBreak = true
      } else {
        if (afterBreak) this.#startLine()
        afterBreak = false
        this.#write(code === char.singleQuote ? apostrophe : text.charAt(at))
        this.#inIndentation = false
      }
    }
  }

  /** Does this space become a line break? The first and the last of a run of text never do. */
  #foldsAt(text: string, at: number): boolean {
    if (this.#column <= this.#width || at === 0 || at === text.length - 1) return false
    return text.charCodeAt(at - 1) !== char.space
  }

  #doubleQuoted(text: string, canFold: boolean): void {
    this.#indicator('"', false)
    // A byte order mark in front makes go-yaml escape all that follows.
    const escapesAll = text.charCodeAt(0) === 0xfeff
    for (let at = 0; at < text.length; at++) {
      const rune = text.codePointAt(at) ?? 0
      if (rune > 0xffff) at++
      if (escapesAll || needsEscape(rune)) this.#write(escape(rune))
      else if (rune === char.space && canFold && this.#foldsAt(text, at)) {
        this.#startLine()
        if (text.charCodeAt(at + 1) === char.space) this.#write('\\')
      } else this.#write(text.charAt(at))
    }
    this.#write('"')
  }

  /** `|` with its indentation, if the text begins with a space or break, and its chomping. */
  #literal(text: string): void {
    const first = text.charCodeAt(0)
    const hint = first === char.space || isBreak(first) ? String(step) : ''
    this.#indicator(`|${hint}${chomping(text)}`, false)
    this.#breakLine()
    for (let at = 0; at < text.length;) {
      const start = at
      while (at < text.length && !isBreak(text.charCodeAt(at))) at++
      if (at > start) {
        this.#startLine()
        this.#write(text.slice(start, at))
        this.#inIndentation = false
      }
      if (at === text.length) return
      this.#literalBreak(text.charCodeAt(at++))
    }
  }

  #literalBreak(code: number): void {
    this.#out += String.fromCharCode(code)
    this.#column = 0
    this.#inIndentation = true
  }

  #breakLine(): void {
    this.#out += '\n'
    this.#column = 0
    this.#afterSpace = true
    this.#inIndentation = true
  }

  /** Goes to the indentation of a line: of this one, if there is nothing else on it. */
  #startLine(): void {
    const indent = Math.max(this.#indent, 0)
    const isUsed = this.#column > indent || (this.#column === indent && !this.#afterSpace)
    if (!this.#inIndentation || isUsed) {
      this.#out += '\n'
      this.#column = 0
    }
    if (this.#column < indent) this.#write(' '.repeat(indent - this.#column))
    this.#afterSpace = true
    this.#inIndentation = true
  }

  /** `-`, `?`, `:`, a quote, an empty collection; those of blocks leave the line in its indentation. */
  #indicator(text: string, isBlock: boolean): void {
    this.#write(this.#afterSpace ? text : ` ${text}`)
    this.#afterSpace = false
    this.#inIndentation &&= isBlock
  }

  #write(text: string): void {
    this.#out += text
    this.#column += text.length
  }
}

function needsEscape(rune: number): boolean {
  return !isPrintable(rune) || isBreak(rune) || rune === char.doubleQuote || rune === char.backslash
}

function escape(rune: number): string {
  const short = shortEscapes.get(rune)
  if (short !== undefined) return `\\${short}`
  const digits = rune.toString(16).toUpperCase()
  if (rune <= 0xff) return `\\x${digits.padStart(2, '0')}`
  return rune <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}

/** Whether the breaks at the end are none (`-`), one, or more (`+`). */
function chomping(text: string): string {
  if (!isBreak(text.charCodeAt(text.length - 1))) return '-'
  return text.length === 1 || isBreak(text.charCodeAt(text.length - 2)) ? '+' : ''
}
