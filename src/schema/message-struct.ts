import { compareText } from '../golang/bytes.ts'
import { parseProtoDuration } from '../golang/duration.ts'
import { marshalText } from '../golang/json.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { marshalRaw } from './marshal.ts'
import { isUnset, marshalMessage } from './message-write.ts'
import { isGogo, type MessageField, type MessageType, type MessageValueType } from './messages.ts'

/**
 * The text of a message as Go's encoding/json writes the generated struct, for templates' toYaml and structToJSON:
 * enums as numbers, durations and wrappers as structs, a oneof below its own name. Messages that have a MarshalJSON
 * of their own are written as protojson does: those of networking from 1.4, those of the mesh from 1.25.
 */
export function marshalMessageStruct(type: MessageType, message: JsonObject): string {
  if (type.minor >= (type.goName.startsWith('v1alpha1.') ? 25 : 4)) return marshalMessage(type, message)
  const members: string[] = []
  const written = new Set<string>()
  for (const field of type.fields) {
    const member = field.oneof === undefined ? plainMember(type, field, message) : undefined
    if (member !== undefined) members.push(member)
    if (field.oneof === undefined || written.has(field.oneof)) continue
    written.add(field.oneof)
    members.push(oneofMember(type, field.oneof, message))
  }
  return `{${members.join(',')}}`
}

function plainMember(type: MessageType, field: MessageField, message: JsonObject): string | undefined {
  const value = message[field.jsonName]
  if (value === undefined || value === null || isUnset(field, value)) return undefined
  return `"${tagOf(type, field)}":${marshalStructField(field, value)}`
}

/** A oneof is an interface, which is never left out, with a struct for each of its members. */
function oneofMember(type: MessageType, oneof: string, message: JsonObject): string {
  const field = type.fields.find((field) => field.oneof === oneof && isSet(message[field.jsonName]))
  const goName = oneof.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (field === undefined) return `"${goName}":null`
  const hasTag = type.minor >= 9 && isGogo(type.minor)
  const value = message[field.jsonName] ?? null
  const member = hasTag && isZero(value) ? '' : `"${hasTag ? tagOf(type, field) : field.goName}":`
  return `"${goName}":{${member === '' ? '' : member + marshalStructField(field, value)}}`
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null
}

function isZero(value: Json): boolean {
  return value === '' || value === 0 || value === false
}

/** The generators of 1.5 to 1.13 took the name of JSON, those before and after that of the .proto file. */
function tagOf({ goName, minor }: MessageType, { name, jsonName }: MessageField): string {
  return minor >= 5 && isGogo(minor) && goName.startsWith('v1alpha1.') ? jsonName : name
}

/** The value of a field, a list or a map with all that is in it. */
export function marshalStructField(field: MessageField, value: Json): string {
  const { type, shape } = field
  if (shape === 'list') {
    return isList(value) ? `[${value.map((item) => marshalValue(type, item)).join(',')}]` : 'null'
  }
  if (shape === 'single') return marshalValue(type, value)
  if (!isObject(value)) return 'null'
  const keys = Object.keys(value).sort(compareText)
  return `{${keys.map((key) => `${marshalText(key)}:${marshalValue(type, value[key] ?? null)}`).join(',')}}`
}

function marshalValue(type: MessageValueType, value: Json): string {
  switch (type.kind) {
    case 'message':
      return isObject(value) ? marshalMessageStruct(type, value) : 'null'
    case 'enum':
      return String(typeof value === 'string' ? (type.numbers.get(value) ?? 0) : Number(value ?? 0))
    case 'duration':
      return typeof value === 'string' ? marshalDuration(value) : 'null'
    case 'wrapper':
      return value === null ? 'null' : marshalWrapper(type.scalar, value)
    case 'scalar':
      return marshalScalar(type.scalar, value)
  }
  return marshalRaw(value)
}

/** `45s` as the struct of protobuf's Duration. */
export function marshalDuration(text: string): string {
  const nanoseconds = parseProtoDuration(text)
  const seconds = nanoseconds / 1_000_000_000n
  const nanos = nanoseconds % 1_000_000_000n
  const members = [seconds === 0n ? '' : `"seconds":${seconds}`, nanos === 0n ? '' : `"nanos":${nanos}`]
  return `{${members.filter((member) => member !== '').join(',')}}`
}

/** A BoolValue and the like as its struct. */
export function marshalWrapper(scalar: string, value: Json): string {
  return isZero(value) ? '{}' : `{"value":${marshalScalar(scalar, value)}}`
}

/** JSON has long integers as text, Go's encoder as numbers. */
function marshalScalar(scalar: string, value: Json): string {
  return scalar !== 'string' && typeof value === 'string' ? value : marshalRaw(value)
}
