import { setMember } from '../golang/json-value.ts'
import { isMap } from './nodes.ts'
import type { Node, NodeMap } from './nodes.ts'
import type { Token } from './tokens.ts'

/** `<<` as a key, whose value is put into the map itself; in quotes it is a key like any other. */
export function isMergeKey(token: Token, tag: string): boolean {
  if (token.type !== 'scalar' || token.value !== '<<') return false
  return tag === '' ? token.style === 'plain' : tag === '!' || tag === 'tag:yaml.org,2002:merge'
}

/**
 * Puts the members of `<<` into the map: they replace those before, and of several sources the first wins. False if
 * one of the sources is no map.
 */
export function merge(map: NodeMap, sources: readonly Node[]): boolean {
  for (const source of sources.toReversed()) {
    if (!isMap(source)) return false
    for (const key of Object.keys(source)) setMember(map, key, source[key] ?? null)
  }
  return true
}
