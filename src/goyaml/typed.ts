import { numberText } from './keys.ts'
import { setMember, type Json, type MutableJson } from '../golang/json-value.ts'
import { isMap } from './nodes.ts'
import type { Node } from './nodes.ts'
import { unsupportedNumber, YamlNumber } from './resolve.ts'

/** The Go type that a document is read into, as far as strings are concerned. */
export interface YamlTarget {
  readonly kind: 'string' | 'map' | 'slice' | 'struct' | 'other'
  /** The field of a struct that encoding/json would fill from this member (case counts only between equals). */
  field?(key: string): YamlTarget | undefined
  /** What the values of a map or the items of a slice are. */
  readonly element?: YamlTarget | undefined
}

/** Numbers and booleans where the target has a string become strings; other numbers become numbers. */
export function convert(node: Node, target: YamlTarget | undefined): Json {
  if (node instanceof YamlNumber) return convertNumber(node, target)
  if (typeof node === 'boolean') return target?.kind === 'string' ? String(node) : node
  if (Array.isArray(node)) {
    const element = target?.kind === 'slice' ? target.element : undefined
    return node.map((item) => convert(item, element))
  }
  if (!isMap(node)) return node
  const map: MutableJson = {}
  for (const key of Object.keys(node)) setMember(map, key, convert(node[key] ?? null, member(target, key)))
  return map
}

function member(target: YamlTarget | undefined, key: string): YamlTarget | undefined {
  if (target?.kind === 'struct') return target.field?.(key)
  return target?.kind === 'map' ? target.element : undefined
}

function convertNumber(number: YamlNumber, target: YamlTarget | undefined): Json {
  if (target?.kind === 'string') return numberText(number)
  if (!Number.isFinite(number.value)) throw unsupportedNumber(number)
  return number.value
}
