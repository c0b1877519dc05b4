import { patchError, type SchemaError } from './errors.ts'
import { formatJson } from './format-json.ts'
import { isList, type Json, type JsonObject } from '../golang/json-value.ts'
import type { Type } from './types.ts'

/** Go's type of a JSON value in an interface; what is nil has none. */
export function goTypeOf(value: Json): string {
  if (value === null) return '%!s(<nil>)'
  if (isList(value)) return '[]interface {}'
  if (typeof value === 'object') return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return Number.isInteger(value) ? 'int64' : 'float64'
}

export function noMergeKey(item: JsonObject, mergeKey: string): SchemaError {
  return patchError(`map: ${formatJson(item)} does not contain declared merge key: ${mergeKey}`)
}

export function badPatchType(directive: Json, patch: JsonObject): SchemaError {
  const type =
    typeof directive === 'string' ? directive : `%!s(${goTypeOf(directive)}=${formatJson(directive)})`
  return patchError(`unknown patch type: ${type} in map: ${formatJson(patch)}`)
}

export function badArgument(expected: string, actual: Json): SchemaError {
  return patchError(`expected a ${expected}, but received a ${goTypeOf(actual)}`)
}

export function differentTypes(original: readonly Json[], patch: readonly Json[]): SchemaError {
  return patchError(`list element types are not identical: ${formatJson([original, patch])}`)
}

export function cannotMergeWithoutKey(element: Type): SchemaError {
  const kind = element.kind === 'scalar' ? element.base : element.kind
  return patchError(`cannot merge lists without merge key for ${kind}`)
}

export function unknownField(type: Type, name: string): SchemaError {
  const struct = type.kind === 'struct' ? type.shortName : ''
  return patchError(`unable to find api field in struct ${struct} for the json field ${JSON.stringify(name)}`)
}

export function orderMismatch(patch: readonly Json[], prefix: string, order: readonly Json[]): SchemaError {
  return patchError(
    `The order in patch list:\n${formatJson(patch)}\n doesn't match ${prefix} list:\n${formatJson(order)}\n`,
  )
}
