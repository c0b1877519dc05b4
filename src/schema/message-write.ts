import { compareText } from '../golang/bytes.ts'
import { marshalText } from '../golang/json.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { marshalRaw } from './marshal.ts'
import { isGogo, type MessageField, type MessageType, type MessageValueType } from './messages.ts'

/**
 * The text of a message as protojson writes it, without the blanks that the library throws in at random: fields in
 * the order of declaration, map keys sorted, zero values and (from 1.14) empty lists left out, set messages written even when
 * empty (`"tracing":{}`), wrappers as bare values, 64-bit integers as text; `<`, `>`, `&` and U+2028 escaped as
 * Istio's templates see them. Fields that the release of the type does not have are left out. The message is one
 * that {@link readMessage} gave.
 */
export function marshalMessage(type: MessageType, message: JsonObject): string {
  let members = ''
  for (const field of type.fields) {
    const value = message[field.jsonName]
    if (value === undefined || value === null || isLeftOut(type, field, value)) continue
    const text = marshalField(field, value)
    members += members === '' ? field.prefix + text : `,${field.prefix}${text}`
  }
  return `{${members}}`
}

/**
 * The message without what protojson leaves out (zero values, empty lists and maps), in messages inside too: what is
 * left after writing it and reading it again. Shares nothing with zero values inside.
 */
export function withoutZeros(type: MessageType, message: JsonObject): JsonObject {
  const out: Record<string, Json> = {}
  for (const field of type.fields) {
    const value = message[field.jsonName]
    if (value === undefined || value === null || isLeftOut(type, field, value)) continue
    out[field.jsonName] = mapValues(field, value)
  }
  return out
}

function mapValues(field: MessageField, value: Json): Json {
  const { type, shape } = field
  if (type.kind !== 'message') return value
  if (shape === 'list') return isList(value) ? value.map((item) => cleaned(type, item)) : value
  if (shape === 'single' || !isObject(value)) return cleaned(type, value)
  return Object.fromEntries(Object.entries(value).map(([key, item = null]) => [key, cleaned(type, item)]))
}

function cleaned(type: MessageType, value: Json): Json {
  return isObject(value) ? withoutZeros(type, value) : value
}

/** Unlike golang's library, gogo's writes lists and maps that were set and are empty. */
function isLeftOut(type: MessageType, field: MessageField, value: Json): boolean {
  return isUnset(field, value) && !(typeof value === 'object' && isGogo(type.minor))
}

/** A zero value stands for an absent one, unless the field knows whether it was set. */
export function isUnset(field: MessageField, value: Json): boolean {
  if (isList(value)) return value.length === 0
  if (field.shape === 'map') return isObject(value) && Object.keys(value).length === 0
  if (field.oneof !== undefined) return false
  if (field.type.kind === 'enum')
    return value === 0 || (typeof value === 'string' && field.type.numbers.get(value) === 0)
  return field.type.kind === 'scalar' && (value === '' || value === 0 || value === false)
}

function marshalField(field: MessageField, value: Json): string {
  const { type } = field
  if (isList(value)) return `[${value.map((item) => marshalValue(type, item)).join(',')}]`
  if (field.shape !== 'map' || !isObject(value)) return marshalValue(type, value)
  const keys = Object.keys(value).sort(compareText)
  return `{${keys.map((key) => `${marshalText(key)}:${marshalValue(type, value[key] ?? null)}`).join(',')}}`
}

function marshalValue(type: MessageValueType, value: Json): string {
  if (type.kind === 'message') return marshalMessage(type, isObject(value) ? value : {})
  const isLong = type.kind === 'wrapper' || type.kind === 'scalar' ? type.scalar.endsWith('64') : false
  return isLong && typeof value === 'number' ? `"${value}"` : marshalRaw(value)
}
