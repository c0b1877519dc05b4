import { goKind } from '../golang/kind.ts'
import { formatDuration, parseProtoDuration } from '../golang/duration.ts'
import { quote } from '../golang/quote.ts'
import type { Json } from '../golang/json-value.ts'
import { scalarValue } from './message-scalar-view.ts'
import { marshalDuration, marshalWrapper } from './message-struct.ts'
import { isGogo, type WrapperType } from './messages.ts'
import {
  getter,
  NilView,
  ScalarView,
  type JsonView,
  type StructLike,
  type ViewMethod,
  type ViewValue,
} from './view.ts'

interface KnownMessage {
  readonly goType: string
  readonly fields: readonly (readonly [string, ViewValue])[]
  /** As it is printed. */
  readonly text: string
  readonly json: Json
  /** As Go's encoder writes the struct. */
  readonly struct: string
}

/** A pointer to one of protobuf's own messages. */
class KnownMessageView implements StructLike, JsonView {
  readonly goType: string
  readonly #fields: ReadonlyMap<string, ViewValue>
  readonly #message: KnownMessage

  constructor(message: KnownMessage) {
    this.goType = message.goType
    this.#fields = new Map(message.fields)
    this.#message = message
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  field(name: string): ViewValue {
    return this.#fields.get(name)
  }

  fieldNames(): readonly string[] {
    return [...this.#fields.keys()]
  }

  method(name: string): ViewMethod | undefined {
    if (name === 'String') return getter(() => this.toText())
    const field = name.slice('Get'.length)
    return name.startsWith('Get') && this.#fields.has(field)
      ? getter(() => this.#fields.get(field))
      : undefined
  }

  toText(): string {
    return this.#message.text
  }

  plain(): Json {
    return this.#message.json
  }

  marshalJson(): string {
    return this.#message.struct
  }
}

/** A google.protobuf.Duration such as `45s`; it prints as `seconds:45`, with gogo as `45s`. */
export function durationView(json: string, minor: number): StructLike {
  const nanoseconds = parseProtoDuration(json)
  const seconds = nanoseconds / 1_000_000_000n
  const nanos = nanoseconds % 1_000_000_000n
  const parts = [seconds === 0n ? '' : `seconds:${seconds}`, nanos === 0n ? '' : `nanos:${nanos}`]
  const text = isGogo(minor) ? formatDuration(nanoseconds) : parts.filter((part) => part !== '').join(' ')
  const fields: readonly (readonly [string, ViewValue])[] = [
    ['Seconds', new ScalarView('int64', 'int64', seconds)],
    ['Nanos', new ScalarView('int32', 'int32', nanos)],
  ]
  return new KnownMessageView({
    goType: durationType(minor),
    fields,
    text,
    json,
    struct: marshalDuration(json),
  })
}

/** A nil duration. */
export function nilDuration(minor: number): NilView {
  return new NilView(durationType(minor), {
    text: isGogo(minor) ? '(duration: nil Duration)' : undefined,
    method: (name) => {
      if (name === 'GetSeconds') return getter(() => new ScalarView('int64', 'int64', 0n))
      return name === 'GetNanos' ? getter(() => new ScalarView('int32', 'int32', 0n)) : undefined
    },
    hasField: (name) => name === 'Seconds' || name === 'Nanos',
  })
}

function durationType(minor: number): string {
  return isGogo(minor) ? '*types.Duration' : '*durationpb.Duration'
}

/** A BoolValue and the like; it prints as `value:true`, with gogo as `&BoolValue{Value:true,XXX_unrecognized:[],}`. */
export function wrapperView(type: WrapperType, json: Json, minor: number): StructLike {
  const value = scalarValue(type.scalar, json)
  const scalar = value instanceof ScalarView ? value.scalar : value
  const text = isGogo(minor) ? `&${type.name}{Value:${scalar},XXX_unrecognized:[],}` : wrapperText(scalar)
  return new KnownMessageView({
    goType: wrapperType(type, minor),
    fields: [['Value', value]],
    text,
    json,
    struct: marshalWrapper(type.scalar, json),
  })
}

function wrapperText(scalar: bigint | number | string | boolean): string {
  const isZero = scalar === 0n || scalar === 0 || scalar === false || scalar === ''
  return isZero ? '' : `value:${typeof scalar === 'string' ? quote(scalar) : scalar}`
}

/** A nil wrapper; GetValue gives the zero value. */
export function nilWrapper(type: WrapperType, minor: number): NilView {
  return new NilView(wrapperType(type, minor), {
    text: isGogo(minor) ? 'nil' : undefined,
    method: (name) => (name === 'GetValue' ? getter(() => scalarValue(type.scalar, null)) : undefined),
    hasField: (name) => name === 'Value',
  })
}

function wrapperType(type: WrapperType, minor: number): string {
  return `*${isGogo(minor) ? 'types' : 'wrapperspb'}.${type.name}`
}
