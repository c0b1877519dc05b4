/** reflect.DeepEqual, as texts: two values are deeply equal if their fingerprints are the same. */
import {
  goKind,
  type GoValue,
  isGoValue,
  isList,
  isPointer,
  type PlainMap,
  type Value,
} from '../../gotemplate/index.ts'
import { compareText } from '../../golang/bytes.ts'
import { typeName } from './reflect.ts'
import { Budget } from './limits.ts'

/** A value that its fields do not tell everything of. */
export interface Identified {
  /** Differs from that of every value of the type that is not deeply equal. */
  readonly identity: string
}

/** Are type and contents the same, all the way down? NaN and functions equal nothing. */
export function deepEqual(left: Value, right: Value): boolean {
  if (typeof left !== 'object' && typeof right !== 'object') return left === right
  const fingerprints = new Fingerprints()
  return fingerprints.of(left) === fingerprints.of(right)
}

/** Fingerprints that may be compared with each other; each maker's are its own. */
export class Fingerprints {
  readonly #budget = new Budget()
  #unique = 0

  /** A text that every deeply equal value has, and no other. Throws TextLimitError for enormous values. */
  of(value: Value): string {
    return this.#of(value, 0)
  }

  #of(value: Value, depth: number): string {
    this.#budget.spend(depth)
    switch (typeof value) {
      case 'string':
        return `s${value.length}:${value}`
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return `i${value};`
      case 'number':
        return this.#float(value)
    }
    if (value === null || value === undefined) return 'nil'
    if (isList(value)) return this.#parts('[]interface {}', value, depth)
    if (isGoValue(value)) return this.#typed(value, depth)
    return this.#map('map[string]interface {}', plainEntries(value), depth)
  }

  #float(value: number): string {
    // Zero equals minus zero.
    return Number.isNaN(value) ? this.#different() : `f${value === 0 ? 0 : value};`
  }

  #typed(value: GoValue, depth: number): string {
    const type = typeName(value)
    switch (value[goKind]) {
      case 'nil':
        return `nil ${type};`
      case 'func':
        return this.#different()
      case 'slice':
      case 'array': {
        if (value.isNil) return `nil ${type};`
        const elements = Array.from({ length: value.length }, (_, index) => value.at(index))
        return this.#parts(type, elements, depth)
      }
      case 'map': {
        if (value.isNil) return `nil ${type};`
        return this.#map(
          type,
          value.keys().map((key) => [key, value.get(key)]),
          depth,
        )
      }
      case 'struct': {
        const fields = value.fieldNames().map((name) => value.field(name))
        return this.#parts(type, isIdentified(value) ? [...fields, value.identity] : fields, depth)
      }
      case 'complex64':
      case 'complex128':
        return this.#parts(type, [value.real, value.imaginary], depth)
      default:
        return `${type}${isPointer(value) ? '*' : ''}(${this.#of(value.scalar, depth + 1)})`
    }
  }

  #parts(type: string, parts: readonly Value[], depth: number): string {
    let text = `${type}[${parts.length}:`
    for (const part of parts) text += this.#of(part, depth + 1)
    return `${text}]`
  }

  #map(type: string, entries: readonly (readonly [Value, Value])[], depth: number): string {
    let text = `${type}{${entries.length}:`
    for (const [key, value] of entries) text += this.#of(key, depth + 1) + this.#of(value, depth + 1)
    return `${text}}`
  }

  /** A text that none is the same as. */
  #different(): string {
    return `#${this.#unique++};`
  }
}

function plainEntries(map: PlainMap): readonly (readonly [Value, Value])[] {
  return Object.keys(map)
    .sort(compareText)
    .map((key) => [key, map[key]])
}

function isIdentified(value: object): value is Identified {
  return 'identity' in value
}
