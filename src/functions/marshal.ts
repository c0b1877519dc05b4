import { compareText } from '../golang/bytes.ts'
import { formatFloat } from '../golang/float.ts'
import { marshalJson, marshalText } from '../golang/json.ts'
import {
  goKind,
  type GoSlice,
  type GoValue,
  integerOf,
  isGoValue,
  isList,
  type Value,
} from '../gotemplate/index.ts'
import { isJsonView } from '../schema/index.ts'

/** How deep a value may be nested; templates build values, and a stack must not overflow. */
const maxDepth = 1000

/**
 * A template's value as encoding/json's Marshal writes it: maps sorted by key, structs in the order of their
 * fields, `<>&` escaped. Throws Error for what JSON cannot say.
 */
export function goJson(value: Value, depth = 0): string {
  if (depth > maxDepth) throw new Error(`json: value is nested deeper than ${maxDepth}`)
  if (value === undefined || value === null) return 'null'
  if (typeof value !== 'object') return marshalJson(value)
  if (isList(value)) return `[${value.map((item) => goJson(item, depth + 1)).join(',')}]`
  if (isGoValue(value)) return typedJson(value, depth)
  const keys = Object.keys(value).sort(compareText)
  return `{${keys.map((key) => `${marshalText(key)}:${goJson(value[key], depth + 1)}`).join(',')}}`
}

function typedJson(value: GoValue, depth: number): string {
  if (isJsonView(value)) return value.marshalJson()
  switch (value[goKind]) {
    case 'nil':
      return 'null'
    case 'slice':
    case 'array':
      if (value.isNil) return 'null'
      if (value[goKind] === 'slice' && value.elemType === 'uint8') return marshalBytes(value)
      return `[${Array.from({ length: value.length }, (_, index) => goJson(value.at(index), depth + 1)).join(',')}]`
    case 'map': {
      if (value.isNil) return 'null'
      const entries = value.keys().map((key): [string, Value] => [keyText(key), value.get(key)])
      // JSON's order is that of the texts: 10 before 9.
      if (value.keyType !== 'string') entries.sort(([left], [right]) => compareText(left, right))
      const members = entries.map(([key, entry]) => `${marshalText(key)}:${goJson(entry, depth + 1)}`)
      return `{${members.join(',')}}`
    }
    case 'struct': {
      const members = value
        .fieldNames()
        .map((name) => `${marshalText(name)}:${goJson(value.field(name), depth + 1)}`)
      return `{${members.join(',')}}`
    }
    case 'func':
    case 'complex64':
    case 'complex128':
      throw new Error(`json: unsupported type: ${value.goType}`)
    default:
      return value[goKind] === 'float32' ? marshalFloat32(Number(value.scalar)) : marshalJson(value.scalar)
  }
}

/** Bytes are a text in base64. */
function marshalBytes(bytes: GoSlice): string {
  const numbers = Array.from({ length: bytes.length }, (_, index) => Number(integerOf(bytes.at(index)) ?? 0n))
  return marshalText(Buffer.from(numbers).toString('base64'))
}

/** A float32 with no more digits than it has; JavaScript's notation, like JSON's in Go, has no exponent up to 1e21. */
function marshalFloat32(float: number): string {
  return marshalJson(Number.isFinite(float) ? Number(formatFloat(float, 'g', -1, 32)) : float)
}

/** Map keys are strings, or numbers and booleans as their text. */
function keyText(key: Value): string {
  if (typeof key !== 'object' || key === null) return String(key)
  return isGoValue(key) && 'scalar' in key ? String(key.scalar) : ''
}
