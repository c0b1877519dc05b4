/** Variables in scope, the innermost last; found by name without a search. */
export class VariableStack<T> {
  readonly #names: string[] = []
  readonly #byName = new Map<string, T[]>()

  /** Declares a variable; it hides those of the same name. */
  push(name: string, value: T): void {
    this.#names.push(name)
    const values = this.#byName.get(name)
    if (values === undefined) this.#byName.set(name, [value])
    else values.push(value)
  }

  /** The innermost variable of a name. */
  find(name: string): T | undefined {
    return this.#byName.get(name)?.at(-1)
  }

  /** Runs what has variables of its own, and forgets those. */
  inBlock<R>(run: () => R): R {
    const outer = this.#names.length
    const result = run()
    while (this.#names.length > outer) this.#byName.get(this.#names.pop() ?? '')?.pop()
    return result
  }
}
