import { compareText } from '../golang/bytes.ts'
import { marshalJson, marshalText } from '../golang/json.ts'
import { decodeError } from './errors.ts'
import { textOnce } from './frozen.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { canonicalScalar, zeroScalar } from './scalars.ts'
import type { ScalarType, SliceType, StructType, Type } from './types.ts'
import { writtenValue, type WriteOptions } from './written.ts'

/**
 * The text that Go's json.Marshal gives for a value of the type: fields in the order of declaration, empty ones left
 * out, zero values written where Go always writes them (`"resources":{}`), map keys sorted, quantities canonical,
 * `<`, `>` and `&` escaped. The value must fit the type (see `check`). Unknown members are dropped by default.
 */
export function marshal(type: Type, json: Json, options: WriteOptions = {}): string {
  switch (type.kind) {
    case 'scalar':
      return marshalScalar(type, json)
    case 'struct':
      return once(type, json, options, () => marshalStruct(type, isObject(json) ? json : {}, options))
    case 'slice':
      return once(type, json, options, () => marshalList(type, json, options))
  }
  return isObject(json) ? marshalMap(json, (value) => marshal(type.element, value, options)) : 'null'
}

/** Frozen values that are kept whole are those that are merged into many pods. */
function once(type: Type, json: Json, options: WriteOptions, make: () => string): string {
  return options.unknown === 'keep' ? textOnce(type, json, make) : make()
}

function marshalList(type: SliceType, json: Json, options: WriteOptions): string {
  if (!isList(json)) return 'null'
  let items = ''
  for (const item of json) items += (items === '' ? '' : ',') + marshal(type.element, item, options)
  return `[${items}]`
}

function marshalStruct(type: StructType, object: JsonObject, options: WriteOptions): string {
  let members = ''
  for (const field of type.fields) {
    const value = writtenValue(field, object[field.jsonName])
    if (value === undefined) continue
    const text = value === null ? 'null' : marshal(field.type, value, options)
    members += members === '' ? field.prefix + text : `,${field.prefix}${text}`
  }
  return `{${options.unknown === 'keep' ? withUnknown(type, object, members) : members}}`
}

function withUnknown(type: StructType, object: JsonObject, members: string): string {
  let all = members
  for (const name of Object.keys(object)) {
    if (type.byJsonName.has(name)) continue
    const member = `${marshalText(name)}:${marshalRaw(object[name] ?? null)}`
    all += all === '' ? member : `,${member}`
  }
  return all
}

function marshalScalar(type: ScalarType, json: Json): string {
  if (type.base === 'raw') return marshalRaw(json)
  const value = json === null ? zeroScalar(type.base) : canonicalScalar(type.base, json)
  if (typeof value === 'string') return marshalText(value)
  return typeof value === 'object' ? 'null' : String(value)
}

/** Nesting that we follow in values without a type, which users choose; the API server takes some hundred levels. */
const deepest = 1000

/** JSON without a type, as encoding/json writes an interface. Throws SchemaError for what is nested too deep. */
export function marshalRaw(json: Json, depth = 0): string {
  if (depth > deepest) throw decodeError('json: exceeded max depth')
  if (isList(json)) return `[${json.map((item) => marshalRaw(item, depth + 1)).join(',')}]`
  return isObject(json) ? marshalMap(json, (value) => marshalRaw(value, depth + 1)) : marshalJson(json)
}

/** Members sorted by the bytes of their keys, as Go sorts maps. */
function marshalMap(map: JsonObject, marshalValue: (value: Json) => string): string {
  const keys = Object.keys(map).sort(compareText)
  return `{${keys.map((key) => `${marshalText(key)}:${marshalValue(map[key] ?? null)}`).join(',')}}`
}
