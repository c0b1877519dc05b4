import { formatFloat } from '../golang/float.ts'
import { marshalJson } from '../golang/json.ts'
import { YamlError } from './errors.ts'
import { Emitter } from './emitter.ts'
import type { Place } from './emitter.ts'
import { isList, type Json } from '../golang/json-value.ts'
import { read } from './read.ts'
import { resolvePlain } from './resolve.ts'
import { compareKeys } from './sort-keys.ts'
import { isTimestamp } from './timestamp.ts'

export interface WriteOptions {
  /**
   * Break long text at spaces beyond column 80. go-yaml 2.3.0 (Istio 1.9) did not.
   *
   * Default: `true`
   */
  readonly fold?: boolean
}

/** How deep a value may be nested. Go's own bound is 10000. */
const maxDepth = 1000

/** The longest key that is sure to be one when Go reads JSON as YAML: 1024 characters, if each is `\u003c`. */
const longestKey = 160

/**
 * What go-yaml refuses, or changes, when it reads JSON: DEL and C1 controls, NEL (a line break), U+FFFE and U+FFFF,
 * halves of surrogate pairs.
 */
const altered = /[\x7f-\x9f\ufffe\uffff]|\p{Surrogate}/u

/**
 * A value as sigs.k8s.io/yaml writes it, byte for byte: keys sorted, items at the column of their key, double quotes
 * for what YAML 1.1 would read as something else, `|` for text with breaks. Throws YamlError where Go fails: for NaN,
 * for control characters from U+007F on, for keys over 1024 characters.
 */
export function write(value: Json, options: WriteOptions = {}): string {
  const writer = new Writer(options.fold ?? true)
  writer.node(value, 'root', 0)
  if (!writer.isAltered) return writer.finish()
  // Go always takes this way: to JSON, which is read as YAML.
  const rewriter = new Writer(options.fold ?? true)
  rewriter.node(read(marshalJson(value)), 'root', 0)
  return rewriter.finish()
}

class Writer {
  /** Whether a string was written that may be another one on Go's way. */
  isAltered = false
  readonly #emitter: Emitter

  constructor(fold: boolean) {
    this.#emitter = new Emitter(fold)
  }

  finish(): string {
    return this.#emitter.finish()
  }

  node(value: Json, place: Place, depth: number): void {
    if (value === null) return this.#emitter.scalar('null', true)
    if (typeof value === 'boolean') return this.#emitter.scalar(String(value), true)
    if (typeof value === 'number') return this.#emitter.scalar(numberText(value), true)
    if (typeof value === 'string') {
      if (altered.test(value)) this.isAltered = true
      return this.#emitter.scalar(value, isStringWhenPlain(value))
    }
    if (depth === maxDepth) throw new YamlError('too-large', `yaml: exceeded max depth of ${maxDepth}`)
    if (isList(value)) {
      return this.#emitter.sequence(value, place, (item) => this.node(item, 'item', depth + 1))
    }
    this.#emitter.mapping(
      Object.keys(value).sort(compareKeys),
      (key) => this.#key(key),
      (key) => this.node(value[key] ?? null, 'value', depth + 1),
    )
  }

  #key(key: string): void {
    if (key.length > longestKey || altered.test(key)) this.isAltered = true
    this.#emitter.key(key, isStringWhenPlain(key))
  }
}

/** Would the text, without quotes, be read as a string? */
function isStringWhenPlain(text: string): boolean {
  return typeof resolvePlain(text, {}) === 'string' && !isTimestamp(text) && !isBase60(text)
}

/** Numbers of YAML 1.1 with base 60, `1:30`, that go-yaml does not read but other readers do. */
function isBase60(text: string): boolean {
  return text.includes(':') && /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)
}

/** Integers of 64 bits in digits, other numbers as floats. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
    throw new YamlError('number', `error marshaling into JSON: json: unsupported value: ${text}`)
  }
  const isInteger = Number.isInteger(value) && value > -(2 ** 63) && value < 2 ** 64
  return isInteger ? String(value === 0 ? 0 : value) : formatFloat(value, 'g', -1, 64)
}
