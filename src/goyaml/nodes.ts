import { setMember } from '../golang/json-value.ts'
import { YamlNumber } from './resolve.ts'

/** A value of JSON whose numbers may still be as they were written. */
export type Node = null | boolean | number | string | YamlNumber | Node[] | NodeMap

export interface NodeMap {
  [key: string]: Node
}

export function isMap(node: Node): node is NodeMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof YamlNumber)
}

/** A copy that shares nothing that can be changed. The caller has bounded its depth. */
export function clone(node: Node): Node {
  if (Array.isArray(node)) return node.map(clone)
  if (!isMap(node)) return node
  const copy: NodeMap = {}
  for (const key of Object.keys(node)) setMember(copy, key, clone(node[key] ?? null))
  return copy
}
