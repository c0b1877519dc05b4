import { JsonError, marshalText } from '../golang/json.ts'
import { parseJson } from '../golang/parse-json.ts'
import { isList, type Json } from '../golang/json-value.ts'
import type { MessageScalar } from './messages.ts'

type NumberScalar = Exclude<MessageScalar, 'string' | 'bool'>

const limits: Readonly<Record<Exclude<NumberScalar, 'double'>, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
}

const nonFinite: ReadonlySet<Json> = new Set(['NaN', 'Infinity', '-Infinity'])

const goTypes: Readonly<Record<NumberScalar, string>> = {
  int32: 'int32',
  uint32: 'uint32',
  int64: 'int64',
  uint64: 'uint64',
  double: 'float64',
}

/** A number in JSON. Digits are bounded, so that a text of a megabyte is not made a number. */
const numberText = /^-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,9})?$/
const integerText = /^-?(?:0|[1-9]\d{0,40})$/

/**
 * A number, or a text with one as protobuf allows; 64-bit integers that JavaScript cannot hold stay text. What is no
 * such number gives the error of encoding/json.
 */
export function readNumber(
  scalar: NumberScalar,
  value: Json,
  goType: string = goTypes[scalar],
): number | string | { readonly error: string } {
  if (typeof value !== 'number' && typeof value !== 'string')
    return { error: mismatch(jsonKind(value), goType) }
  // Of a text it reads what stands between the quotes, escapes and all.
  const text =
    typeof value === 'number'
      ? String(value)
      : marshalText(value)
          .slice(1, -1)
          .replace(/^ +| +$/g, '')
  if (text === 'null') return 0
  if (scalar === 'double') return readDouble(text, value, goType)
  if (!numberText.test(text)) return { error: notANumber(text, goType) }
  if (!integerText.test(text)) return { error: mismatch(`number ${text}`, goType) }
  const [least, most] = limits[scalar]
  const integer = BigInt(text)
  if (integer < least || integer > most) return { error: mismatch(`number ${text}`, goType) }
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : String(integer)
}

function readDouble(text: string, value: Json, goType: string): number | string | { readonly error: string } {
  if (nonFinite.has(value)) return text
  if (!numberText.test(text)) return { error: notANumber(text, goType) }
  const number = Number(text)
  return Number.isFinite(number) ? number : { error: mismatch(`number ${text}`, goType) }
}

/** What encoding/json says of the text between the quotes. */
function notANumber(text: string, goType: string): string {
  try {
    return mismatch(jsonKind(parseJson(text)), goType)
  } catch (error) {
    if (error instanceof JsonError) return error.message
    throw error
  }
}

function mismatch(kind: string, goType: string): string {
  return `json: cannot unmarshal ${kind} into Go value of type ${goType}`
}

function jsonKind(value: Json): string {
  if (isList(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
