/** fmt.Sprintf: the format string. What a verb does with its argument is the printer's business. */
import { normalize } from '../golang/bytes.ts'
import { TextLimitError } from './errors.ts'
import { type Flags, noFlags } from './format-flags.ts'
import { longestText, Printer } from './printer.ts'
import { integerOf, typeText } from './types.ts'
import type { Value } from './values.ts'

/** Widths, precisions and argument numbers beyond this are none. */
const greatestNumber = 1_000_000

/** fmt.Sprintf. Mistakes are part of the text, as in Go: `%!d(string=a)`, `%!s(MISSING)`, `%!(EXTRA int=1)`. */
export function sprintf(format: string, args: readonly Value[]): string {
  return new Formatter(format, args).run()
}

class Formatter {
  readonly #format: string
  readonly #args: readonly Value[]
  readonly #printer = new Printer()
  #at = 0
  #argument = 0
  /** An `[n]` was seen, so that arguments may be left over. */
  #reordered = false
  /** The last thing read was an `[n]`. */
  #afterIndex = false
  #goodIndex = true

  constructor(format: string, args: readonly Value[]) {
    this.#format = format
    this.#args = args
  }

  run(): string {
    let text = ''
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at)
      const end = percent < 0 ? this.#format.length : percent
      text += this.#format.slice(this.#at, end)
      this.#at = end + 1
      if (percent >= 0) text += this.#directive()
      if (text.length > longestText) throw new TextLimitError(`text longer than ${longestText} bytes`)
    }
    return normalize(text + this.#extra())
  }

  /** One directive; the percent sign is behind. */
  #directive(): string {
    this.#goodIndex = true
    this.#afterIndex = false
    const flags = this.#flags()
    this.#printer.flags = flags
    this.#index()
    const badWidth = this.#width(flags)
    const badPrecision = this.#precision(flags)
    if (!this.#afterIndex) this.#index()
    return badWidth + badPrecision + this.#verb(flags)
  }

  #flags(): Flags {
    const flags = noFlags()
    for (; ; this.#at++) {
      switch (this.#format[this.#at]) {
        case '#':
          flags.sharp = true
          break
        case '0':
          flags.zero = true
          break
        case '+':
          flags.plus = true
          break
        case '-':
          flags.minus = true
          break
        case ' ':
          flags.space = true
          break
        default:
          return flags
      }
    }
  }

  #width(flags: Flags): string {
    if (this.#format[this.#at] !== '*') {
      flags.width = this.#number()
      // "%[3]2d"
      if (this.#afterIndex && flags.width !== undefined) this.#goodIndex = false
      return ''
    }
    this.#at++
    this.#afterIndex = false
    const width = this.#starArgument()
    if (width === undefined) return '%!(BADWIDTH)'
    flags.width = Math.abs(width)
    if (width < 0) {
      flags.minus = true
      flags.zero = false
    }
    return ''
  }

  #precision(flags: Flags): string {
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return ''
    this.#at++
    // "%[3].2d"
    if (this.#afterIndex) this.#goodIndex = false
    this.#index()
    if (this.#format[this.#at] !== '*') {
      flags.precision = this.#number() ?? 0
      return ''
    }
    this.#at++
    this.#afterIndex = false
    const precision = this.#starArgument()
    if (precision === undefined || precision < 0) return '%!(BADPREC)'
    flags.precision = precision
    return ''
  }

  #verb(flags: Flags): string {
    const code = this.#format.codePointAt(this.#at)
    if (code === undefined) return '%!(NOVERB)'
    const char = String.fromCodePoint(code)
    this.#at += char.length
    const verb = char.toWellFormed()
    if (verb === '%') return '%'
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`
    if (this.#argument >= this.#args.length) return `%!${verb}(MISSING)`
    if (verb === 'v' || verb === 'w') {
      flags.sharpV = flags.sharp
      flags.plusV = flags.plus
      flags.sharp = flags.plus = false
    }
    return this.#printer.argument(this.#args[this.#argument++], verb)
  }

  /** Digits at the cursor; undefined if there are none, or too many: then nothing is left to read. */
  #number(): number | undefined {
    let value: number | undefined
    for (; isDigit(this.#format.charAt(this.#at)); this.#at++) {
      if (value !== undefined && value > greatestNumber) {
        this.#at = this.#format.length
        return undefined
      }
      value = (value ?? 0) * 10 + Number(this.#format.charAt(this.#at))
    }
    return value
  }

  /** `[n]`: the argument to use next, counted from 1. */
  #index(): void {
    this.#afterIndex = false
    if (this.#format[this.#at] !== '[') return
    this.#reordered = true
    const close = this.#format.indexOf(']', this.#at)
    const digits = close < 0 ? '' : this.#format.slice(this.#at + 1, close)
    this.#at = close < 0 ? this.#at + 1 : close + 1
    this.#afterIndex = /^[0-9]{1,8}$/.test(digits) && Number(digits) <= 10 * greatestNumber + 9
    const index = Number(digits) - 1
    if (this.#afterIndex && index >= 0 && index < this.#args.length) this.#argument = index
    else this.#goodIndex = false
  }

  /** The argument that `*` takes its number from. */
  #starArgument(): number | undefined {
    if (this.#argument >= this.#args.length) return undefined
    const value = integerOf(this.#args[this.#argument++])
    if (value === undefined || value > BigInt(greatestNumber) || value < -BigInt(greatestNumber)) {
      return undefined
    }
    return Number(value)
  }

  /** What is left over, unless the arguments were taken out of order. */
  #extra(): string {
    if (this.#reordered || this.#argument >= this.#args.length) return ''
    this.#printer.flags = noFlags()
    const rest = this.#args.slice(this.#argument).map((arg) => {
      if (arg === null || arg === undefined) return '<nil>'
      return `${typeText(arg)}=${this.#printer.argument(arg, 'v')}`
    })
    return `%!(EXTRA ${rest.join(', ')})`
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}
