import type { GoFunction } from '../../gotemplate/index.ts'

/** A family of functions by name. */
export type FunctionTable = readonly (readonly [name: string, func: GoFunction])[]

/** One function under several names: Sprig has old spellings, and `must…` twins that differ only in how they panic. */
export function named(names: readonly string[], func: GoFunction): FunctionTable {
  return names.map((name) => [name, func])
}
