/** Constant folding: what depends on nothing but data that are known beforehand is worked out when a text is compiled. */
import { knownData } from './known-data.ts'
import type { Node } from './nodes.ts'
import type { Evaluate, Run } from './run.ts'
import { isGoValue, type Value } from './values.ts'

/** What dot is where something is compiled: the data, a value that is always the same, or anything. */
export type Dot = 'data' | 'anything' | { readonly value: Value }

/** Results that are not kept may be changed by whoever gets them: lists and dictionaries that functions make. */
type Kept = 'any' | 'unchangeable'

/** Knows which expressions are always the same, for one text. */
export class Folder {
  readonly #known: ReadonlyMap<string, Value> | undefined
  readonly #newRun: () => Run
  /** The data, as far as they are known. */
  readonly #data: Value
  readonly #constants = new WeakMap<Evaluate, { readonly value: Value }>()
  /** Expressions that depend on nothing but what is piped into them. */
  readonly #pure = new WeakSet<Evaluate>()

  /**
   * @param known The fields of the data that never change; undefined to fold nothing.
   * @param newRun Makes a run for trying an expression.
   */
  constructor(known: ReadonlyMap<string, Value> | undefined, newRun: () => Run) {
    this.#known = known
    this.#newRun = newRun
    this.#data = known === undefined ? undefined : knownData(known)
  }

  /** Whether anything is known of the data, which then do not change while a template is executed. */
  get isOn(): boolean {
    return this.#known !== undefined
  }

  /** Whether that field of the data is known. */
  knows(field: string | undefined): boolean {
    return field !== undefined && this.#known?.has(field) === true
  }

  isPure(evaluate: Evaluate | undefined): boolean {
    return evaluate === undefined || this.#pure.has(evaluate)
  }

  /** The value of an expression that always has the same; undefined for others. */
  constant(evaluate: Evaluate): { readonly value: Value } | undefined {
    return this.#constants.get(evaluate)
  }

  /** An expression that depends on nothing but what is piped into it. */
  piped(evaluate: Evaluate): Evaluate {
    if (this.#known !== undefined) this.#pure.add(evaluate)
    return evaluate
  }

  /**
   * An expression that depends on nothing, or on dot where it is known, replaced by its value. One that fails is left
   * to fail when it is reached, and one whose value may be changed to make a new one each time.
   */
  folded(evaluate: Evaluate, dot: Dot, kept: Kept): Evaluate {
    if (this.#known === undefined) return evaluate
    const run = this.#newRun()
    const result = attempt(() => evaluate(run, [this.#data], dotValue(dot, this.#data), undefined))
    if (result === undefined) return evaluate
    this.#pure.add(evaluate)
    const { value } = result
    if (kept === 'unchangeable' && !isUnchangeable(value)) return evaluate
    return this.always(run.node, value)
  }

  /** An expression that always has the same value; `node` is to blame for it. */
  always(node: Node, value: Value): Evaluate {
    const evaluate: Evaluate = (run) => {
      run.node = node
      return value
    }
    this.#constants.set(evaluate, { value })
    this.#pure.add(evaluate)
    return evaluate
  }

  /** What a statement writes that always writes the same; undefined if it fails. */
  text(write: (run: Run) => void): string | undefined {
    const run = this.#newRun()
    return attempt(() => {
      write(run)
      return run.output
    })?.value
  }
}

function dotValue(dot: Dot, data: Value): Value {
  if (dot === 'data') return data
  return dot === 'anything' ? undefined : dot.value
}

function attempt<T>(work: () => T): { readonly value: T } | undefined {
  try {
    return { value: work() }
  } catch {
    return undefined // it fails again when it is reached, and is told of then
  }
}

function isUnchangeable(value: Value): boolean {
  return typeof value !== 'object' || value === null || (!isGoValue(value) && Object.isFrozen(value))
}
