import type { Json } from '../golang/json-value.ts'
import type { MessageScalar } from './messages.ts'
import { ScalarView } from './view.ts'

/** A scalar of a message: Go's own type for each, float64 for double. */
export function scalarValue(scalar: MessageScalar, json: Json): string | boolean | number | ScalarView {
  switch (scalar) {
    case 'string':
      return typeof json === 'string' ? json : ''
    case 'bool':
      return json === true
    case 'double':
      return Number(json ?? 0)
  }
  return new ScalarView(
    scalar,
    scalar,
    BigInt(typeof json === 'number' || typeof json === 'string' ? json : 0),
  )
}
