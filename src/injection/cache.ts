/** A value in the cache. */
interface Entry<T> {
  value: T
  /** It was asked for once only. */
  isFresh: boolean
}

/**
 * Values by text, bounded by the length of the texts: what a template renders repeats for the replicas of a
 * workload, and what is parsed from it with it.
 *
 * Two generations stand for a least-recently-used order: a text that is asked for moves to the young one; when that
 * is full it becomes the old one, and what was not asked for since the last time is forgotten.
 */
export class TextCache<T> {
  #young = new Map<string, Entry<T>>()
  #old = new Map<string, Entry<T>>()
  /** In UTF-16 units of the texts of the young generation. */
  #size = 0
  readonly #capacity: number
  readonly #onSecondUse: (value: T) => T

  /**
   * @param capacity In UTF-16 units, all together.
   * @param onSecondUse Gives what takes the place of a value that is asked for again.
   */
  constructor(capacity: number, onSecondUse: (value: T) => T = (value) => value) {
    this.#capacity = capacity / 2
    this.#onSecondUse = onSecondUse
  }

  /** The value for the text, made on the first call; what `make` throws is not kept. */
  get(text: string, make: (text: string) => T): T {
    const known = this.#young.get(text) ?? this.#moved(text)
    if (known === undefined) return this.#add(text, { value: make(text), isFresh: true }).value
    if (known.isFresh) {
      known.value = this.#onSecondUse(known.value)
      known.isFresh = false
    }
    return known.value
  }

  #moved(text: string): Entry<T> | undefined {
    const entry = this.#old.get(text)
    return entry === undefined ? undefined : this.#add(text, entry)
  }

  #add(text: string, entry: Entry<T>): Entry<T> {
    this.#young.set(text, entry)
    this.#size += text.length
    if (this.#size > this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    return entry
  }
}
