import { isPointer } from './types.ts'
import { goKind, type GoValue, isGoValue, isList, type Value } from './values.ts'

/** Truth as `if`, `and` and `not` see it: not the zero of its type; structs and pointers that are not nil are true. */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'number':
      // NaN differs from zero.
      return value !== 0
    case 'bigint':
      return value !== 0n
  }
  if (value === null || value === undefined) return false
  if (isGoValue(value)) return isPointer(value) || truthOfGoValue(value)
  if (isList(value)) return value.length > 0
  for (const key in value) if (Object.hasOwn(value, key)) return true
  return false
}

function truthOfGoValue(value: GoValue): boolean {
  switch (value[goKind]) {
    case 'nil':
      return false
    case 'func':
    case 'struct':
      return true
    case 'map':
      return value.size > 0
    case 'slice':
    case 'array':
      return value.length > 0
    case 'complex64':
    case 'complex128':
      return value.real !== 0 || value.imaginary !== 0
    default:
      return truth(value.scalar)
  }
}
