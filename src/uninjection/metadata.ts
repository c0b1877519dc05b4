import { stringAt, type JsonObject } from '../injection/json.ts'
import { keyPlace, type Note } from './change.ts'
import type { Evidence } from './evidence.ts'
import type { Knowledge } from './knowledge.ts'

/** What the rules for annotations and labels look at. */
export interface MetadataContext {
  readonly evidence: Evidence
  readonly knowledge: Knowledge
  /** The names of the user's own containers, other than istio-proxy. */
  readonly applications: readonly string[]
  /** What the workload may be called; "" where it has no name. */
  readonly names: readonly string[]
  /** The annotation proxy.istio.io/overrides is the injector's. */
  readonly hasOverrides: boolean
}

/** What keys had before the injection that wrote them: a value, or undefined for nothing. */
export type Originals = ReadonlyMap<string, string | undefined>

/** A map's own value under a key that its user chose; undefined where there is none. */
export function ownValue(map: JsonObject, key: string): string | undefined {
  return Object.hasOwn(map, key) ? stringAt(map, key) : undefined
}

/** The annotations or labels with what they were before. */
export function withOriginals(
  name: 'annotations' | 'labels',
  map: JsonObject,
  originals: Originals,
  note: Note,
): JsonObject {
  const changes = [...originals].filter(([key, value]) => ownValue(map, key) !== value)
  if (changes.length === 0) return map
  for (const [key, value] of changes) {
    note({ action: value === undefined ? 'removed' : 'restored', place: keyPlace(name, key) })
  }
  const changed = new Set(changes.map(([key]) => key))
  const kept = Object.entries(map).filter(([key]) => !changed.has(key))
  return Object.fromEntries([...kept, ...changes.filter(([, value]) => value !== undefined)])
}
