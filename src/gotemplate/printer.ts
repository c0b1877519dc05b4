/** How fmt writes one value under one verb: scalars, then whatever holds them. */
import { compareText, decode, hasSurrogates } from '../golang/bytes.ts'
import { TextLimitError } from './errors.ts'
import { type Flags, noFlags, pad } from './format-flags.ts'
import { formatFloatVerb, formatInteger, type IntegerStyle } from './format-number.ts'
import {
  formatChar,
  formatHex,
  formatQuoted,
  formatQuotedChar,
  formatText,
  formatUnicode,
} from './format-text.ts'
import { emptyInterface, integerOf, isPointer, isScalar, pointedType, typeText } from './types.ts'
import {
  goKind,
  type GoComplex,
  type GoMap,
  type GoScalar,
  type GoSlice,
  type GoStruct,
  type GoValue,
  isGoValue,
  isList,
  type PlainMap,
  type Value,
} from './values.ts'

/** Text beyond this is an attack or a mistake: twice what a template may put out by default. */
export const longestText = 8 * 1024 * 1024
/** Values inside values. JavaScript's stack bears some thousand. */
const deepestValue = 500

/** What pointers print as. Go prints their address, which differs from run to run. */
const address = 0xc000000000n

const integerStyles: Readonly<Record<string, IntegerStyle>> = {
  v: { base: 10 },
  d: { base: 10 },
  b: { base: 2 },
  o: { base: 8 },
  O: { base: 8, octalPrefix: true },
  x: { base: 16 },
  X: { base: 16, upper: true },
}

/** Verbs under which a type's own text counts. */
const textVerbs = 'vsxXq'

/** Prints values under the flags of one verb, or of none. */
export class Printer {
  flags: Flags = noFlags()
  /** Inside the report of a bad verb, where a type's own text does not count. */
  #reporting = false

  /** A value as an argument of a verb. */
  argument(value: Value, verb: string): string {
    if (value === null || value === undefined) {
      return verb === 'v' || verb === 'T' ? pad(this.flags, '<nil>') : `%!${verb}(<nil>)`
    }
    if (verb === 'T') return formatText(this.flags, typeText(value))
    const text = this.#value(value, verb, 0)
    // Go knows the type by this name only here.
    const isBytes = isGoValue(value) && value.goType === '[]uint8' && verb === 'v' && this.flags.sharpV
    return isBytes ? text.replace('[]uint8', '[]byte') : text
  }

  /** A pointer's target without the ampersand: what a template prints for it. */
  target(value: GoStruct): string {
    return this.#struct(value, 'v', 1)
  }

  #value(value: Value, verb: string, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#text(value, value, verb)
      case 'number':
        return this.#float(value, value, 64, verb)
      case 'bigint':
        return this.#integer(value, value, true, verb)
      case 'boolean':
        return this.#boolean(value, value, verb)
    }
    if (value === null || value === undefined) return '<nil>'
    if (verb === 'w') return this.#badVerb(value, verb)
    if (depth > deepestValue) throw new TextLimitError(`value nested more than ${deepestValue} deep`)
    if (isGoValue(value)) return this.#goValue(value, verb, depth)
    if (verb === 'p') return this.#address(value, address, verb)
    return isList(value) ? this.#list(value, verb, depth) : this.#plainMap(value, verb, depth)
  }

  #goValue(value: GoValue, verb: string, depth: number): string {
    const own = !this.#reporting && !this.flags.sharpV && textVerbs.includes(verb)
    const text = own ? value.toText?.() : undefined
    if (text !== undefined) return this.#text(value, text, verb)
    if (verb === 'p') return this.#pointer(value)
    if (!isPointer(value)) return this.#direct(value, verb, depth)
    // Pointers are followed at the top only, and only to what has parts.
    if (depth > 0 || isScalar(value)) return this.#address(value, address, verb)
    return `&${this.#direct(value, verb, depth + 1)}`
  }

  #direct(value: GoValue, verb: string, depth: number): string {
    switch (value[goKind]) {
      case 'nil':
        return this.#nilPointer(value, verb)
      case 'func':
        return this.#address(value, address, verb)
      case 'complex64':
      case 'complex128':
        return this.#complex(value, verb)
      case 'slice':
      case 'array':
        return this.#typedSlice(value, verb, depth)
      case 'struct':
        return this.#struct(value, verb, depth)
      case 'map':
        return this.#typedMap(value, verb, depth)
      default:
        return this.#scalar(value, verb)
    }
  }

  // Scalars. `value` is what a bad verb reports.

  #scalar(value: GoScalar, verb: string): string {
    const { scalar } = value
    switch (typeof scalar) {
      case 'string':
        return this.#text(value, scalar, verb)
      case 'boolean':
        return this.#boolean(value, scalar, verb)
      case 'number':
        return this.#float(value, scalar, value[goKind] === 'float32' ? 32 : 64, verb)
      default:
        return this.#integer(value, scalar, value[goKind].startsWith('int'), verb)
    }
  }

  #boolean(value: Value, boolean: boolean, verb: string): string {
    return verb === 't' || verb === 'v' ? pad(this.flags, String(boolean)) : this.#badVerb(value, verb)
  }

  #text(value: Value, text: string, verb: string): string {
    switch (verb) {
      case 'v':
        return this.flags.sharpV ? formatQuoted(this.flags, text) : formatText(this.flags, text)
      case 's':
        return formatText(this.flags, text)
      case 'x':
      case 'X':
        return formatHex(this.flags, text, verb === 'X')
      case 'q':
        return formatQuoted(this.flags, text)
      default:
        return this.#badVerb(value, verb)
    }
  }

  #integer(value: Value, integer: bigint, signed: boolean, verb: string): string {
    if (verb === 'v' && this.flags.sharpV && !signed) return this.#hexWord(integer, true)
    const style = integerStyles[verb]
    if (style !== undefined) return formatInteger(this.flags, integer, style)
    switch (verb) {
      case 'c':
        return formatChar(this.flags, integer)
      case 'q':
        return formatQuotedChar(this.flags, integer)
      case 'U':
        return formatUnicode(this.flags, integer)
      default:
        return this.#badVerb(value, verb)
    }
  }

  #float(value: Value, float: number, bits: 32 | 64, verb: string): string {
    switch (verb) {
      case 'v':
        return formatFloatVerb(this.flags, float, bits, 'g', -1)
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        return formatFloatVerb(this.flags, float, bits, verb, -1)
      case 'f':
      case 'e':
      case 'E':
        return formatFloatVerb(this.flags, float, bits, verb, 6)
      case 'F':
        return formatFloatVerb(this.flags, float, bits, 'f', 6)
      default:
        return this.#badVerb(value, verb)
    }
  }

  #complex(value: GoComplex, verb: string): string {
    if (!'vbgGxXfFeE'.includes(verb)) return this.#badVerb(value, verb)
    const bits = value[goKind] === 'complex64' ? 32 : 64
    const real = this.#float(value, value.real, bits, verb)
    const flags = this.flags
    this.flags = { ...flags, plus: true }
    const imaginary = this.#float(value, value.imaginary, bits, verb)
    this.flags = flags
    return `(${real}${imaginary}i)`
  }

  // Pointers.

  /** `%p`, for what is a pointer underneath. */
  #pointer(value: GoValue): string {
    const kind = value[goKind]
    if (kind === 'nil' || ('isNil' in value && value.isNil)) return this.#address(value, 0n, 'p')
    const isReference = kind === 'map' || kind === 'slice' || kind === 'func' || isPointer(value)
    return isReference ? this.#address(value, address, 'p') : this.#badVerb(value, 'p')
  }

  #nilPointer(value: GoValue, verb: string): string {
    if (verb !== 'v') return this.#address(value, 0n, verb)
    return this.flags.sharpV ? `(${value.goType})(nil)` : pad(this.flags, '<nil>')
  }

  #address(value: Value, at: bigint, verb: string): string {
    if (verb === 'v' && this.flags.sharpV) return `(${typeText(value)})(${this.#hexWord(at, true)})`
    if (verb === 'v' || verb === 'p') return this.#hexWord(at, !this.flags.sharp)
    return 'bodxX'.includes(verb) ? this.#integer(value, at, false, verb) : this.#badVerb(value, verb)
  }

  #hexWord(word: bigint, prefixed: boolean): string {
    return formatInteger({ ...this.flags, sharp: prefixed }, word, { base: 16 })
  }

  // What holds other values.

  #struct(value: GoStruct, verb: string, depth: number): string {
    const { plusV, sharpV } = this.flags
    let text = ''
    for (const name of value.fieldNames()) {
      if (text !== '') text += sharpV ? ', ' : ' '
      else text = '{'
      if (plusV || sharpV) text += `${name}:`
      text += this.#element(value.field(name), verb, depth)
    }
    return `${sharpV ? pointedType(value) : ''}${text === '' ? '{' : text}}`
  }

  #plainMap(value: PlainMap, verb: string, depth: number): string {
    const text = (key: string): string =>
      `${this.#text(key, key, verb)}:${this.#element(value[key], verb, depth)}`
    return this.#braced(value, 'map[', sortedKeys(value), text)
  }

  #typedMap(value: GoMap, verb: string, depth: number): string {
    const text = (key: Value): string =>
      `${this.#element(key, verb, depth)}:${this.#element(value.get(key), verb, depth)}`
    return this.#braced(value, 'map[', value.keys(), text)
  }

  #list(value: readonly Value[], verb: string, depth: number): string {
    return this.#braced(value, '[', value, (element) => this.#element(element, verb, depth))
  }

  #typedSlice(value: GoSlice, verb: string, depth: number): string {
    if (value.elemType === 'uint8' && 'sqxX'.includes(verb)) return this.#text(value, bytesOf(value), verb)
    const indexes = Array.from({ length: value.length }, (_, index) => index)
    return this.#braced(value, '[', indexes, (index) => this.#element(value.at(index), verb, depth))
  }

  /** A value inside another one, where a nil interface prints alike under every verb. */
  #element(value: Value, verb: string, depth: number): string {
    if (value !== null && value !== undefined) return this.#value(value, verb, depth + 1)
    return this.flags.sharpV ? `${emptyInterface}(nil)` : '<nil>'
  }

  /** The parts of a list or map. They are added up, not joined: text that nests deeply is copied only once then. */
  #braced<T>(value: Value, open: string, parts: readonly T[], show: (part: T) => string): string {
    const { sharpV } = this.flags
    if (sharpV && isGoValue(value) && 'isNil' in value && value.isNil) return `${pointedType(value)}(nil)`
    let text = sharpV ? `${pointedType(value)}{` : open
    for (const [i, part] of parts.entries()) {
      if (i > 0) text += sharpV ? ', ' : ' '
      text += show(part)
      if (text.length > longestText) throw new TextLimitError(`text longer than ${longestText} bytes`)
    }
    return text + (sharpV ? '}' : ']')
  }

  /** `%!d(string=hello)`: a verb that the value cannot have. */
  #badVerb(value: Value, verb: string): string {
    this.#reporting = true
    const text = `%!${verb}(${typeText(value)}=${this.#value(value, 'v', 0)})`
    this.#reporting = false
    return text
  }
}

/** The keys of a map in Go's order. */
export function sortedKeys(map: PlainMap): string[] {
  const keys = Object.keys(map)
  // JavaScript's own order is the same, and faster, unless surrogates are involved.
  return keys.some(hasSurrogates) ? keys.sort(compareText) : keys.sort()
}

/** The string that a slice of bytes holds. */
function bytesOf(value: GoSlice): string {
  return decode(
    Uint8Array.from({ length: value.length }, (_, index) => Number(integerOf(value.at(index)) ?? 0n)),
  )
}
