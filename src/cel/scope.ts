import { CelFailure, CelNotKnown, noOverload } from './errors.ts'
import type { Expression } from './expression.ts'
import { kindOf, type OptionalValue, type Value } from './value.ts'

/** What a part of an expression is evaluated with. */
export interface Scope {
  readonly names: ReadonlyMap<string, Value>
  /** How much work is left. */
  readonly budget: { steps: number }
  /** The value of a part. Throws CelFailure and CelNotKnown. */
  valueIn(this: void, expression: Expression, scope: Scope): Value
}

/** A truth value. Throws CelFailure for others. */
export function truthOf(value: Value, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw noOverload(`${kindOf(value)} ${what}`)
}

/** A value, or the error in its place. */
export function attempt(get: () => boolean): boolean | CelFailure | CelNotKnown {
  try {
    return get()
  } catch (error) {
    if (error instanceof CelFailure || error instanceof CelNotKnown) return error
    throw error
  }
}

/** The result of several where none has decided: what is not known counts before what fails. */
export function settled(
  results: readonly (boolean | CelFailure | CelNotKnown)[],
  otherwise: boolean,
): boolean {
  const error =
    results.find((each) => each instanceof CelNotKnown) ?? results.find((each) => each instanceof CelFailure)
  if (error instanceof Error) throw error
  return otherwise
}

/** Throws CelFailure for what is no optional value. */
export function optional(value: Value): OptionalValue {
  if (typeof value === 'object' && value?.kind === 'optional') return value
  throw noOverload(`${kindOf(value)} as an optional value`)
}
