import { isList, isObject, type Json } from '../golang/json-value.ts'
import type { Moment } from '../golang/time-format.ts'
import { CelNotKnown } from './errors.ts'

/** A value of CEL. Integers are bigint, doubles number; what JavaScript has no type for is an object with its kind. */
export type Value =
  | null
  | boolean
  | string
  | bigint
  | number
  | ListValue
  | MapValue
  | { readonly kind: 'uint'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  /** Nanoseconds. */
  | { readonly kind: 'duration'; readonly value: bigint }
  | { readonly kind: 'timestamp'; readonly value: Moment }
  /** `int`, `google.protobuf.Duration` */
  | { readonly kind: 'type'; readonly value: string }
  | OptionalValue
  | QuantityValue
  | AddressValue
  | CidrValue
  | UrlValue
  | UnknownValue

export interface ListValue {
  readonly kind: 'list'
  readonly items: readonly Value[]
  /** Made from the keys of a map, which Go has in no order: what depends on the order cannot be told. */
  readonly isOrdered: boolean
  /** A list of JSON. */
  readonly isObject: boolean
}

export interface MapValue {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<Value, Value>
  /** An object of JSON: its keys are texts. */
  readonly isObject: boolean
}

export interface OptionalValue {
  readonly kind: 'optional'
  /** Undefined: optional.none(). */
  readonly value: Value | undefined
}

/** resource.Quantity: value × 10^scale. */
export interface QuantityValue {
  readonly kind: 'quantity'
  readonly value: bigint
  readonly scale: number
  /** Of a sum. */
  readonly isResult: boolean
}

export interface AddressValue {
  readonly kind: 'ip'
  readonly value: bigint
  readonly family: 4 | 6
}

export interface CidrValue {
  readonly kind: 'cidr'
  readonly address: AddressValue
  readonly length: number
}

export interface UrlValue {
  readonly kind: 'url'
  readonly text: string
}

/**
 * Something that only the API server knows: whatever looks into it cannot be told. As the last item of a list it stands for
 * one or none.
 */
export interface UnknownValue {
  readonly kind: 'unknown'
  readonly why: string
  /** It is known that it is there, and only not what it is. */
  readonly isThere: boolean
}

/** A list in its order. */
export function listOf(items: readonly Value[], isOrdered = true): ListValue {
  return { kind: 'list', items, isOrdered: isOrdered || items.length < 2, isObject: false }
}

export const none: OptionalValue = { kind: 'optional', value: undefined }

export function optionalOf(value: Value): OptionalValue {
  return { kind: 'optional', value }
}

export function uintOf(value: bigint): Value {
  return { kind: 'uint', value }
}

/** JSON as CEL has it: whole numbers are integers. */
export function valueOf(json: Json | undefined): Value {
  if (json === undefined) return null
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json
  if (isList(json)) return { ...listOf(json.map(valueOf)), isObject: true }
  if (!isObject(json)) return json
  return objectOf(
    Object.entries(json).flatMap(([key, value]) => (value === undefined ? [] : [[key, valueOf(value)]])),
  )
}

/** An object of JSON with values that are CEL's already. */
export function objectOf(entries: readonly (readonly [key: string, value: Value])[]): MapValue {
  return { kind: 'map', entries: new Map<Value, Value>(entries), isObject: true }
}

/** `string`, `int`, `list`: for messages, and to tell types apart. */
export function kindOf(value: Value): string {
  if (value === null) return 'null_type'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'string':
      return 'string'
    default:
      return value.kind
  }
}

/** Throws CelNotKnown for what only the API server knows. */
export function known(value: Value): Value {
  if (typeof value === 'object' && value?.kind === 'unknown') throw new CelNotKnown(value.why)
  return value
}

/** Throws CelNotKnown where it is not known whether a member is there at all. */
export function surelyThere(member: Value): void {
  if (typeof member === 'object' && member?.kind === 'unknown' && !member.isThere)
    throw new CelNotKnown(member.why)
}

/** The items of a list, all of which must be known. */
export function whole({ items }: ListValue): readonly Value[] {
  const last = items.at(-1)
  if (last !== undefined) known(last)
  return items
}

/** The same for what depends on their order. */
export function inOrder(list: ListValue): readonly Value[] {
  if (!list.isOrdered) throw new CelNotKnown('it depends on the order of the keys of a map')
  return whole(list)
}
