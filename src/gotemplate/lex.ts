/**
 * The lexer. Trim markers are its business alone: the parser sees texts that are trimmed already. A marker needs its
 * space (`{{- ` and ` -}}`), so that `{{-3}}` is a number.
 */
import { byteLength } from '../golang/bytes.ts'
import { quote } from '../golang/quote.ts'
import { unicodeText } from './format-text.ts'

export type TokenType = ContentType | Keyword

type ContentType =
  | 'error' // the value is the message
  | 'bool' // true, false
  | 'char' // an ASCII character without another meaning, such as a comma
  | 'charConstant' // 'a'
  | 'complex' // 1+2i; the imaginary part alone is a number
  | 'assign' // =
  | 'declare' // :=
  | 'eof'
  | 'field' // .Name
  | 'identifier' // name of a function
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString' // with its backquotes
  | 'rightDelim'
  | 'rightParen'
  | 'space' // a run of blanks between arguments
  | 'string' // with its quotes
  | 'text'
  | 'variable' // $name

type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'dot'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with'

export interface Token {
  readonly type: TokenType
  readonly pos: number
  readonly value: string
}

export interface LexOptions {
  readonly delimiters: readonly [left: string, right: string]
  /** Keywords of loops that are functions here (they were, before Go 1.18 made them keywords). */
  readonly functionNames: { has(name: string): boolean }
}

const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['.', 'dot'],
  ['block', 'block'],
  ['break', 'break'],
  ['continue', 'continue'],
  ['define', 'define'],
  ['else', 'else'],
  ['end', 'end'],
  ['if', 'if'],
  ['range', 'range'],
  ['nil', 'nil'],
  ['template', 'template'],
  ['with', 'with'],
])

const keywordTypes: ReadonlySet<string> = new Set(keywords.values())

const leftComment = '/*'
const rightComment = '*/'
/** The marker and the blank that belongs to it. */
const trimMarkerLength = 2

const letterOrDigit = /[\p{L}\p{Nd}]/u

/** A scanning state: gives a token, or undefined to go on with whatever comes next. */
type Scan = Token | undefined

export class Lexer {
  readonly #input: string
  readonly #left: string
  readonly #right: string
  readonly #functionNames: LexOptions['functionNames']
  #pos = 0
  #start = 0
  #parenDepth = 0
  #insideAction = false

  constructor(input: string, { delimiters, functionNames }: LexOptions) {
    this.#input = input
    this.#left = delimiters[0]
    this.#right = delimiters[1]
    this.#functionNames = functionNames
  }

  /** The next token; after the end, or after an error, always `eof`. */
  next(): Token {
    for (;;) {
      const token = this.#insideAction ? this.#scanAction() : this.#scanText()
      if (token !== undefined) return token
    }
  }

  #emit(type: TokenType): Token {
    const token = { type, pos: this.#start, value: this.#input.slice(this.#start, this.#pos) }
    this.#start = this.#pos
    return token
  }

  #fail(message: string): Token {
    const token: Token = { type: 'error', pos: this.#start, value: message }
    this.#insideAction = false
    this.#pos = this.#start = this.#input.length
    return token
  }

  #scanText(): Scan {
    const at = this.#input.indexOf(this.#left, this.#pos)
    if (at < 0) {
      this.#pos = this.#input.length
      return this.#emit(this.#pos > this.#start ? 'text' : 'eof')
    }
    const trims = this.#hasLeftTrimMarker(at + this.#left.length)
    this.#pos = trims ? trimmedEnd(this.#input, this.#start, at) : at
    const text = this.#pos > this.#start ? this.#emit('text') : undefined
    this.#pos = this.#start = at
    // Without text the delimiter follows at once; with it, at the next call.
    return text ?? this.#scanLeftDelim()
  }

  #scanLeftDelim(): Scan {
    this.#pos += this.#left.length
    const afterMarker = this.#hasLeftTrimMarker(this.#pos) ? trimMarkerLength : 0
    if (this.#input.startsWith(leftComment, this.#pos + afterMarker)) {
      this.#pos += afterMarker
      this.#start = this.#pos
      return this.#scanComment()
    }
    const token = this.#emit('leftDelim')
    this.#insideAction = true
    this.#pos += afterMarker
    this.#start = this.#pos
    this.#parenDepth = 0
    return token
  }

  #scanComment(): Scan {
    const end = this.#input.indexOf(rightComment, this.#pos + leftComment.length)
    if (end < 0) return this.#fail('unclosed comment')
    this.#pos = end + rightComment.length
    const delimiter = this.#rightDelimAt(this.#pos)
    if (delimiter === undefined) return this.#fail('comment ends before closing delimiter')
    this.#leaveAction(delimiter)
    return undefined
  }

  #scanAction(): Scan {
    const delimiter = this.#rightDelimAt(this.#pos)
    if (delimiter !== undefined) {
      if (this.#parenDepth > 0) return this.#fail('unclosed left paren')
      return this.#scanRightDelim(delimiter)
    }
    const char = this.#peek()
    if (char === '') return this.#fail('unclosed action')
    if (isSpace(char)) return this.#scanSpace()
    if (char === '.' && !isDigit(this.#input[this.#pos + 1] ?? '0')) return this.#scanName('field')
    if (char === '.' || char === '+' || char === '-' || isDigit(char)) return this.#scanNumber()
    if (isAlphaNumeric(char)) return this.#scanIdentifier()
    this.#pos += char.length
    return this.#scanMark(char)
  }

  /** What a single character begins or is. It has been consumed. */
  #scanMark(char: string): Token {
    switch (char) {
      case '=':
        return this.#emit('assign')
      case ':':
        if (this.#peek() !== '=') return this.#fail('expected :=')
        this.#pos++
        return this.#emit('declare')
      case '|':
        return this.#emit('pipe')
      case '"':
        return this.#scanQuoted('"', 'string', 'unterminated quoted string')
      case "'":
        return this.#scanQuoted("'", 'charConstant', 'unterminated character constant')
      case '`':
        return this.#scanRawString()
      case '$':
        this.#pos--
        return this.#scanName('variable')
      case '(':
        this.#parenDepth++
        return this.#emit('leftParen')
      case ')':
        this.#parenDepth--
        return this.#parenDepth < 0 ? this.#fail('unexpected right paren') : this.#emit('rightParen')
      default:
        if (char > ' ' && char <= '~') return this.#emit('char')
        return this.#fail(`unrecognized character in action: ${describeChar(char)}`)
    }
  }

  #scanRightDelim(delimiter: RightDelim): Token {
    const pos = this.#pos + (delimiter.trims ? trimMarkerLength : 0)
    this.#leaveAction(delimiter)
    return { type: 'rightDelim', pos, value: this.#right }
  }

  /** Goes behind the closing delimiter, and behind the blanks that it trims. */
  #leaveAction({ trims }: RightDelim): void {
    this.#insideAction = false
    this.#pos += this.#right.length + (trims ? trimMarkerLength : 0)
    if (trims) while (isSpace(this.#input[this.#pos] ?? '')) this.#pos++
    this.#start = this.#pos
  }

  #scanSpace(): Token {
    while (isSpace(this.#input[this.#pos] ?? '')) this.#pos++
    // The last blank may belong to a trim marker.
    const delimiter = this.#rightDelimAt(this.#pos - 1)
    if (delimiter?.trims !== true) return this.#emit('space')
    this.#pos--
    return this.#pos > this.#start ? this.#emit('space') : this.#scanRightDelim(delimiter)
  }

  #scanIdentifier(): Token {
    this.#skipAlphaNumeric()
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeChar(this.#peek())}`)
    const word = this.#input.slice(this.#start, this.#pos)
    const keyword = keywords.get(word)
    if (keyword !== undefined) {
      const isFunction = (keyword === 'break' || keyword === 'continue') && this.#functionNames.has(word)
      return this.#emit(isFunction ? 'identifier' : keyword)
    }
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier')
  }

  /** A field or variable; the dot or dollar comes next. */
  #scanName(type: 'field' | 'variable'): Token {
    this.#pos++
    if (this.#atTerminator()) return this.#emit(type === 'field' ? 'dot' : 'variable')
    this.#skipAlphaNumeric()
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeChar(this.#peek())}`)
    return this.#emit(type)
  }

  #scanQuoted(mark: string, type: TokenType, unterminated: string): Token {
    for (;;) {
      const char = this.#take()
      const escaped = char === '\\' ? this.#take() : undefined
      if (char === '' || char === '\n' || escaped === '' || escaped === '\n') return this.#fail(unterminated)
      if (char === mark) return this.#emit(type)
    }
  }

  #scanRawString(): Token {
    const end = this.#input.indexOf('`', this.#pos)
    if (end < 0) return this.#fail('unterminated raw quoted string')
    this.#pos = end + 1
    return this.#emit('rawString')
  }

  #scanNumber(): Token {
    if (!this.#acceptNumber()) return this.#badNumber()
    const sign = this.#peek()
    if (sign !== '+' && sign !== '-') return this.#emit('number')
    // 1+2i, without blanks.
    if (!this.#acceptNumber() || this.#input[this.#pos - 1] !== 'i') return this.#badNumber()
    return this.#emit('complex')
  }

  #badNumber(): Token {
    return this.#fail(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`)
  }

  /** Consumes what looks like a number, more or less: whether it is one, its parser decides. */
  #acceptNumber(): boolean {
    this.#accept('+-')
    let digits = '0123456789_'
    if (this.#accept('0')) {
      // A leading 0 does not mean octal in floats.
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_'
      else if (this.#accept('oO')) digits = '01234567_'
      else if (this.#accept('bB')) digits = '01_'
    }
    this.#acceptRun(digits)
    if (this.#accept('.')) this.#acceptRun(digits)
    const exponent = digits.length === 11 ? 'eE' : digits.length === 23 ? 'pP' : ''
    if (this.#accept(exponent)) {
      this.#accept('+-')
      this.#acceptRun('0123456789_')
    }
    this.#accept('i')
    if (!isAlphaNumeric(this.#peek())) return true
    this.#take()
    return false
  }

  #accept(valid: string): boolean {
    const char = this.#input[this.#pos]
    if (char === undefined || !valid.includes(char)) return false
    this.#pos++
    return true
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  #skipAlphaNumeric(): void {
    for (let char = this.#peek(); isAlphaNumeric(char); char = this.#peek()) this.#pos += char.length
  }

  #atTerminator(): boolean {
    const char = this.#peek()
    return (
      char === '' ||
      isSpace(char) ||
      '.,|:)('.includes(char) ||
      this.#input.startsWith(this.#right, this.#pos)
    )
  }

  /** The character at the cursor, or the empty string at the end. */
  #peek(): string {
    const code = this.#input.codePointAt(this.#pos)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  #take(): string {
    const char = this.#peek()
    this.#pos += char.length
    return char
  }

  #hasLeftTrimMarker(at: number): boolean {
    return this.#input[at] === '-' && isSpace(this.#input[at + 1] ?? '')
  }

  #rightDelimAt(at: number): RightDelim | undefined {
    const marked = isSpace(this.#input[at] ?? '') && this.#input[at + 1] === '-'
    if (marked && this.#input.startsWith(this.#right, at + trimMarkerLength)) return { trims: true }
    return this.#input.startsWith(this.#right, at) ? { trims: false } : undefined
  }
}

interface RightDelim {
  readonly trims: boolean
}

/** A token as messages show it. */
export function tokenText({ type, value }: Token): string {
  if (type === 'eof') return 'EOF'
  if (type === 'error') return value
  if (keywordTypes.has(type)) return `<${value}>`
  if (byteLength(value) <= 10) return quote(value)
  // Ten characters, which are twenty UTF-16 units at most.
  return `${quote(Array.from(value.slice(0, 20)).slice(0, 10).join(''))}...`
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to
  while (end > from && isSpace(text[end - 1] ?? '')) end--
  return end
}

function describeChar(char: string): string {
  const rune = char.isWellFormed() ? (char.codePointAt(0) ?? 0) : 0xfffd
  return unicodeText(BigInt(rune), true)
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n'
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

function isAlphaNumeric(char: string): boolean {
  if (char <= '\u007f') {
    return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || isDigit(char) || char === '_'
  }
  return letterOrDigit.test(char)
}
