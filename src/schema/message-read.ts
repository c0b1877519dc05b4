import { DurationError, formatProtoDuration, parseDuration } from '../golang/duration.ts'
import { marshalText } from '../golang/json.ts'
import { quote } from '../golang/quote.ts'
import { messageError, type SchemaError } from './errors.ts'
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type MutableJson,
  setMember,
} from '../golang/json-value.ts'
import { readNumber } from './message-numbers.ts'
import { isGogo, type EnumType, type MessageField } from './messages.ts'
import type { MessageScalar, MessageType, MessageValueType } from './messages.ts'

export interface ReadOptions {
  /**
   * Members that the message does not have: `ignore` them, or throw as Istio 1.0 does.
   *
   * Default: `ignore`.
   */
  readonly unknown?: 'ignore' | 'error'
}

/**
 * Reads JSON (or YAML, already parsed) into a message as jsonpb does, and gives it back in one form: names in
 * camelCase, nulls and unknown members left out, enums by name, numbers as numbers (64-bit ones that need it as
 * text), durations as protojson writes them (`1m0s` becomes `60s`), of a oneof the member declared last. Zeros that
 * were written stay. Names are taken in camelCase and in snake_case and are case-sensitive.
 *
 * Throws {@link SchemaError} with jsonpb's text, which depends on the release that the type is of: Istio used gogo's
 * up to 1.13 and golang's after that.
 */
export function readMessage(type: MessageType, json: Json, options: ReadOptions = {}): JsonObject {
  return readObject(type, json, { unknown: options.unknown ?? 'ignore', minor: type.minor })
}

/** What holds for a whole reading. */
interface Reading {
  readonly unknown: 'ignore' | 'error'
  readonly minor: number
}

function readObject(type: MessageType, json: Json, reading: Reading): JsonObject {
  if (json === null) return {}
  if (!isObject(json)) throw cannotUnmarshal(json, 'map[string]json.RawMessage')
  const message: MutableJson = {}
  const chosen = new Map<string, MessageField>()
  for (const field of type.fields) {
    const value = json[field.jsonName] ?? memberBySnakeName(json, field)
    if (value === undefined || value === null) continue
    message[field.jsonName] = readField(field, value, reading)
    if (field.oneof !== undefined) dropOther(message, chosen, field.oneof, field)
  }
  if (reading.unknown === 'error') refuseUnknown(type, json)
  return message
}

/** The camelCase name wins where both are there, even with null. */
function memberBySnakeName(json: JsonObject, field: MessageField): Json | undefined {
  return Object.hasOwn(json, field.jsonName) ? undefined : json[field.name]
}

function dropOther(
  message: MutableJson,
  chosen: Map<string, MessageField>,
  oneof: string,
  field: MessageField,
): void {
  const other = chosen.get(oneof)
  if (other !== undefined) delete message[other.jsonName]
  chosen.set(oneof, field)
}

function refuseUnknown(type: MessageType, json: JsonObject): void {
  const unknown = Object.keys(json).find((name) => !type.byName.has(name))
  if (unknown === undefined) return
  const name = isGogo(type.minor) ? type.goName : type.fullName
  throw messageError(`unknown field ${JSON.stringify(unknown)} in ${name}`)
}

function readField(field: MessageField, value: Json, reading: Reading): Json {
  if (field.shape === 'list') {
    if (!isList(value)) throw cannotUnmarshal(value, '[]json.RawMessage')
    return value.map((item) => readValue(field.type, item, reading))
  }
  if (field.shape === 'single') return readValue(field.type, value, reading)
  if (!isObject(value)) throw cannotUnmarshal(value, 'map[string]json.RawMessage')
  const map: MutableJson = {}
  for (const key of Object.keys(value))
    setMember(map, key, readValue(field.type, value[key] ?? null, reading))
  return map
}

function readValue(type: MessageValueType, value: Json, reading: Reading): Json {
  switch (type.kind) {
    case 'message':
      return readObject(type, value, reading)
    case 'enum':
      return readEnum(type, value)
    case 'duration':
      return value === null ? '0s' : readDuration(value)
    case 'wrapper':
    case 'scalar':
      return readScalar(type.scalar, value, reading)
  }
  return value
}

function readScalar(scalar: MessageScalar, value: Json, reading: Reading): Json {
  if (scalar === 'string' || scalar === 'bool') {
    const zero = scalar === 'string' ? '' : false
    if (value === null) return zero
    if (typeof value !== typeof zero) throw cannotUnmarshal(value, scalar)
    return value
  }
  // Numbers between quotes are understood since 1.2.
  if (typeof value === 'string' && reading.minor < 2) throw cannotUnmarshal(value, scalar)
  const number = readNumber(scalar, value ?? 0)
  if (typeof number === 'object') throw messageError(number.error)
  return number
}

/** By name, or by number, which may be one that the enum does not have. */
function readEnum(type: EnumType, value: Json): Json {
  if (typeof value === 'string') {
    if (type.numbers.has(value)) return value
    throw unknownEnumValue(type, value)
  }
  const number = readNumber('int32', value ?? 0, isGogo(type.minor) ? type.goName : 'protoreflect.EnumNumber')
  if (typeof number === 'object') throw messageError(number.error)
  return type.names.get(Number(number)) ?? number
}

function unknownEnumValue(type: EnumType, value: string): SchemaError {
  if (isGogo(type.minor)) {
    const name = type.goName.slice(type.goName.indexOf('.') + 1)
    const scope = type.fullName.slice(0, -name.length)
    return messageError(`unknown value ${quote(marshalText(value).slice(1, -1))} for enum ${scope}${name}`)
  }
  return messageError(`unknown value ${quote(marshalText(value))} for enum ${type.fullName}`)
}

function readDuration(value: Json): string {
  if (typeof value !== 'string') throw cannotUnmarshal(value, 'string')
  try {
    return formatProtoDuration(parseDuration(value))
  } catch (error) {
    if (error instanceof DurationError) throw messageError(`bad Duration: ${error.message}`)
    throw error
  }
}

function cannotUnmarshal(value: Json, goType: string): SchemaError {
  const kind = isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return messageError(`json: cannot unmarshal ${kind} into Go value of type ${goType}`)
}
