import type { Json } from '../golang/json-value.ts'

/**
 * Go types of Kubernetes objects as values: what a Pod's fields are called in Go and in JSON, in which order they
 * are written, what is left out, and how lists merge. Everything in this folder works on plain JSON with these.
 */
export type Type = ScalarType | StructType | SliceType | MapType

/**
 * What a scalar is in JSON and in Go. `time` is metav1.Time, `intOrString` intstr.IntOrString, `raw` anything that
 * is kept as it came (runtime.RawExtension, FieldsV1).
 */
export type ScalarBase = 'string' | 'bool' | 'int32' | 'int64' | 'quantity' | 'time' | 'intOrString' | 'raw'

export interface ScalarType {
  readonly kind: 'scalar'
  /** As Go prints it: `string`, `v1.Protocol`, `resource.Quantity`. */
  readonly goName: string
  readonly base: ScalarBase
}

export interface SliceType {
  readonly kind: 'slice'
  readonly goName: string
  readonly element: Type
}

export interface MapType {
  readonly kind: 'map'
  readonly goName: string
  readonly key: ScalarType
  readonly element: Type
}

export interface StructType {
  readonly kind: 'struct'
  /** With its package: `v1.PodSpec`. */
  readonly goName: string
  /** Without it, as in decoding errors: `PodSpec`. */
  readonly shortName: string
  /** The Kubernetes minor whose fields these are. */
  readonly minor: number
  /** What Go declares, in order: embedded structs as members of their own. For fmt. */
  readonly members: readonly Member[]
  /** The members in the order of their protobuf numbers, in which the type's String method prints them. */
  readonly numbered: readonly Member[]
  /** What JSON sees, in order: the fields of embedded structs in their place. */
  readonly fields: readonly Field[]
  readonly byJsonName: ReadonlyMap<string, Field>
  /** By {@link foldName} of the JSON name, as Go's decoder matches names that are not exact. */
  readonly byFoldedName: ReadonlyMap<string, Field>
  /** By Go name, promoted fields of embedded structs included. */
  readonly byGoName: ReadonlyMap<string, Member>
}

/** A field that stands in JSON under a name of its own. */
export interface Field {
  readonly embedded: false
  /** `HostPID`. */
  readonly goName: string
  /** `hostPID`. */
  readonly jsonName: string
  /** The name in decoding errors, embedded structs in front: `ProbeHandler.httpGet`. */
  readonly path: string
  /** The name as JSON text with its colon: `"hostPID":`. */
  readonly prefix: string
  readonly type: Type
  /** The Go field is a pointer; slices and maps never are. */
  readonly pointer: boolean
  /** Left out when empty: a zero scalar, an empty list or map, a nil pointer; never a struct. */
  readonly omitEmpty: boolean
  /** Left out when zero, structs and times as well. */
  readonly omitZero: boolean
  /**
   * What Go writes where there is no value: `""`, 0 or false, null for a list or pointer, `{}` for a struct that is
   * no pointer; undefined where it leaves the field out.
   */
  readonly absent: Json | undefined
  /** How a strategic merge patch combines old and new: lists and maps by key, or whole. */
  readonly patchStrategy: 'merge' | 'replace' | undefined
  readonly patchMergeKey: string | undefined
}

/** A struct that another one embeds: its fields count as the outer one's. */
export interface EmbeddedStruct {
  readonly embedded: true
  readonly goName: string
  readonly type: StructType
}

export type Member = Field | EmbeddedStruct

/**
 * A name as encoding/json folds it when the exact one is not found: lower case, with the two letters beyond ASCII
 * that fold to k and s.
 */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll('ſ', 's')
}

/** The field a JSON name means to Go's decoder: the exact name, else one that differs in case only. */
export function fieldNamed(type: StructType, name: string): Field | undefined {
  return type.byJsonName.get(name) ?? type.byFoldedName.get(foldName(name))
}
