import { canonicalQuantity, isQuantityText, parseQuantity, QuantityError } from '../kubernetes/quantity.ts'
import type { Json } from '../golang/json-value.ts'
import { formatRfc3339, isZeroTime, parseTime } from './time.ts'
import type { ScalarBase } from './types.ts'

const int32Limit = 2 ** 31
const int64Limit = 2 ** 63

/** Whether Go's decoder takes the value (not null) for a scalar. */
export function scalarFits(base: ScalarBase, value: Json): boolean {
  switch (base) {
    case 'string':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'int32':
      return isInteger(value, int32Limit)
    case 'int64':
      return isInteger(value, int64Limit)
    case 'intOrString':
      return typeof value === 'string' || isInteger(value, int32Limit)
    case 'quantity':
      return isQuantityText(quantityText(value))
    case 'time':
      return typeof value === 'string' && typeof parseTime(value) !== 'string'
  }
  return true
}

/** The value (one that fits, not null) as it stands after Go has read and written it. */
export function canonicalScalar(base: ScalarBase, value: Json): Json {
  if (base === 'quantity') return canonicalQuantity(quantityText(value))
  if (base === 'time' && typeof value === 'string') return canonicalTime(value)
  return value
}

/** What Go writes for the zero value, also where null stood in a list. */
export function zeroScalar(base: ScalarBase): Json {
  switch (base) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'intOrString':
      return 0
    case 'quantity':
      return '0'
  }
  return null
}

/** True for the values that omitempty leaves out; structs such as quantities and times it never does. */
export function isEmptyScalar(base: ScalarBase, value: Json): boolean {
  if (base === 'quantity' || base === 'time' || base === 'intOrString') return false
  return value === '' || value === 0 || value === false || value === null
}

/** The text that a quantity's UnmarshalJSON parses: a string's content or any other JSON as it stands. */
export function quantityText(value: Json): string {
  return typeof value === 'string' ? value.trim() : JSON.stringify(value)
}

/** What is wrong with a quantity, in Kubernetes' words; undefined if nothing is. */
export function quantityError(text: string): string | undefined {
  try {
    parseQuantity(text)
    return undefined
  } catch (error) {
    if (error instanceof QuantityError) return error.message
    throw error
  }
}

/** A time in the form `2026-11-24T05:38:00Z`; null for the zero time. */
function canonicalTime(text: string): Json {
  const time = parseTime(text)
  if (typeof time === 'string') return text
  return isZeroTime(time) ? null : formatRfc3339(time)
}

function isInteger(value: Json, limit: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit
}
