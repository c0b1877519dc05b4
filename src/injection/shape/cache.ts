import { deepFreeze } from '../../schema/index.ts'
import type { Json } from '../../golang/json-value.ts'
import { applyPattern, learnPattern, type Pattern, type TextReader } from './pattern.ts'
import type { HoledText } from './tokens.ts'

/*
 * Pods of one kind get the same text but for their names, labels and ports. Reading it as YAML is most of the work
 * of an injection; so what came of such a text is kept with the places of what may differ, and for the next text of
 * the same shape only that is put in its place.
 */

/** Shapes that are kept, each with some readings of 20 to 60 KB. */
const mostShapes = 128
const mostReadings = 4

/** What a text was read to. */
interface Reading<T> {
  readonly sample: HoledText
  readonly root: Json
  value: T
  readonly pattern: Pattern | undefined
}

interface Shape<T> {
  readings: Reading<T>[]
  /** Texts that were read in full. */
  misses: number
}

/** What a kind of value is made of. */
export interface ShapeReader<T> extends TextReader {
  /** Makes the value; `like` is one of the same shape, and what their trees share may be taken from it. */
  make(root: Json, like?: { readonly root: Json; readonly value: T }): T
}

/** Values made of rendered texts. Belongs to one snapshot of the settings. */
export class ShapeCache<T> {
  #young = new Map<string, Shape<T>>()
  #old = new Map<string, Shape<T>>()
  readonly #reader: ShapeReader<T>

  constructor(reader: ShapeReader<T>) {
    this.#reader = reader
  }

  /** The value for a text; those of one shape differ in their holes only. Throws what reading it throws. */
  get(shape: string, text: HoledText): T {
    const known = this.#shape(shape)
    return this.#known(known, text) ?? this.#learn(known, text)
  }

  #read({ text }: HoledText): Json {
    return this.#reader.decode(this.#reader.parse(text))
  }

  #shape(key: string): Shape<T> {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const shape = this.#old.get(key) ?? { readings: [], misses: 0 }
    if (this.#young.size * 2 >= mostShapes) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, shape)
    return shape
  }

  #known({ readings }: Shape<T>, { holes }: HoledText): T | undefined {
    for (const reading of readings) {
      const { root, pattern } = reading
      if (pattern === undefined) {
        if (isSame(reading.sample.holes, holes)) return this.#again(reading)
        continue
      }
      const filled = applyPattern(pattern, holes)
      if (filled === root) return reading.value
      if (filled !== undefined) return this.#reader.make(filled, reading)
    }
    return undefined
  }

  /** What is used again is worth to be written once only, which is done with what is frozen. */
  #again(reading: Reading<T>): T {
    if (Object.isFrozen(reading.root)) return reading.value
    reading.value = this.#reader.make(deepFreeze(reading.root))
    return reading.value
  }

  /**
   * Reads in full. The first text of a shape is kept as it is, since it may be the only one; from those that come
   * after it patterns are learned, ever more rarely if that does not help.
   */
  #learn(shape: Shape<T>, sample: HoledText): T {
    const root = this.#read(sample)
    const misses = ++shape.misses
    const isWorthwhile = misses <= mostReadings || Number.isInteger(Math.log2(misses))
    if (!isWorthwhile) return this.#reader.make(root)
    const pattern = misses === 1 ? undefined : learnPattern(sample, deepFreeze(root), this.#reader)
    const value = this.#reader.make(root)
    const reading: Reading<T> = { sample, root, value, pattern }
    shape.readings = [reading, ...shape.readings.filter(({ pattern }) => pattern !== undefined)].slice(
      0,
      mostReadings,
    )
    return value
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}
