import { goKind } from '../golang/kind.ts'
import { ListView, MapView, type ElementRules } from './collection-view.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { marshal } from './marshal.ts'
import { portView, quantityView, timeView } from './special-views.ts'
import { structText } from './struct-text.ts'
import type { Field, MapType, ScalarType, SliceType, StructType, Type } from './types.ts'
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
 * A Go struct over plain JSON, for templates: `.Spec.Containers`, `.ObjectMeta.Labels`. Fields go by their Go names,
 * those of embedded structs included; absent ones have Go's zero values. The JSON must fit the type (see `check`).
 *
 * @param options.pointer The Go value is a pointer to the struct, which shows in its type's name and when printed.
 */
export function structView(
  type: StructType,
  json: Json,
  options: { readonly pointer?: boolean } = {},
): StructView {
  const object = isObject(json) ? json : {}
  return options.pointer === true ? new PointerView(type, object) : new StructView(type, object)
}

/** See {@link structView}. Views of lists, maps and structs inside are made once. */
export class StructView implements StructLike, JsonView {
  readonly #type: StructType
  readonly #json: JsonObject
  #views: Map<Field, ViewValue> | undefined

  constructor(type: StructType, json: JsonObject) {
    this.#type = type
    this.#json = json
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  get goType(): string {
    return this.#type.goName
  }

  field(name: string): ViewValue {
    const member = this.#type.byGoName.get(name)
    if (member === undefined) return undefined
    if (member.embedded) return this.inner(member.type, this.#json)
    const json = this.#json[member.jsonName] ?? null
    if (member.type.kind === 'scalar') return fieldView(member, json)
    if (member.type.kind === 'struct' && !member.pointer)
      return this.inner(member.type, isObject(json) ? json : {})
    this.#views ??= new Map()
    let view = this.#views.get(member)
    if (view === undefined) this.#views.set(member, (view = fieldView(member, json)))
    return view
  }

  fieldNames(): readonly string[] {
    return this.#type.members.map((member) => member.goName)
  }

  /** ObjectMeta has getters: GetName, GetLabels. */
  method(name: string): ViewMethod | undefined {
    if (this.#type.goName !== 'v1.ObjectMeta' || !name.startsWith('Get')) return undefined
    const field = name.slice('Get'.length)
    return this.#type.byGoName.has(field) ? getter(() => this.field(field)) : undefined
  }

  plain(): Json {
    return this.#json
  }

  marshalJson(): string {
    return marshal(this.#type, this.#json)
  }

  /** A struct that is part of this one: Go can take its address if it can take this one's. */
  protected inner(type: StructType, json: JsonObject): StructView {
    return new StructView(type, json)
  }

  /** What the String method prints; of Kubernetes' structs only pointers have it. */
  protected string(): string {
    return structText(this.#type, this.#json)
  }
}

/** A struct whose address Go can take, such as a list's item: an action prints it by the pointer's String method. */
class AddressableView extends StructView {
  pointerText(): string {
    return this.string()
  }

  protected override inner(type: StructType, json: JsonObject): StructView {
    return new AddressableView(type, json)
  }
}

/** A pointer to a struct. */
class PointerView extends AddressableView {
  override get goType(): string {
    return `*${super.goType}`
  }

  toText(): string {
    return this.string()
  }
}

function fieldView(field: Field, json: Json): ViewValue {
  if (!field.pointer) return viewOf(field.type, json, true)
  return json === null ? nilView(field) : pointerView(field.type, json)
}

function pointerView(type: Type, json: Json): ViewValue {
  if (type.kind === 'struct') return new PointerView(type, isObject(json) ? json : {})
  return type.kind === 'scalar' ? scalarView(type, json, '*') : viewOf(type, json, true)
}

const nils = new WeakMap<Field, NilView>()

function nilView(field: Field): NilView {
  const known = nils.get(field)
  if (known !== undefined) return known
  const { type } = field
  // The structs of Kubernetes' API have a generated String that prints nil; fmt's own word is <nil>.
  const text = type.kind === 'struct' ? 'nil' : undefined
  const hasField = (name: string): boolean => type.kind === 'struct' && type.byGoName.has(name)
  const made = new NilView(`*${type.goName}`, { text, hasField })
  nils.set(field, made)
  return made
}

/** @param addressable The value is a field or a list's item, so that Go finds methods of its pointer; no map entry. */
function viewOf(type: Type, json: Json, addressable: boolean): ViewValue {
  switch (type.kind) {
    case 'struct':
      return structOf(type, isObject(json) ? json : {}, addressable)
    case 'slice':
      return new ListView(listRules(type), isList(json) ? json : undefined)
    case 'map':
      return new MapView(mapRules(type), isObject(json) ? json : undefined)
  }
  return scalarView(type, json, '', addressable)
}

function structOf(type: StructType, json: JsonObject, addressable: boolean): StructView {
  return addressable ? new AddressableView(type, json) : new StructView(type, json)
}

function scalarView(type: ScalarType, json: Json, star: '' | '*', addressable = true): ViewValue {
  const goType = star + type.goName
  switch (type.base) {
    case 'string': {
      const text = typeof json === 'string' ? json : ''
      return goType === 'string' ? text : new ScalarView('string', goType, text)
    }
    case 'bool':
      return goType === 'bool' ? json === true : new ScalarView('bool', goType, json === true)
    case 'int32':
    case 'int64':
      return new ScalarView(type.base, goType, BigInt(typeof json === 'number' ? json : 0))
    case 'quantity':
      return quantityView(goType, json, addressable)
    case 'time':
      return timeView(goType, json)
    case 'intOrString':
      return portView(goType, json)
  }
  return null
}

const rules = new WeakMap<Type, ElementRules>()

function listRules(type: SliceType): ElementRules {
  return rulesOf(type, '', type.element, true)
}

function mapRules(type: MapType): ElementRules {
  return rulesOf(type, type.key.goName, type.element, false)
}

function rulesOf(type: Type, keyType: string, element: Type, addressable: boolean): ElementRules {
  const known = rules.get(type)
  if (known !== undefined) return known
  const made: ElementRules = {
    goType: type.goName,
    elemType: element.goName,
    keyType,
    view: (item) => viewOf(element, item, addressable),
    marshal: (value) => marshal(type, value),
  }
  rules.set(type, made)
  return made
}
