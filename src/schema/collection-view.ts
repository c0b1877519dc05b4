import { goKind } from '../golang/kind.ts'
import { compareText } from '../golang/bytes.ts'
import type { Json, JsonObject } from '../golang/json-value.ts'
import type { JsonView, ListLike, MapLike, ViewValue } from './view.ts'
import { ScalarView } from './view.ts'

/** How the views of one list or map type are made. */
export interface ElementRules {
  readonly goType: string
  readonly elemType: string
  /** Keys of maps; unused for lists. */
  readonly keyType: string
  view(item: Json): ViewValue
  marshal(value: Json): string
}

/** A Go slice over a JSON list; absent is nil. */
export class ListView implements ListLike, JsonView {
  readonly #rules: ElementRules
  readonly #list: readonly Json[] | undefined

  constructor(rules: ElementRules, list: readonly Json[] | undefined) {
    this.#rules = rules
    this.#list = list
  }

  get [goKind](): 'slice' {
    return 'slice'
  }

  get goType(): string {
    return this.#rules.goType
  }

  get elemType(): string {
    return this.#rules.elemType
  }

  get isNil(): boolean {
    return this.#list === undefined
  }

  get length(): number {
    return this.#list?.length ?? 0
  }

  at(index: number): ViewValue {
    return this.#rules.view(this.#list?.[index] ?? null)
  }

  slice(from: number, to: number): ListView {
    return new ListView(this.#rules, this.#list?.slice(from, to))
  }

  plain(): Json {
    return this.#list ?? null
  }

  marshalJson(): string {
    return this.#rules.marshal(this.plain())
  }
}

/** A Go map over a JSON object; absent is nil. */
export class MapView implements MapLike, JsonView {
  readonly #rules: ElementRules
  readonly #map: JsonObject | undefined
  #keys: readonly string[] | undefined

  constructor(rules: ElementRules, map: JsonObject | undefined) {
    this.#rules = rules
    this.#map = map
  }

  get [goKind](): 'map' {
    return 'map'
  }

  get goType(): string {
    return this.#rules.goType
  }

  get keyType(): string {
    return this.#rules.keyType
  }

  get elemType(): string {
    return this.#rules.elemType
  }

  get isNil(): boolean {
    return this.#map === undefined
  }

  get size(): number {
    return this.#sortedKeys().length
  }

  keys(): readonly ViewValue[] {
    const { keyType } = this.#rules
    const keys = this.#sortedKeys()
    return keyType === 'string' ? keys : keys.map((key) => new ScalarView('string', keyType, key))
  }

  get(key: ViewValue): ViewValue {
    const name = key instanceof ScalarView ? key.scalar : key
    if (this.#map === undefined || typeof name !== 'string' || !Object.hasOwn(this.#map, name))
      return undefined
    return this.#rules.view(this.#map[name] ?? null)
  }

  zero(): ViewValue {
    return this.#rules.view(null)
  }

  plain(): Json {
    return this.#map ?? null
  }

  marshalJson(): string {
    return this.#rules.marshal(this.plain())
  }

  /** In the order of fmt and range: by the bytes of the keys. */
  #sortedKeys(): readonly string[] {
    this.#keys ??= Object.keys(this.#map ?? {}).sort(compareText)
    return this.#keys
  }
}
