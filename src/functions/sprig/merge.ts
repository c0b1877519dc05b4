/** mergo's Merge and MergeWithOverwrite over dictionaries. */
import {
  goKind,
  type GoMap,
  goMap,
  isGoValue,
  isPlainMap,
  isPointer,
  isScalar,
  type PlainMap,
  truth,
  type Value,
} from '../../gotemplate/index.ts'
import { goError, SprigError } from './errors.ts'
import { Budget } from './limits.ts'
import { newDict, setEntry, writable, type MutableDict } from './mutable.ts'
import { dictOf, kindName, type Dict } from './reflect.ts'

type DictArgument = PlainMap | GoMap | null

/** Go's message for a pointer that is to be merged with something else, which merge swallows and mustMerge does not. */
const differentTypes = 'src and dst must be of same type'

/**
 * Fills what is missing or empty in the first dictionary from the others, in place; with `overwrites`, what they have
 * counts. Dictionaries inside are merged too.
 *
 * In Go dictionaries inside that belong to the injector's values are changed for good. Here they are copied first:
 * the result is the same, and the values stay.
 */
export function merge(target: DictArgument, sources: readonly DictArgument[], overwrites: boolean): Value {
  const result = target ?? (sources.some((source) => source !== null) ? newDict() : nilDict())
  const merger = new Merger(overwrites)
  for (const source of sources) merger.merge(result, dictOf(source), 0)
  return result
}

/** Like {@link merge}, but gives an empty text for what Go cannot merge. */
export function mergeQuietly(
  target: DictArgument,
  sources: readonly DictArgument[],
  overwrites: boolean,
): Value {
  try {
    return merge(target, sources, overwrites)
  } catch (error) {
    if (error instanceof SprigError && error.message === differentTypes) return ''
    throw error
  }
}

function nilDict(): GoMap {
  return goMap('map[string]interface {}', null)
}

class Merger {
  readonly #overwrites: boolean
  readonly #budget = new Budget()
  /** Entries that were set. */
  #writes = 0

  constructor(overwrites: boolean) {
    this.#overwrites = overwrites
  }

  merge(target: PlainMap | GoMap, source: Dict, depth: number): void {
    for (const key of source.keys()) {
      this.#budget.spend(depth)
      this.#entry(target, key, source.get(key), depth)
    }
  }

  #entry(target: PlainMap | GoMap, key: string, value: Value, depth: number): void {
    const kind = kindName(value)
    if (kind === 'invalid') {
      if (this.#overwrites) this.#set(target, key, null)
      return
    }
    const old = dictOf(target).get(key)
    const existing = isCompound(kind) ? this.#inside(target, key, old, value, depth) : old
    if (kind === 'slice' && (this.#overwrites || !truth(target))) this.#set(target, key, value)
    const keeps = !isEmpty(existing) && (kind === 'slice' || (kind === 'map' && kindName(existing) === 'map'))
    if (!keeps && (this.#overwrites || isEmpty(existing))) this.#set(target, key, value)
  }

  /** Merges a dictionary into what is there already. Gives what is there then. */
  #inside(target: PlainMap | GoMap, key: string, existing: Value, value: Value, depth: number): Value {
    const kind = kindName(value)
    switch (kindName(existing)) {
      case 'map':
        return kind === 'map' && isMap(existing) && isMap(value)
          ? this.#maps(target, key, existing, dictOf(value), depth)
          : existing
      case 'struct':
        if (kind !== 'struct' && hasFields(existing))
          throw goError(`reflect: call of reflect.Value.Field on ${kind} Value`)
        return existing
      case 'ptr':
        if (kind !== 'ptr' && !this.#overwrites && !isNil(existing)) throw goError(differentTypes)
        return existing
      default:
        return existing
    }
  }

  #maps(
    target: PlainMap | GoMap,
    key: string,
    existing: PlainMap | GoMap,
    source: Dict,
    depth: number,
  ): Value {
    const isNilMap = !isPlainMap(existing) && existing.isNil
    if (isNilMap || source.keys().length === 0) return existing
    if (!isPlainMap(existing) || !Object.isFrozen(existing)) {
      this.merge(existing, source, depth + 1)
      return existing
    }
    const copy: MutableDict = newDict()
    for (const name of Object.keys(existing)) setEntry(copy, name, existing[name])
    const before = this.#writes
    this.merge(copy, source, depth + 1)
    if (this.#writes === before) return existing
    this.#set(target, key, copy)
    return copy
  }

  #set(target: PlainMap | GoMap, key: string, value: Value): void {
    setEntry(writable(target), key, value)
    this.#writes++
  }
}

function isCompound(kind: string): boolean {
  return kind === 'map' || kind === 'struct' || kind === 'ptr'
}

/** A map of any type. */
export function isMap(value: Value): value is PlainMap | GoMap {
  return isPlainMap(value) || (isGoValue(value) && value[goKind] === 'map')
}

function hasFields(value: Value): boolean {
  return isGoValue(value) && value[goKind] === 'struct' && value.fieldNames().length > 0
}

function isNil(value: Value): boolean {
  return isGoValue(value) && value[goKind] === 'nil'
}

/** mergo's idea of empty: zero, none, nil, or a pointer to such; a struct never is. */
function isEmpty(value: Value): boolean {
  if (value === undefined || value === null) return true
  if (isPointer(value)) return isScalar(value) && !truth(value.scalar)
  return !truth(value)
}
