import { goKind } from '../golang/kind.ts'
import { ListView, MapView, type ElementRules } from './collection-view.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { durationView, nilDuration, nilWrapper, wrapperView } from './known-message-views.ts'
import { marshalRaw } from './marshal.ts'
import { scalarValue } from './message-scalar-view.ts'
import { marshalMessageStruct, marshalStructField } from './message-struct.ts'
import { messageText } from './message-text.ts'
import { marshalMessage } from './message-write.ts'
import type { EnumType, MessageField, MessageType, MessageValueType } from './messages.ts'
import {
  getter,
  NilView,
  ScalarView,
  type JsonView,
  type StructLike,
  type ViewMethod,
  type ViewValue,
} from './view.ts'

/**
 * A pointer to a protobuf message over its JSON (as `readMessage` gives it), for templates: fields by Go name,
 * getters that are safe on nil all the way down (`.GetTracing.GetZipkin.GetAddress`), enums that print their names.
 * What differs between releases (members of a oneof, plain or wrapped numbers, the printed form of durations) follows
 * from the type, which is of one release.
 */
export function messageView(type: MessageType, message: JsonObject): MessageView {
  return new MessageView(type, message)
}

/** See {@link messageView}. */
export class MessageView implements StructLike, JsonView {
  readonly #type: MessageType
  readonly #message: JsonObject
  #views: Map<MessageField, ViewValue> | undefined

  constructor(type: MessageType, message: JsonObject) {
    this.#type = type
    this.#message = message
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  get goType(): string {
    return `*${this.#type.goName}`
  }

  /** Members of a oneof are no fields in Go; only their getters reach them. */
  field(name: string): ViewValue {
    const field = this.#type.byGoName.get(name)
    return field === undefined || field.oneof !== undefined ? undefined : this.#value(field)
  }

  fieldNames(): readonly string[] {
    return this.#type.fields.filter((field) => field.oneof === undefined).map((field) => field.goName)
  }

  method(name: string): ViewMethod | undefined {
    if (name === 'String') return getter(() => this.toText())
    const field = gotField(this.#type, name)
    return field === undefined ? undefined : getter(() => this.#value(field))
  }

  toText(): string {
    return messageText(this.#type, this.#message)
  }

  plain(): Json {
    return this.#message
  }

  marshalJson(): string {
    return marshalMessageStruct(this.#type, this.#message)
  }

  /** As protojson writes it. */
  protoJson(): string {
    return marshalMessage(this.#type, this.#message)
  }

  #value(field: MessageField): ViewValue {
    const json = this.#message[field.jsonName] ?? null
    if (field.shape === 'single' && field.type.kind === 'scalar') return scalarValue(field.type.scalar, json)
    this.#views ??= new Map()
    let view = this.#views.get(field)
    if (view === undefined) this.#views.set(field, (view = fieldValue(field, json, this.#type.minor)))
    return view
  }
}

/** The field that a getter is for: GetTracing is for Tracing. */
function gotField(type: MessageType, method: string): MessageField | undefined {
  return method.startsWith('Get') ? type.byGoName.get(method.slice('Get'.length)) : undefined
}

function fieldValue(field: MessageField, json: Json, minor: number): ViewValue {
  const { type, shape } = field
  if (shape === 'single') return valueOf(type, json, minor)
  const element = elementType(type, minor)
  const rules: ElementRules = {
    goType: shape === 'list' ? `[]${element}` : `map[string]${element}`,
    elemType: element,
    keyType: shape === 'list' ? '' : 'string',
    view: (item) => valueOf(type, item, minor),
    marshal: (items) => marshalStructField(field, items),
  }
  return shape === 'list'
    ? new ListView(rules, isList(json) ? json : undefined)
    : new MapView(rules, isObject(json) ? json : undefined)
}

function valueOf(type: MessageValueType, json: Json, minor: number): ViewValue {
  switch (type.kind) {
    case 'scalar':
      return scalarValue(type.scalar, json)
    case 'enum':
      return new EnumView(type, json)
    case 'message':
      return isObject(json) ? new MessageView(type, json) : nilMessage(type)
    case 'duration':
      return typeof json === 'string' ? durationView(json, minor) : nilDuration(minor)
    case 'wrapper':
      return json === null ? nilWrapper(type, minor) : wrapperView(type, json, minor)
  }
  return isObject(json) ? new MapView(anyRules, json) : new NilView('*structpb.Struct')
}

const anyRules: ElementRules = {
  goType: 'map[string]interface {}',
  elemType: 'interface {}',
  keyType: 'string',
  view: (item) => (typeof item === 'object' ? null : item),
  marshal: marshalRaw,
}

/** An enum: an int32 that prints its name, or its number if it has none. */
class EnumView extends ScalarView {
  readonly #name: string

  constructor(type: EnumType, json: Json) {
    const number = typeof json === 'string' ? (type.numbers.get(json) ?? 0) : Number(json ?? 0)
    super('int32', type.goName, BigInt(number))
    this.#name = type.names.get(number) ?? String(number)
  }

  toText(): string {
    return this.#name
  }

  method(name: string): ViewMethod | undefined {
    return name === 'String' ? getter(() => this.#name) : undefined
  }
}

const nils = new WeakMap<MessageType, NilView>()

/** A nil message: its getters give zero values, and nil messages again. */
function nilMessage(type: MessageType): NilView {
  const known = nils.get(type)
  if (known !== undefined) return known
  const made = new NilView(`*${type.goName}`, {
    method: (name) => {
      const field = gotField(type, name)
      return field === undefined ? undefined : getter(() => fieldValue(field, null, type.minor))
    },
    hasField: (name) => type.byGoName.get(name)?.oneof === undefined && type.byGoName.has(name),
  })
  nils.set(type, made)
  return made
}

function elementType(type: MessageValueType, minor: number): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'double' ? 'float64' : type.scalar
    case 'enum':
      return type.goName
    case 'message':
      return `*${type.goName}`
    case 'duration':
      return nilDuration(minor).goType
    case 'wrapper':
      return nilWrapper(type, minor).goType
  }
  return '*structpb.Struct'
}
