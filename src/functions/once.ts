import type { Value } from '../gotemplate/index.ts'

/**
 * A function of one value whose result is kept for frozen ones: settings are frozen, and templates ask for the same
 * of them for every pod.
 */
export function oncePerFrozen<T extends Value>(make: (value: Value) => T): (value: Value) => T {
  const known = new WeakMap<object, T>()
  return (value) => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return make(value)
    const kept = known.get(value)
    if (kept !== undefined) return kept
    const made = make(value)
    known.set(value, made)
    return made
  }
}
