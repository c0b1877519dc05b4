import { formatFloat } from '../golang/float.ts'
import { YamlError } from './errors.ts'
import type { Node } from './nodes.ts'
import { YamlNumber } from './resolve.ts'

const maxInt64 = 2n ** 63n - 1n

/**
 * A map's key as the member name in JSON: `y:` is `true`, `1.0:` is `1`, `0x1f:` is `31`, `.inf:` is `.inf`.
 * An error where Go has none: null, an integer beyond int64, a collection.
 */
export function keyText(key: Node): string | YamlError {
  if (typeof key === 'string') return key
  if (typeof key === 'boolean') return String(key)
  if (key instanceof YamlNumber) return numberKey(key)
  if (key === null) return new YamlError('key', 'unsupported map key of type: %!s(<nil>), key: <nil>')
  const type = Array.isArray(key) ? '[]interface {}' : 'map[interface {}]interface {}'
  return new YamlError('key', `yaml: invalid map key: ${type}`)
}

function numberKey(key: YamlNumber): string | YamlError {
  if (key.digits === undefined) return floatKey(key.value)
  if (key.digits.length < 19 || BigInt(key.digits) <= maxInt64) return key.digits
  return new YamlError(
    'key',
    `unsupported map key of type: uint64, key: 0x${BigInt(key.digits).toString(16)}`,
  )
}

function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  const text = floatText(value)
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text
}

/** A number as the string that Go makes of it: all digits of an integer, a float with the precision of 32 bits. */
export function numberText(number: YamlNumber): string {
  return number.digits ?? floatText(number.value)
}

function floatText(value: number): string {
  return formatFloat(Math.fround(value), 'g', -1, 32)
}
