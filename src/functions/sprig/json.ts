import { JsonError } from '../../golang/json.ts'
import { parseJson } from '../../golang/parse-json.ts'
import type { Value } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { goJson } from '../marshal.ts'
import { indentJson } from './indent-json.ts'
import { measure } from './measure.ts'
import type { FunctionTable } from './table.ts'

/** Functions that read and write JSON. Those without `must` give nothing where it cannot be done. */
export const jsonFunctions: FunctionTable = [
  ['fromJson', returns('interface {}', ['string'], (text) => orNothing(() => parseJson(text), null))],
  ['mustFromJson', returns('interface {}', ['string'], parseJson)],
  ['toJson', returns('string', ['interface {}'], (value) => orNothing(() => marshal(value), ''))],
  ['mustToJson', returns('string', ['interface {}'], marshal)],
  ['toPrettyJson', returns('string', ['interface {}'], (value) => orNothing(() => pretty(value), ''))],
  ['mustToPrettyJson', returns('string', ['interface {}'], pretty)],
  ['toRawJson', returns('string', ['interface {}'], raw)],
  ['mustToRawJson', returns('string', ['interface {}'], raw)],
]

function marshal(value: Value): string {
  measure(value)
  return goJson(value)
}

function pretty(value: Value): string {
  return indentJson(marshal(value))
}

const escapes = /\\(?:u003c|u003e|u0026|[^])/g

const unescaped: ReadonlyMap<string, string> = new Map([
  ['\\u003c', '<'],
  ['\\u003e', '>'],
  ['\\u0026', '&'],
])

/** JSON in which `<`, `>` and `&` stand as they are. */
function raw(value: Value): string {
  return marshal(value).replace(escapes, (escape) => unescaped.get(escape) ?? escape)
}

function orNothing<T>(run: () => T, nothing: T): T {
  try {
    return run()
  } catch (error) {
    if (isJsonFault(error)) return nothing
    throw error
  }
}

/** What encoding/json complains of; not that a value is too large for us. */
function isJsonFault(error: unknown): boolean {
  return error instanceof JsonError || (error instanceof Error && error.message.startsWith('json: '))
}
