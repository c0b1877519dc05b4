/**
 * Values by text, the least recently used thrown out first, bounded by the length of the texts: what a template
 * renders repeats for the replicas of a workload, and what is parsed from it with it.
 */
export class TextCache<T> {
  readonly #entries = new Map<string, T>()
  readonly #capacity: number
  #size = 0

  /** @param capacity In UTF-16 units of the keys' text, all together. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The value for the text, made on the first call; what `make` throws is not kept. */
  get(text: string, make: (text: string) => T): T {
    const known = this.#entries.get(text)
    if (known !== undefined) {
      // Moving an entry to the end of a Map is what makes its first one the oldest.
      this.#entries.delete(text)
      this.#entries.set(text, known)
      return known
    }
    const made = make(text)
    this.#entries.set(text, made)
    this.#size += text.length
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity || oldest === text) break
      this.#entries.delete(oldest)
      this.#size -= oldest.length
    }
    return made
  }
}
