import { CelFailure } from './errors.ts'
import { table } from './table.ts'
import { none, optionalOf, type Value } from './value.ts'

/** `or` and `orValue` are no functions: what they are called with is looked at only where it is needed. */
export const optionalMethods = table({
  hasValue: (value) => (isOptional(value) ? value.value !== undefined : undefined),
  value: (value) => {
    if (!isOptional(value)) return undefined
    if (value.value === undefined) throw new CelFailure('optional.none() dereference')
    return value.value
  },
})

export const optionalFunctions = table({
  'optional.of': (value) => (value === undefined ? undefined : optionalOf(value)),
  'optional.none': () => none,
  'optional.ofNonZeroValue': (value) =>
    value === undefined ? undefined : isZero(value) ? none : optionalOf(value),
})

function isOptional(value: Value | undefined): value is Extract<Value, { kind: 'optional' }> {
  return typeof value === 'object' && value?.kind === 'optional'
}

function isZero(value: Value): boolean {
  if (typeof value !== 'object') return value === false || value === '' || value === 0 || value === 0n
  if (value === null) return true
  if (value.kind === 'list') return value.items.length === 0
  if (value.kind === 'map') return value.entries.size === 0
  if (value.kind === 'bytes') return value.value.length === 0
  return (value.kind === 'uint' || value.kind === 'duration') && value.value === 0n
}
