import type { Value } from './value.ts'

/** A function of CEL; undefined where the types of the values do not fit. Throws CelFailure and CelNotKnown. */
export type CelFunction = (...args: readonly Value[]) => Value | undefined

/** Functions by their names. */
export type Table = ReadonlyMap<string, CelFunction>

/** Puts functions into a table. */
export function table(functions: Readonly<Record<string, CelFunction>>): Table {
  return new Map(Object.entries(functions))
}

/** A function of texts only. */
export function ofTexts(count: number, call: (...texts: readonly string[]) => Value): CelFunction {
  return (...args) => {
    const texts = args.filter((arg) => typeof arg === 'string')
    return texts.length === count && args.length === count ? call(...texts) : undefined
  }
}
