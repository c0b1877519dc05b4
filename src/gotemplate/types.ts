/** Go types as texts (`map[string]string`, `*v1.Pod`), and what can be told from such a text. */
import { goKind, isGoValue, type GoScalar, type GoValue, type ScalarKind, type Value } from './values.ts'

/**
 * What kind of type a text names. `named` is a type that only its package knows: a struct, as far as a template can
 * tell. `reflect` is reflect.Value, the parameter type of built-in functions that take everything as it is.
 */
export type TypeKind =
  | ScalarKind
  | 'complex64'
  | 'complex128'
  | 'interface'
  | 'map'
  | 'slice'
  | 'array'
  | 'pointer'
  | 'func'
  | 'named'
  | 'reflect'

export interface GoType {
  /** In the spelling of fmt's `%T`. */
  readonly text: string
  readonly kind: TypeKind
  /** Can hold nil. */
  readonly nilable: boolean
}

export const emptyInterface = 'interface {}'

const basicKinds: ReadonlySet<string> = new Set<TypeKind>([
  'bool',
  'string',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'uintptr',
  'float32',
  'float64',
  'complex64',
  'complex128',
])

const nilableKinds: ReadonlySet<TypeKind> = new Set([
  'interface',
  'map',
  'slice',
  'pointer',
  'func',
  'reflect',
])

const aliases: ReadonlyMap<string, string> = new Map([
  ['any', emptyInterface],
  ['interface{}', emptyInterface],
  ['byte', 'uint8'],
  ['rune', 'int32'],
])

/** A type from its text in a signature; `any`, `byte` and `rune` are the types they stand for. */
export function parseType(signature: string): GoType {
  const known = parsedTypes.get(signature)
  if (known !== undefined) return known
  const text = aliases.get(signature) ?? signature
  const kind = kindOfText(text)
  const type = { text, kind, nilable: nilableKinds.has(kind) }
  parsedTypes.set(signature, type)
  return type
}

/** Types come from signatures and views, never from data, so that they are few. */
const parsedTypes = new Map<string, GoType>()

/** The parameter type of built-in functions that take everything as it is. */
export const anyValue: GoType = { text: 'reflect.Value', kind: 'reflect', nilable: true }

function kindOfText(text: string): TypeKind {
  if (isBasicKind(text)) return text
  if (text === 'reflect.Value') return 'reflect'
  if (text === 'error' || text.startsWith('interface')) return 'interface'
  if (text.startsWith('[]')) return 'slice'
  if (text.startsWith('[')) return 'array'
  if (text.startsWith('map[')) return 'map'
  if (text.startsWith('*')) return 'pointer'
  return text.startsWith('func(') ? 'func' : 'named'
}

function isBasicKind(text: string): text is ScalarKind | 'complex64' | 'complex128' {
  return basicKinds.has(text)
}

/** True for the kinds of numbers, strings and booleans. */
export function isScalarKind(kind: TypeKind): kind is ScalarKind {
  return basicKinds.has(kind) && !kind.startsWith('complex')
}

/** The type of a value as `%T` prints it; a nil interface has the type of the interface. */
export function typeText(value: Value): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'bigint') return 'int'
  if (value === null || value === undefined) return emptyInterface
  if (isGoValue(value)) return value.goType
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

/** The type of a value, or of what it points to. */
export function pointedType(value: Value): string {
  return typeText(value).replace(/^\*/, '')
}

/** True for a non-nil pointer. */
export function isPointer(value: Value): boolean {
  return isGoValue(value) && value.goType.startsWith('*') && value[goKind] !== 'nil'
}

/** reflect's Kind of a value, several sizes of numbers in one; a pointer is one whatever it points to. */
export type ReflectKind =
  | 'invalid'
  | 'bool'
  | 'string'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'pointer'
  | 'func'

/** The kind of a value with interfaces looked through, so that nil is invalid. */
export function kindOf(value: Value): ReflectKind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return 'float'
    case 'bigint':
      return 'int'
  }
  if (value === null || value === undefined) return 'invalid'
  if (!isGoValue(value)) return Array.isArray(value) ? 'slice' : 'map'
  return isPointer(value) ? 'pointer' : reflectKinds[value[goKind]]
}

const reflectKinds: Readonly<Record<GoValue[typeof goKind], ReflectKind>> = {
  bool: 'bool',
  string: 'string',
  int: 'int',
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'int',
  uint: 'uint',
  uint8: 'uint',
  uint16: 'uint',
  uint32: 'uint',
  uint64: 'uint',
  uintptr: 'uint',
  float32: 'float',
  float64: 'float',
  complex64: 'complex',
  complex128: 'complex',
  struct: 'struct',
  map: 'map',
  slice: 'slice',
  array: 'array',
  nil: 'pointer',
  func: 'func',
}

/** The size of an integer kind; undefined for other kinds. */
export function integerSize(kind: TypeKind): { bits: number; signed: boolean } | undefined {
  const match = /^(u?)int(8|16|32|64|ptr)?$/.exec(kind)
  if (match === null) return undefined
  const bits = Number(match[2] ?? 64)
  return { bits: Number.isNaN(bits) ? 64 : bits, signed: match[1] === '' }
}

/** The integer in a value of any integer type, or undefined. */
export function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (!isScalar(value) || value.goType.startsWith('*') || typeof value.scalar !== 'bigint') return undefined
  return value.scalar
}

/** True for a GoValue that is a number, string or boolean, or a pointer to one. */
export function isScalar(value: Value): value is GoScalar {
  return isGoValue(value) && 'scalar' in value
}

/** Key and element of a map type: `map[string][]int` is of `string` and `[]int`. */
export function mapParts(text: string): { key: string; elem: string } {
  let depth = 0
  for (let i = 'map'.length; i < text.length; i++) {
    if (text[i] === '[') depth++
    if (text[i] === ']') depth--
    if (depth === 0) return { key: text.slice('map['.length, i), elem: text.slice(i + 1) }
  }
  return { key: emptyInterface, elem: emptyInterface }
}

/** The element type of a slice or array type. */
export function elementOf(text: string): string {
  return text.slice(text.indexOf(']') + 1)
}
