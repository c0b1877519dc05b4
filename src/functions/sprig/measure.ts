import { isGoValue, isList, type Value } from '../../gotemplate/index.ts'
import { Budget } from './limits.ts'
import { elementsIfAny } from './reflect.ts'

/** Throws TextLimitError for a value that is enormous for a walk: it may hold the same list many times. */
export function measure(value: Value, depth = 0, budget = new Budget()): void {
  if (typeof value !== 'object' || value === null) return
  budget.spend(depth)
  if (isGoValue(value)) {
    // What has types all the way down is a pod's, and as large as that.
    if (!('elemType' in value) || !value.elemType.includes('interface')) return
    for (const item of elementsIfAny(value) ?? []) measure(item, depth + 1, budget)
    return
  }
  const items = isList(value) ? value : Object.values(value)
  for (const item of items) measure(item, depth + 1, budget)
}
