import { type Matcher, RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js'
import { TextLimitError } from '../../gotemplate/index.ts'
import { goError, SprigError } from './errors.ts'
import { checkText } from './limits.ts'
import { expand, parseReplacement, type Replacement } from './replacement.ts'

/** Characters of a pattern: more than a template needs, and compiled within a tenth of a second. */
const longestPattern = 10_000

/**
 * Steps that one call may take, some seconds of work: each search may go on to the end of the text before it fails or
 * matches, with all of the pattern at each character. So many matches in a long text are, with some patterns, work that
 * grows with the square of its length (in Go, too).
 */
const greatestWork = 200_000_000

/** A compiled regular expression with the methods of Go's regexp.Regexp that Sprig uses. */
export class Pattern {
  readonly #source: string
  readonly #compiled: RE2JS

  /**
   * Throws SprigError with the message of regexp.Compile: "error parsing regexp: missing closing ]: `[a`". All methods
   * throw TextLimitError for what takes too long.
   */
  constructor(source: string) {
    if (source.length > longestPattern)
      throw new TextLimitError(`pattern longer than ${longestPattern} bytes`)
    this.#source = source
    this.#compiled = compile(source)
  }

  /** MatchString. */
  test(text: string): boolean {
    this.#checkWork(text.length)
    return this.#compiled.test(text)
  }

  /** FindString: the first match, or an empty text. */
  find(text: string): string {
    this.#checkWork(text.length)
    const matcher = this.#compiled.matcher(text)
    return matcher.find() ? text.slice(matcher.start(), matcher.end()) : ''
  }

  /** FindAllString: at most so many matches, all for a negative count. */
  findAll(text: string, count: bigint): string[] {
    const found: string[] = []
    if (count === 0n) return found
    for (const match of this.#matches(text)) {
      found.push(text.slice(match.start(), match.end()))
      if (BigInt(found.length) === count) break
    }
    return found
  }

  /** ReplaceAllString: `$1`, `${1}` and `${name}` in the template are groups. */
  replaceAll(text: string, template: string): string {
    return this.#replace(text, parseReplacement(template))
  }

  /** ReplaceAllLiteralString. */
  replaceAllLiteral(text: string, literal: string): string {
    return this.#replace(text, [literal])
  }

  /** Split: the texts between matches, at most so many, the last with the rest; all for a negative count. */
  split(text: string, count: bigint): string[] {
    if (text === '' && this.#source !== '') return ['']
    const parts: string[] = []
    let start = 0
    let end = 0
    for (const match of this.#matches(text)) {
      if (BigInt(parts.length) === count - 1n) break
      end = match.start()
      if (match.end() !== 0) parts.push(text.slice(start, end))
      start = match.end()
    }
    if (end !== text.length) parts.push(text.slice(start))
    return parts
  }

  #replace(text: string, replacement: Replacement): string {
    let replaced = ''
    let end = 0
    const names = this.#compiled.namedGroups()
    for (const match of this.#matches(text)) {
      replaced += text.slice(end, match.start()) + expand(replacement, match, names)
      end = match.end()
      checkText(replaced.length)
    }
    return replaced + text.slice(end)
  }

  /** The matches from left to right; an empty one does not count right after another. */
  *#matches(text: string): Generator<Matcher> {
    const matcher = this.#compiled.matcher(text)
    let end = -1
    let searched = text.length
    this.#checkWork(searched)
    while (matcher.find()) {
      searched += text.length - matcher.end()
      this.#checkWork(searched)
      const isEmpty = matcher.start() === matcher.end()
      if (isEmpty && matcher.start() === end) continue
      end = matcher.end()
      yield matcher
    }
  }

  #checkWork(searched: number): void {
    if (searched * this.#compiled.programSize() > greatestWork)
      throw new TextLimitError('regular expression that takes too long')
  }
}

function compile(source: string): RE2JS {
  if (!source.isWellFormed()) {
    const start = source.search(/\p{Surrogate}/u)
    throw goError(`error parsing regexp: invalid UTF-8: \`${source.slice(start)}\``)
  }
  try {
    return RE2JS.compile(source)
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    if (!(cause instanceof RE2JSSyntaxException)) throw goError(`error parsing regexp: ${cause.message}`)
    const what = `${cause.getDescription()}: \`${cause.getPattern() ?? ''}\``
    throw new SprigError('go', `error parsing regexp: ${what}`, cause)
  }
}
