import { decodeError, type SchemaError } from './errors.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { quantityError, quantityText, scalarFits } from './scalars.ts'
import { parseTime } from './time.ts'
import type { MapType, ScalarType, StructType, Type } from './types.ts'
import { fieldNamed } from './types.ts'

/** Where in the object the decoder is: the innermost struct and the field names from the root. */
interface Place {
  readonly struct: string
  readonly path: string
}

export interface MismatchOptions {
  /** Members come sorted by name, as they are after Go's own encoder, and not as they stand in the text. */
  readonly sorted?: boolean
  /** The value is a strategic merge patch, whose maps may hold `$patch` among their entries. */
  readonly patch?: boolean | undefined
}

/**
 * The error of encoding/json for a value that does not fit: a wrong JSON type is remembered and decoding goes on, so
 * that the first one is told at the end, unless a type that decodes itself (quantity, time, port) stops it before.
 */
export function mismatch(type: StructType, json: Json, options: MismatchOptions = {}): SchemaError {
  const decoder: Decoder = { first: undefined, options }
  const stopped = decodeValue(decoder, type, json, undefined)
  return decodeError(stopped ?? decoder.first ?? 'json: cannot unmarshal')
}

interface Decoder {
  first: string | undefined
  readonly options: MismatchOptions
}

/** The text of an error that stops decoding, or undefined. */
function decodeValue(
  decoder: Decoder,
  type: Type,
  value: Json,
  place: Place | undefined,
): string | undefined {
  if (value === null) return undefined
  switch (type.kind) {
    case 'scalar':
      return decodeScalar(decoder, type, value, place)
    case 'slice':
      if (isList(value)) return firstOf(value, (item) => decodeValue(decoder, type.element, item, place))
      break
    case 'struct':
      if (isObject(value)) return decodeStruct(decoder, type, value, place)
      break
    case 'map':
      if (isObject(value)) return decodeMap(decoder, type, value, place)
      break
  }
  decoder.first ??= cannotUnmarshal(jsonKind(value), type.goName, place)
  return undefined
}

function decodeStruct(
  decoder: Decoder,
  type: StructType,
  object: JsonObject,
  at: Place | undefined,
): string | undefined {
  return firstOf(keysOf(decoder, object), (name) => {
    const field = fieldNamed(type, name)
    if (field === undefined) return undefined
    const path = at === undefined ? field.path : `${at.path}.${field.path}`
    return decodeValue(decoder, field.type, object[name] ?? null, { struct: type.shortName, path })
  })
}

function decodeMap(
  decoder: Decoder,
  type: MapType,
  object: JsonObject,
  at: Place | undefined,
): string | undefined {
  return firstOf(keysOf(decoder, object), (key) => {
    if (key === '$patch' && decoder.options.patch === true) return undefined
    return decodeValue(decoder, type.element, object[key] ?? null, at)
  })
}

function decodeScalar(
  decoder: Decoder,
  type: ScalarType,
  value: Json,
  at: Place | undefined,
): string | undefined {
  if (scalarFits(type.base, value)) return undefined
  switch (type.base) {
    case 'quantity':
      return quantityError(quantityText(value))
    case 'time': {
      const error = typeof value === 'string' ? parseTime(value) : undefined
      return typeof error === 'string' ? error : cannotUnmarshal(jsonKind(value), 'string', at)
    }
    case 'intOrString':
      return cannotUnmarshal(integerKind(value), 'int32', at)
    case 'int32':
    case 'int64':
      decoder.first ??= cannotUnmarshal(integerKind(value), type.goName, at)
      return undefined
    default:
      decoder.first ??= cannotUnmarshal(jsonKind(value), type.goName, at)
      return undefined
  }
}

function cannotUnmarshal(kind: string, goName: string, place: Place | undefined): string {
  const target = place === undefined ? 'Go value' : `Go struct field ${place.struct}.${place.path}`
  return `json: cannot unmarshal ${kind} into ${target} of type ${goName}`
}

/** A number that is no integer of the size is named with its value. */
function integerKind(value: Json): string {
  return typeof value === 'number' ? `number ${value}` : jsonKind(value)
}

function jsonKind(value: Json): string {
  if (isList(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

function keysOf(decoder: Decoder, object: JsonObject): readonly string[] {
  const keys = Object.keys(object)
  return decoder.options.sorted === true ? keys.sort() : keys
}

function firstOf<T>(items: readonly T[], decode: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const error = decode(item)
    if (error !== undefined) return error
  }
  return undefined
}
