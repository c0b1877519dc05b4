import { YamlNumber } from './resolve.ts'

/** A value of JSON. Maps are plain objects; a key `__proto__` is an own property like any other. */
export type Json = null | boolean | number | string | Json[] | JsonMap

export interface JsonMap {
  [key: string]: Json
}

/** A value of JSON whose numbers may still be as they were written. */
export type Node = null | boolean | number | string | YamlNumber | Node[] | NodeMap

export interface NodeMap {
  [key: string]: Node
}

export function isMap(node: Node): node is NodeMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof YamlNumber)
}

/** Sets a member, whatever its name is: a key `__proto__` becomes an own property like any other. */
export function setMember<T>(map: { [key: string]: T }, key: string, value: T): void {
  if (key !== '__proto__') map[key] = value
  else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
}

/** A copy that shares nothing that can be changed. The caller has bounded its depth. */
export function clone(node: Node): Node {
  if (Array.isArray(node)) return node.map(clone)
  if (!isMap(node)) return node
  const copy: NodeMap = {}
  for (const key of Object.keys(node)) setMember(copy, key, clone(node[key] ?? null))
  return copy
}
