import { goKind } from '../golang/kind.ts'
import type { Json } from '../golang/json-value.ts'

/**
 * What a template sees of a JSON value: the template engine's `Value` (gotemplate/values.ts), which these shapes
 * satisfy without naming it.
 */
export type ViewValue = undefined | null | string | boolean | number | bigint | View

export type View = ScalarView | StructLike | MapLike | ListLike | NilView

/** A method of a Go value; ours take no arguments. */
export interface ViewMethod {
  readonly params: readonly string[]
  readonly call: () => ViewValue
}

interface Typed {
  readonly goType: string
  method?(name: string): ViewMethod | undefined
  toText?(): string
  pointerText?(): string
}

export interface StructLike extends Typed {
  readonly [goKind]: 'struct'
  field(name: string): ViewValue
  fieldNames(): readonly string[]
}

export interface MapLike extends Typed {
  readonly [goKind]: 'map'
  readonly keyType: string
  readonly elemType: string
  readonly isNil: boolean
  readonly size: number
  keys(): readonly ViewValue[]
  get(key: ViewValue): ViewValue
  zero(): ViewValue
}

export interface ListLike extends Typed {
  readonly [goKind]: 'slice'
  readonly elemType: string
  readonly isNil: boolean
  readonly length: number
  at(index: number): ViewValue
  slice(from: number, to: number): ListLike
}

export type ScalarKind = 'bool' | 'string' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'float64'

/**
 * A view that a JSON value stands behind. Functions such as toYaml and structToJSON ask for it: `plain` as it
 * stands, `marshalJson` as Go's encoder writes the typed value (fields in order, zero values where always written).
 */
export interface JsonView {
  plain(): Json
  marshalJson(): string
}

/** True for views that know their JSON. */
export function isJsonView(value: object): value is JsonView {
  return 'marshalJson' in value
}

/** A scalar of a named or sized type, or a pointer to one. */
export class ScalarView implements Typed {
  readonly [goKind]: ScalarKind
  readonly goType: string
  readonly scalar: bigint | number | string | boolean

  constructor(kind: ScalarKind, goType: string, scalar: bigint | number | string | boolean) {
    this[goKind] = kind
    this.goType = goType
    this.scalar = scalar
  }
}

/** What a nil pointer knows of its type. */
export interface NilOptions {
  /** What String prints for nil, of types whose String copes with it; fmt prints `<nil>` for all others. */
  readonly text?: string | undefined
  readonly method?: (name: string) => ViewMethod | undefined
  readonly hasField?: (name: string) => boolean
}

/** A nil pointer; the methods of its type may still be called. */
export class NilView implements Typed {
  readonly [goKind] = 'nil' as const
  readonly goType: string
  readonly toText?: () => string
  readonly #options: NilOptions

  constructor(goType: string, options: NilOptions = {}) {
    this.goType = goType
    this.#options = options
    const { text } = options
    if (text !== undefined) this.toText = () => text
  }

  method(name: string): ViewMethod | undefined {
    return this.#options.method?.(name)
  }

  /** Whether what it could point to has a field of that name. */
  hasField(name: string): boolean {
    return this.#options.hasField?.(name) ?? false
  }
}

/** A method without parameters. */
export function getter(call: () => ViewValue): ViewMethod {
  return { params: [], call }
}
