import { type Json, type JsonObject, type MutableJson, setMember } from '../golang/json-value.ts'

/** An object that is copied when it is first changed. */
export class Draft {
  readonly #original: JsonObject
  #copy: MutableJson | undefined

  constructor(original: JsonObject) {
    this.#original = original
  }

  get(key: string): Json | undefined {
    const object = this.#copy ?? this.#original
    return Object.hasOwn(object, key) ? object[key] : undefined
  }

  keys(): readonly string[] {
    return Object.keys(this.#copy ?? this.#original)
  }

  set(key: string, value: Json): void {
    if (this.get(key) === value) return
    this.#copy ??= { ...this.#original }
    setMember(this.#copy, key, value)
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return
    this.#copy ??= { ...this.#original }
    delete this.#copy[key]
  }

  /** The object: the original itself if nothing was changed. */
  value(): JsonObject {
    return this.#copy ?? this.#original
  }
}
