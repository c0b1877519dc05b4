import { compareText } from '../golang/bytes.ts'
import { marshalJson, marshalText } from '../golang/json.ts'
import { goKind, isGoValue, isList, type GoValue, type Value } from '../gotemplate/index.ts'
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
      return `[${Array.from({ length: value.length }, (_, index) => goJson(value.at(index), depth + 1)).join(',')}]`
    case 'map': {
      if (value.isNil) return 'null'
      const members = value
        .keys()
        .map((key) => `${marshalText(keyText(key))}:${goJson(value.get(key), depth + 1)}`)
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
      return marshalJson(value.scalar)
  }
}

/** Map keys are strings, or numbers and booleans as their text. */
function keyText(key: Value): string {
  if (typeof key !== 'object' || key === null) return String(key)
  return isGoValue(key) && 'scalar' in key ? String(key.scalar) : ''
}
