import { formatFloat } from '../golang/float.ts'
import { isList, type Json } from '../golang/json-value.ts'

/** Nesting beyond which values in an error's text are cut short; real objects have some twenty levels. */
const deepest = 100

/** What Go's `%v` prints for JSON in an interface: `map[a:1 b:[x <nil>]]`, keys sorted. */
export function formatJson(value: Json, depth = 0): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value !== 'object') return String(value)
  if (depth > deepest) return '…'
  if (isList(value)) return `[${value.map((item) => formatJson(item, depth + 1)).join(' ')}]`
  const members = Object.keys(value).sort()
  return `map[${members.map((key) => `${key}:${formatJson(value[key] ?? null, depth + 1)}`).join(' ')}]`
}

/** Integers are int64 to Kubernetes' decoder and print in full; other numbers as `%v` of a float64. */
function formatNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : formatFloat(value, 'g', -1, 64)
}
