import { goKind } from '../golang/kind.ts'

/**
 * The values that templates work on: Go's world in JavaScript.
 *
 * What JSON can say is plain JavaScript and costs nothing to make: that is Go's `interface {}` world, the one
 * `.Values` lives in. Everything that has a Go type of its own (a Pod's fields, sized integers, enums,
 * protobuf messages, nil pointers) is an object that carries the symbol `goKind`; user data cannot hold a
 * symbol key, so the two never mix.
 *
 *   undefined            reflect's zero Value: a key that a map does not have; prints `<no value>`
 *   null                 nil in an `interface {}`: JSON null, the literal nil
 *   string               string   (a byte that is no UTF-8 is kept as the lone surrogate U+DC80 … U+DCFF)
 *   boolean              bool
 *   number               float64  (every number that came from JSON or YAML)
 *   bigint               int      (constants in templates, len, loop counters)
 *   array                []interface {}
 *   plain object         map[string]interface {}   (own properties only)
 *   GoValue              anything else
 */
export type Value =
  undefined | null | string | boolean | number | bigint | readonly Value[] | PlainMap | GoValue

/** `map[string]interface {}`. Read it with Object.hasOwn: the keys are the user's. */
export interface PlainMap {
  readonly [key: string]: Value
  readonly [goKind]?: undefined
}

export { goKind }

/** Kinds of numbers, strings and booleans that are not one of JavaScript's own (see {@link Value}). */
export type ScalarKind =
  | 'bool'
  | 'string'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'uintptr'
  | 'float32'
  | 'float64'

export type GoValue = GoScalar | GoComplex | GoStruct | GoMap | GoSlice | GoNil | GoFunc

interface Typed {
  /** The type as fmt's `%T` prints it, pointer included: `v1.PodSpec`, `*v1alpha1.ProxyConfig`. */
  readonly goType: string
  /** A method of the Go type by name (getters, String); undefined if there is none. */
  method?(name: string): GoMethod | undefined
  /** What the type's String or Error method gives; absent where Go's type has neither. */
  toText?(): string
  /**
   * What String or Error of the pointer type gives, where only that has one (so it is with Kubernetes' types). An
   * action that prints the value itself uses it, because Go takes the value's address there; fmt's verbs do not.
   */
  pointerText?(): string
}

/**
 * A number, string or boolean of a named or sized type: int32 fields, enums, v1.Protocol, time.Duration; or a
 * non-nil pointer to one (`goType` `*bool`), which is true in a condition whatever it points to.
 */
export interface GoScalar extends Typed {
  readonly [goKind]: ScalarKind
  /** bigint for integers, number for floats, string and boolean for themselves. */
  readonly scalar: bigint | number | string | boolean
}

/** A complex number, which only a constant such as `2i` makes. */
export interface GoComplex extends Typed {
  readonly [goKind]: 'complex64' | 'complex128'
  readonly real: number
  readonly imaginary: number
}

/** A struct, or a non-nil pointer to one (`goType` says which). */
export interface GoStruct extends Typed {
  readonly [goKind]: 'struct'
  /** The field of that Go name, or undefined if the type has no such field: a field's own value never is. */
  field(name: string): Value
  /** Exported field names in the order of declaration, for fmt. */
  fieldNames(): readonly string[]
}

/** A map with a type of its own, such as `map[string]string`; a nil map has size 0 and `isNil`. */
export interface GoMap extends Typed {
  readonly [goKind]: 'map'
  readonly keyType: string
  readonly elemType: string
  readonly isNil: boolean
  readonly size: number
  /** Keys as Go's fmt and range order them (sorted). */
  keys(): readonly Value[]
  /** The entry, or undefined if there is none. The key is of `keyType` already. */
  get(key: Value): Value
  /** The zero value of `elemType`, which `index` gives for a missing key. */
  zero(): Value
}

/** A slice or array with a type of its own, such as `[]v1.Container`; a nil slice has length 0 and `isNil`. */
export interface GoSlice extends Typed {
  readonly [goKind]: 'slice' | 'array'
  readonly elemType: string
  readonly isNil: boolean
  readonly length: number
  /** The element; 0 <= index < length. */
  at(index: number): Value
  /** Elements from (inclusive) to (exclusive) as a slice of the same type. */
  slice(from: number, to: number): GoSlice
}

/** A nil pointer with a type; methods (protobuf getters) may still be called on it. */
export interface GoNil extends Typed {
  readonly [goKind]: 'nil'
  /** Has the struct that it could point to a field of that name? Absent: every name counts as a field. */
  hasField?(name: string): boolean
}

/** A function held as data, for `call`. */
export interface GoFunc extends Typed {
  readonly [goKind]: 'func'
  readonly func: GoMethod
}

/** A method or function value together with the types that its arguments are checked against. */
export interface GoMethod {
  /** Parameter types in Go's spelling; a last one that starts with `...` is variadic. */
  readonly params: readonly string[]
  /** Called with exactly the checked arguments. An Error thrown here becomes the template's error. */
  readonly call: (...args: Value[]) => Value
}

/**
 * A function that templates may call. Arguments are checked and converted against `params` before the call:
 * `string` arrives as string, `int` as bigint, `float64` as number, `bool` as boolean, `interface {}` as any
 * Value but undefined (a missing value arrives as null), other types as the GoValue with that `goType`
 * (or null for a nil map or slice). Throw an Error to fail: `error calling NAME: MESSAGE`.
 */
export interface GoFunction extends GoMethod {
  /** The static result type; 'interface {}' where the value says for itself. Default: 'interface {}'. */
  readonly result?: string
  /** May give something else for the same arguments, or do something: it is called whenever a template says so. */
  readonly isVolatile?: boolean
  /** Steps that a call costs, for a function that is slow whatever it is given. Default: 0. */
  readonly steps?: number
}

/** Functions by name. A Map, because templates choose the keys. */
export type FunctionMap = ReadonlyMap<string, GoFunction>

/** True for values with a Go type of their own. */
export function isGoValue(value: Value): value is GoValue {
  return typeof value === 'object' && value !== null && !isList(value) && value[goKind] !== undefined
}

/** True for `map[string]interface {}`. */
export function isPlainMap(value: Value): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isGoValue(value)
}

/** True for `[]interface {}`. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
