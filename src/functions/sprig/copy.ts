/** Sprig's deepCopy: everything that a template could change is made anew; what nobody can change stays. */
import {
  goKind,
  goSlice,
  isGoValue,
  isList,
  type GoSlice,
  type GoValue,
  type Value,
} from '../../gotemplate/index.ts'
import { goError } from './errors.ts'
import { Budget } from './limits.ts'
import { newDict, setEntry } from './mutable.ts'
import { StringSlice } from './string-slice.ts'
import { textsOf } from './text.ts'
import { VersionValue } from './version-value.ts'
import { zeroVersion } from './version.ts'

/** A deep copy. Throws SprigError for nil, and TextLimitError for enormous values. */
export function deepCopy(value: Value): Value {
  if (value === null) throw goError('reflect: call of reflect.Value.Type on zero Value')
  return copyOf(value, 0, new Budget())
}

function copyOf(value: Value, depth: number, budget: Budget): Value {
  if (typeof value !== 'object' || value === null) return value
  budget.spend(depth)
  if (isList(value)) return value.map((item) => copyOf(item, depth + 1, budget))
  if (isGoValue(value)) return copyOfTyped(value, depth, budget)
  const copy = newDict()
  for (const key of Object.keys(value)) setEntry(copy, key, copyOf(value[key], depth + 1, budget))
  return copy
}

function copyOfTyped(value: GoValue, depth: number, budget: Budget): Value {
  // copystructure does not see what is in a version.
  if (value instanceof VersionValue) return new VersionValue(zeroVersion)
  if (value[goKind] !== 'slice' || value.isNil) return value
  if (value.goType === '[]string') return new StringSlice(textsOf(value))
  return value.elemType.includes('interface') ? copyOfSlice(value, depth, budget) : value
}

function copyOfSlice(slice: GoSlice, depth: number, budget: Budget): GoSlice {
  const items = Array.from({ length: slice.length }, (_, index) => slice.at(index))
  return goSlice(
    slice.goType,
    items.map((item) => copyOf(item, depth + 1, budget)),
  )
}
