/** The words of xstrings: `HTTPServer2x` to `HttpServer2x`, `http_server_2x`, `http-server-2x`. */
import { isSpace, lowerRune, upperRune } from '../../golang/unicode.ts'

const capital = /^\p{Lu}/u
const letter = /^\p{L}/u
const number = /^\p{N}/u
const punctuation = /^\p{P}/u

/** xstrings.ToPascalCase: words without what connects them, each with a capital; connectors at the ends stay. */
export function camelCase(text: string): string {
  const chars = Array.from(text.toWellFormed())
  const start = chars.findIndex((char) => !isConnector(char))
  // Go writes the last of nothing but connectors twice.
  if (start < 0) return text.toWellFormed() + (chars.at(-1) ?? '')
  let result = chars.slice(0, start).join('')
  let previous = upperRune(chars[start] ?? '')
  let isShouting = isCapital(chars[start] ?? '')
  for (const char of chars.slice(start + 1)) {
    let current = char
    if (isConnector(previous)) {
      if (isConnector(char)) result += previous
      else {
        isShouting = isCapital(char)
        current = upperRune(char)
      }
    } else {
      result += previous
      isShouting &&= isCapital(char)
      if (isShouting) current = lowerRune(char)
    }
    previous = current
  }
  return result + previous
}

/** xstrings.ToSnakeCase and ToKebabCase: words in small letters, joined by the connector. */
export function lowerCase(text: string, connector: '_' | '-'): string {
  return new WordJoiner(splitWords(text), connector).run()
}

type WordKind = 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other' | 'end'

interface Word {
  readonly kind: WordKind
  readonly text: string
}

const end: Word = { kind: 'end', text: '' }

/** Writes words, and decides where a connector goes between them. */
class WordJoiner {
  readonly #words: readonly Word[]
  readonly #connector: string
  #at = 0
  #result = ''

  constructor(words: readonly Word[], connector: string) {
    this.#words = words
    this.#connector = connector
  }

  run(): string {
    while (this.#at < this.#words.length - 1) {
      const word = this.#take()
      this.#write(word)
      if (word.kind === 'number') this.#afterNumber()
      else if (word.kind !== 'connector' && word.kind !== 'punctuation') this.#afterWord()
    }
    this.#write(this.#here())
    return this.#result
  }

  /** What follows a number belongs to it. */
  #afterNumber(): void {
    while (this.#here().kind === 'alphabet' || this.#here().kind === 'number') this.#write(this.#take())
    if (this.#here().kind !== 'end') this.#connect()
  }

  /** A number belongs to the word before it, unless small letters follow: `bld4_floor`, but `http_2xx`. */
  #afterWord(): void {
    if (this.#here().kind !== 'number') return this.#connect()
    if (this.#at === this.#words.length - 1) return
    const digits = this.#take()
    if (this.#here().kind !== 'alphabet') {
      this.#write(digits)
      return this.#connect()
    }
    this.#result += this.#connector
    this.#write(digits)
    this.#afterNumber()
  }

  #here(): Word {
    return this.#words[this.#at] ?? end
  }

  #take(): Word {
    const word = this.#here()
    this.#at++
    return word
  }

  /** Puts a connector before the next word, if it is a word. */
  #connect(): void {
    const { kind } = this.#here()
    if (kind !== 'connector' && kind !== 'punctuation') this.#result += this.#connector
  }

  #write({ kind, text }: Word): void {
    if (kind !== 'upper' && kind !== 'connector') this.#result += text
    else
      for (const char of text.toWellFormed())
        this.#result += isConnector(char) ? this.#connector : smallLetter(char)
  }
}

function smallLetter(char: string): string {
  return isCapital(char) ? lowerRune(char) : char
}

/** A character, and before it what is none: bytes that are no UTF-8, and U+FFFD, which xstrings takes for such. */
interface Unit {
  readonly char: string
  readonly text: string
}

const noCharacter = /^[\ud800-\udfff\ufffd]$/

function splitUnits(text: string): Unit[] {
  const units: Unit[] = []
  let skipped = ''
  for (const char of text) {
    skipped += char
    if (noCharacter.test(char)) continue
    units.push({ char, text: skipped })
    skipped = ''
  }
  const last = units.pop() ?? { char: '', text: '' }
  return [...units, { char: last.char, text: last.text + skipped }]
}

function splitWords(text: string): Word[] {
  const units = splitUnits(text)
  const words: Word[] = []
  for (let at = 0; at < units.length;) {
    const kind = kindAt(units, at)
    const to = kind === 'upper' ? endOfCapitals(units, at) : endOfRun(units, at, kind)
    const part = units.slice(at, to)
    words.push({ kind, text: part.map((unit) => unit.text).join('') })
    at = to
  }
  return words
}

function kindAt(units: readonly Unit[], at: number): WordKind {
  const char = units[at]?.char ?? ''
  if (isConnector(char)) return 'connector'
  if (punctuation.test(char)) return 'punctuation'
  if (isCapital(char)) return 'upper'
  if (isAlphabetic(char)) return 'alphabet'
  return number.test(char) ? 'number' : 'other'
}

function endOfRun(units: readonly Unit[], from: number, kind: WordKind): number {
  // Hyphens and underscores connect words, but go on with punctuation.
  const continues = (at: number): boolean =>
    kind === 'punctuation' ? punctuation.test(units[at]?.char ?? '') : kindAt(units, at) === kind
  let at = from + 1
  while (at < units.length && continues(at)) at++
  return at
}

/** One capital and small letters, or several capitals, the last of which may begin the next word: `HTTPServer`. */
function endOfCapitals(units: readonly Unit[], from: number): number {
  const to = endOfRun(units, from, 'upper')
  const isFollowed = to < units.length && kindAt(units, to) === 'alphabet'
  if (to - from === 1) return isFollowed ? endOfRun(units, to, 'alphabet') : to
  return isFollowed ? to - 1 : to
}

function isConnector(char: string): boolean {
  return char === '-' || char === '_' || isSpace(char.codePointAt(0) ?? 0)
}

function isCapital(char: string): boolean {
  return capital.test(char)
}

/** A letter, but none of the common CJK characters, which have no case. */
function isAlphabetic(char: string): boolean {
  const rune = char.codePointAt(0) ?? 0
  const isCjk =
    (rune >= 0x4e00 && rune <= 0x9fcc) ||
    (rune >= 0x3400 && rune <= 0x4d85) ||
    (rune >= 0x20000 && rune <= 0x2b81d)
  return !isCjk && letter.test(char)
}
