import { compareText } from '../golang/bytes.ts'
import { formatQuantity, parseQuantity } from '../kubernetes/quantity.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { quantityText } from './scalars.ts'
import { formatTime, parseTime, zeroTime } from './time.ts'
import type { Field, Member, ScalarType, StructType, Type } from './types.ts'

/**
 * What the String method of a pointer to one of Kubernetes' structs gives, as their generator writes it:
 * `&ContainerPort{Name:http,HostPort:0,ContainerPort:80,Protocol:TCP,HostIP:,}`.
 */
export function structText(type: StructType, json: JsonObject): string {
  return `&${bareText(type, json)}`
}

function bareText(type: StructType, json: JsonObject): string {
  const members = type.numbered.map((member) => `${member.goName}:${memberText(member, json)},`)
  return `${type.shortName}{${members.join('')}}`
}

function memberText(member: Member, json: JsonObject): string {
  if (member.embedded) return bareText(member.type, json)
  const value = json[member.jsonName] ?? null
  return member.pointer ? pointerText(member, value) : valueText(member.type, value)
}

/** metav1's structs, when they are fields of another package's. */
const prefixed: ReadonlySet<string> = new Set(['LabelSelector'])

function pointerText({ type }: Field, value: Json): string {
  if (type.kind === 'struct') {
    if (!isObject(value)) return 'nil'
    return prefixed.has(type.shortName) ? `&v1.${bareText(type, value)}` : structText(type, value)
  }
  if (type.kind !== 'scalar') return valueText(type, value)
  if (isPlainScalar(type)) return value === null ? 'nil' : `*${scalarText(type, value)}`
  return value === null ? '<nil>' : methodText(type, value)
}

function valueText(type: Type, value: Json): string {
  switch (type.kind) {
    case 'struct':
      return type.shortName === 'ObjectMeta'
        ? plainText(type, value)
        : bareText(type, isObject(value) ? value : {})
    case 'slice':
      if (type.element.kind !== 'struct') return plainText(type, value)
      return `${type.goName.replace(/\w+\./, '')}{${itemsOf(value, (item) => `${valueText(type.element, item)},`).join('')}}`
    case 'map': {
      const name = type.goName.startsWith('map[') ? type.goName : type.goName.replace(/^\w+\./, '')
      return `${name}{${entriesOf(value, (key, item) => `${key}: ${plainText(type.element, item)},`).join('')}}`
    }
  }
  return scalarText(type, value)
}

/** fmt's `%v` of a value whose address Go cannot take, so that methods of the pointer do not count. */
function plainText(type: Type, value: Json): string {
  switch (type.kind) {
    case 'struct': {
      const json = isObject(value) ? value : {}
      return `{${type.members.map((member) => plainMember(member, json)).join(' ')}}`
    }
    case 'slice':
      return `[${itemsOf(value, (item) => plainText(type.element, item)).join(' ')}]`
    case 'map':
      return `map[${entriesOf(value, (key, item) => `${key}:${plainText(type.element, item)}`).join(' ')}]`
  }
  return scalarText(type, value)
}

function plainMember(member: Member, json: JsonObject): string {
  if (member.embedded) return plainText(member.type, json)
  const value = json[member.jsonName] ?? null
  if (!member.pointer) return plainText(member.type, value)
  if (value === null) return member.type.kind === 'struct' ? 'nil' : '<nil>'
  return isPlainScalar(member.type) ? address : pointerText(member, value)
}

/** What a pointer inside a value prints as. Go prints its address, which differs from run to run. */
const address = '0xc000000000'

/** A scalar without methods of its own. */
function isPlainScalar(type: Type): boolean {
  return type.kind === 'scalar' && ['string', 'bool', 'int32', 'int64'].includes(type.base)
}

function scalarText(type: ScalarType, value: Json): string {
  switch (type.base) {
    case 'string':
      return typeof value === 'string' ? value : ''
    case 'bool':
      return String(value === true)
    case 'int32':
    case 'int64':
      return typeof value === 'number' ? String(value) : '0'
    case 'intOrString':
      return typeof value === 'string' ? `{1 0 ${value}}` : `{0 ${typeof value === 'number' ? value : 0} }`
    case 'quantity':
      return plainQuantity(value)
    case 'time':
      return methodText(type, value)
  }
  return '<nil>'
}

function plainQuantity(value: Json): string {
  if (value === null) return '{{0 0} {<nil>}  }'
  const { unscaled, scale, written, format } = parseQuantity(quantityText(value))
  return `{{${unscaled} ${scale}} {<nil>} ${written ?? ''} ${format}}`
}

/** What String gives for a quantity, a time or a port. */
function methodText(type: ScalarType, value: Json): string {
  if (type.base === 'quantity') return formatQuantity(parseQuantity(quantityText(value)))
  if (type.base !== 'time')
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '<nil>'
  const time = typeof value === 'string' ? parseTime(value) : zeroTime
  return formatTime(typeof time === 'string' ? zeroTime : time)
}

function itemsOf(value: Json, show: (item: Json) => string): string[] {
  return isList(value) ? value.map(show) : []
}

function entriesOf(value: Json, show: (key: string, item: Json) => string): string[] {
  if (!isObject(value)) return []
  return Object.keys(value)
    .sort(compareText)
    .map((key) => show(key, value[key] ?? null))
}
