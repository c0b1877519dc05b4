import { encode } from './bytes.ts'
import { JsonError } from './json.ts'
import { quote } from './quote.ts'

/** encoding/json's bound on nesting when it reads. */
export const maxDepth = 10_000

/** Whitespace in JSON. */
const blank: ReadonlySet<string> = new Set(' \t\r\n')
const digits: ReadonlySet<string> = new Set('0123456789')
const hexDigits: ReadonlySet<string> = new Set('0123456789abcdefABCDEF')
const simpleEscapes: ReadonlySet<string> = new Set('bfnrt\\/"')
const literals: ReadonlyMap<string, string> = new Map([
  ['t', 'true'],
  ['f', 'false'],
  ['n', 'null'],
])

/**
 * Finds the fault of a text as encoding/json's Unmarshal would: where its scanner stops and what it wanted there.
 * Throws JsonError; returns if there is no fault. Needs no stack, however deep the text is.
 */
export function checkJson(text: string): void {
  new JsonScanner(text).document()
}

class JsonScanner {
  readonly #text: string
  #at = 0
  /** What closes each collection that is open. */
  readonly #open: ('}' | ']')[] = []
  /** The first number that does not fit, reported if all else is well. */
  #outOfRange: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    do {
      this.#value()
    } while (this.#nextIsValue())
    if (this.#skipBlanks() !== '') throw this.#fault('after top-level value')
    if (this.#outOfRange === undefined) return
    const message = `json: cannot unmarshal number ${this.#outOfRange} into Go value of type float64`
    throw new JsonError('range', message)
  }

  /** A scalar, an empty collection, or a collection up to its first value. */
  #value(): void {
    for (;;) {
      const first = this.#skipBlanks()
      if (first !== '{' && first !== '[') return this.#scalar(first)
      if (this.#open.length === maxDepth) throw this.#fault('exceeded max depth')
      const close = first === '{' ? '}' : ']'
      this.#open.push(close)
      this.#at++
      if (this.#skipBlanks() === close) return
      if (close === '}') this.#key()
    }
  }

  /** After a value: goes over the ends of collections and to the next value, if one must follow. */
  #nextIsValue(): boolean {
    for (let close = this.#open.at(-1); close !== undefined; close = this.#open.at(-1)) {
      const next = this.#skipBlanks()
      if (next === ',') {
        this.#at++
        if (close === '}') this.#key()
        return true
      }
      if (next !== close)
        throw this.#fault(close === '}' ? 'after object key:value pair' : 'after array element')
      this.#at++
      this.#open.pop()
    }
    return false
  }

  #key(): void {
    if (this.#skipBlanks() !== '"') throw this.#fault('looking for beginning of object key string')
    this.#string()
    if (this.#skipBlanks() !== ':') throw this.#fault('after object key')
    this.#at++
  }

  #scalar(first: string): void {
    if (first === '"') return this.#string()
    if (first === '-' || digits.has(first)) return this.#number()
    const literal = literals.get(first)
    if (literal === undefined) throw this.#fault('looking for beginning of value')
    for (const letter of literal) {
      if (this.#here() !== letter)
        throw this.#faultInside(`in literal ${literal} (expecting ${quoteChar(letter)})`)
      this.#at++
    }
  }

  #string(): void {
    this.#at++
    for (;;) {
      const here = this.#here()
      if (here === '' || here < ' ') throw this.#fault('in string literal')
      this.#at++
      if (here === '"') return
      if (here === '\\') this.#escape()
    }
  }

  #escape(): void {
    const letter = this.#here()
    if (letter !== 'u' && !simpleEscapes.has(letter)) throw this.#faultInside('in string escape code')
    this.#at++
    if (letter === 'u') this.#hexDigits()
  }

  #hexDigits(): void {
    for (let digit = 0; digit < 4; digit++) {
      if (!hexDigits.has(this.#here())) throw this.#faultInside('in \\u hexadecimal character escape')
      this.#at++
    }
  }

  #number(): void {
    const start = this.#at
    if (this.#here() === '-') this.#at++
    if (this.#here() === '0') this.#at++
    else this.#digits('in numeric literal')
    if (this.#here() === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (this.#here() === 'e' || this.#here() === 'E') {
      this.#at++
      if (this.#here() === '+' || this.#here() === '-') this.#at++
      this.#digits('in exponent of numeric literal')
    }
    const number = this.#text.slice(start, this.#at)
    if (!Number.isFinite(Number(number))) this.#outOfRange ??= number
  }

  #digits(context: string): void {
    if (!digits.has(this.#here())) throw this.#faultInside(context)
    while (digits.has(this.#here())) this.#at++
  }

  /** The character here, empty at the end. */
  #here(): string {
    return this.#text.charAt(this.#at)
  }

  #skipBlanks(): string {
    while (blank.has(this.#here())) this.#at++
    return this.#here()
  }

  /** A fault between values and in strings, where a blank would have been no fault. */
  #fault(context: string): JsonError {
    if (this.#at < this.#text.length) return this.#faultInside(context)
    return new JsonError('syntax', 'unexpected end of JSON input')
  }

  /** A fault inside a number, literal or escape, where the end counts as a blank. */
  #faultInside(context: string): JsonError {
    const code = context === 'exceeded max depth' ? 'too-deep' : 'syntax'
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0x20)
    return new JsonError(code, `invalid character ${quoteChar(char)} ${context}`)
  }
}

/** The first byte of a character between single quotes, as encoding/json shows it. */
function quoteChar(char: string): string {
  if (char === "'") return String.raw`'\''`
  if (char === '"') return `'"'`
  const [byte = 0] = encode(char)
  return `'${quote(String.fromCharCode(byte)).slice(1, -1)}'`
}
