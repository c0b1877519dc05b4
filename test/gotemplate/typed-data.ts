/**
 * The data of the rows, as tools/template-oracle has them in Go: plain JSON is Go's interface {} world,
 * `{"$": "<type>", "v": <value>}` is a value of that type.
 */
import { decode } from '../../src/golang/bytes.ts'
import { parseFloat } from '../../src/golang/parse.ts'
import {
  goKind,
  type GoMap,
  goMap,
  goNil,
  goScalar,
  goSlice,
  type GoMethod,
  type GoScalar,
  type GoStruct,
  type GoValue,
  isGoValue,
  type PlainKey,
  type ScalarKind,
  sprintOne,
  type Value,
} from '../../src/gotemplate/index.ts'
import { typedScalar } from '../../src/gotemplate/typed.ts'
import { elementOf, isScalarKind, mapParts, parseType } from '../../src/gotemplate/types.ts'
import { callees, nilPod, podMethod } from './row-functions.ts'

/** JSON as JSON.parse gives it. */
export type Json = null | string | boolean | number | readonly Json[] | JsonMap

export interface JsonMap {
  readonly [key: string]: Json
}

const structs: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['main.Inner', { Text: 'string', Count: 'int32', Flag: '*bool' }],
  [
    'main.Pod',
    {
      Name: 'string',
      Labels: 'map[string]string',
      Items: '[]main.Inner',
      Inner: 'main.Inner',
      Next: '*main.Pod',
      Any: 'interface {}',
      Color: 'main.Color',
      Word: 'main.Word',
      Number: 'int',
      Big: 'uint64',
      Ratio: 'float32',
      Flag: '*bool',
    },
  ],
  ['main.Note', { Text: 'string' }],
  ['main.Broken', { Reason: 'string' }],
])

interface NamedScalar {
  readonly kind: ScalarKind
  readonly text?: (scalar: PlainKey) => string
}

const namedScalars: ReadonlyMap<string, NamedScalar> = new Map<string, NamedScalar>([
  ['main.Color', { kind: 'int32', text: (scalar) => (scalar === 1n ? 'GREEN' : 'RED') }],
  ['main.Word', { kind: 'string' }],
  ['main.Title', { kind: 'string', text: (scalar) => `<${String(scalar)}>` }],
])

/** The template's value of a row's data. */
export function toValue(json: Json): Value {
  if (typeof json !== 'object' || json === null) return json
  if (isArray(json)) return json.map(toValue)
  const type = json['$']
  if (typeof type !== 'string') {
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, toValue(value)]))
  }
  const value = json['v'] ?? null
  if (type === 'bytes') return decode(Buffer.from(textOf(value), 'hex'))
  if (type === 'func') return func(textOf(value))
  const made = typed(type, value)
  // What an interface holds has no address.
  return isGoValue(made) && made.pointerText !== undefined
    ? { ...made, pointerText: () => sprintOne(made) }
    : made
}

function typed(type: string, json: Json): Value {
  if (type === 'interface {}') return toValue(json)
  if (type.startsWith('*')) {
    return json === null ? nilPointer(type) : pointerTo(typed(type.slice(1), json), type)
  }
  if (type.startsWith('map[')) return map(type, json)
  if (type.startsWith('[')) return list(type, json)
  const fields = structs.get(type)
  return fields === undefined ? scalar(type, json) : struct(type, fields, json)
}

function func(name: string): Value {
  const callee = callees.get(name)
  return callee === undefined ? null : { [goKind]: 'func', goType: callee.goType, func: callee.method }
}

function scalar(type: string, json: Json): Value {
  const named = namedScalars.get(type)
  const { kind } = named ?? parseType(type)
  const plain = plainOf(kind, json)
  if (named === undefined) return typedScalar(plain, type)
  const value: GoScalar = goScalar(named.kind, type, plain)
  const { text } = named
  if (text === undefined) return value
  const method: GoMethod = { params: [], call: () => text(plain) }
  return { ...value, toText: () => text(plain), method: (name) => (name === 'String' ? method : undefined) }
}

/** A scalar as JavaScript has it; null is zero. */
function plainOf(kind: string, json: Json): PlainKey {
  const text = json === null ? '' : textOf(json)
  if (kind === 'string' || kind === 'interface') return text
  if (kind === 'bool') return text === 'true'
  if (kind === 'float32') return Math.fround(Number(text))
  return kind === 'float64' ? parseFloat(text, 64) : BigInt(text)
}

function map(type: string, json: Json): Value {
  if (!isMap(json)) return goMap(type, null)
  const { key, elem } = mapParts(type)
  const named = namedScalars.get(key)
  const { kind } = named ?? parseType(key)
  const entries = Object.entries(json).map(([name, value]): [PlainKey, Value] => [
    plainOf(kind, name),
    typed(elem, value),
  ])
  const made: GoMap = {
    ...goMap(type, new Map(entries)),
    ...(structs.has(elem) ? { zero: () => typed(elem, null) } : {}),
  }
  return named === undefined
    ? made
    : { ...made, keys: () => made.keys().map((name) => scalar(key, isPlain(name) ? String(name) : null)) }
}

function list(type: string, json: Json): Value {
  const element = elementOf(type)
  const made = goSlice(type, isArray(json) ? json.map((value) => typed(element, value)) : null)
  return type.startsWith('[]') ? made : { ...made, [goKind]: 'array' }
}

function struct(goType: string, fields: Readonly<Record<string, string>>, json: Json): GoStruct {
  const given = isMap(json) ? json : {}
  const values = new Map(
    Object.entries(fields).map(([name, type]) => [name, typed(type, given[name] ?? null)]),
  )
  const base: GoStruct = {
    [goKind]: 'struct',
    goType,
    field: (name) => values.get(name),
    fieldNames: () => [...values.keys()],
  }
  const text = (field: string): string => textOf(given[field] ?? null)
  switch (goType) {
    case 'main.Pod':
      return { ...base, method: (name) => podMethod(name, base) }
    case 'main.Note':
      return { ...base, pointerText: () => `note:${text('Text')}` }
    case 'main.Broken':
      return withError(base, `broken: ${text('Reason')}`)
    default:
      return base
  }
}

function withError(base: GoStruct, text: string): GoStruct {
  const method: GoMethod = { params: [], call: () => text }
  return { ...base, toText: () => text, method: (name) => (name === 'Error' ? method : undefined) }
}

function pointerTo(value: Value, goType: string): Value {
  if (!isGoValue(value)) {
    const { kind } = parseType(goType.slice(1))
    return isScalarKind(kind) && isPlain(value) ? goScalar(kind, goType, value) : value
  }
  const pointer: GoValue = { ...value, goType }
  const text = value.pointerText?.()
  return text === undefined ? pointer : { ...pointer, toText: () => text }
}

function nilPointer(goType: string): Value {
  const fields = structs.get(goType.slice(1))
  const base = goNil(goType)
  const known =
    fields === undefined ? base : { ...base, hasField: (name: string) => Object.hasOwn(fields, name) }
  if (goType === '*main.Note') return { ...known, toText: () => 'nil' }
  return goType === '*main.Pod' ? { ...known, ...nilPod } : known
}

function textOf(json: Json): string {
  return typeof json === 'string' ? json : JSON.stringify(json)
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}

function isMap(json: Json): json is JsonMap {
  return typeof json === 'object' && json !== null && !isArray(json)
}

function isPlain(value: Value): value is PlainKey {
  return ['string', 'bigint', 'number', 'boolean'].includes(typeof value)
}
