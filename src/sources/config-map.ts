import type { JsonObject } from '../golang/json-value.ts'
import { objectAt, textAt } from '../cluster/objects.ts'
import { isRevisionName } from '../revisions/revisions.ts'

/** What is kept of a ConfigMap. */
export interface ConfigMap {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** Keys `config`, `values` and `mesh`, where they are there. */
  readonly data: Readonly<Partial<Record<Key, string>>>
  /** Those of the keys that are there as `binaryData`: what `kubectl create configmap` makes of what is no UTF-8. */
  readonly binary: readonly Key[]
}

type Key = (typeof keys)[number]
const keys = ['config', 'values', 'mesh'] as const

/** Reads an object of the API server. */
export function readConfigMap(object: JsonObject): ConfigMap {
  const { metadata } = object
  const data = objectAt(object, 'data')
  const binaryData = objectAt(object, 'binaryData')
  const texts = keys.flatMap((key) => {
    const value = data[key]
    return typeof value === 'string' ? [[key, value] as const] : []
  })
  return {
    name: textAt(metadata, 'name') ?? '',
    uid: textAt(metadata, 'uid') ?? '',
    resourceVersion: textAt(metadata, 'resourceVersion') ?? '',
    data: Object.fromEntries(texts),
    binary: keys.filter((key) => textAt(binaryData, key) !== undefined),
  }
}

/** Istio's names: those of the default revision; the others' go on with a dash and the revision. */
export const injectorName = 'istio-sidecar-injector'
export const meshName = 'istio'

/** Which ConfigMaps are settings. */
export type Wanted =
  | { readonly kind: 'all' }
  /** One revision, from ConfigMaps of these names. */
  | { readonly kind: 'one'; readonly revision: string; readonly injector: string; readonly mesh: string }

/** A revision's ConfigMaps; undefined for one that is not there. */
export interface Pair {
  readonly injectorName: string
  readonly meshName: string
  readonly injector: ConfigMap | undefined
  readonly mesh: ConfigMap | undefined
}

/** May a ConfigMap of that name be half of a pair? The others of the namespace are not kept. */
export function isOfPair(name: string, wanted: Wanted): boolean {
  if (wanted.kind === 'one') return name === wanted.injector || name === wanted.mesh
  return name === meshName || name.startsWith(`${meshName}-`)
}

/** The pairs that are there, by revision; of `one` always that one. A mesh config alone makes no revision. */
export function pairsOf(configMaps: Iterable<ConfigMap>, wanted: Wanted): ReadonlyMap<string, Pair> {
  const byName = new Map([...configMaps].map((configMap) => [configMap.name, configMap]))
  if (wanted.kind === 'one') return new Map([[wanted.revision, pair(byName, wanted.injector, wanted.mesh)]])
  const revisions = [...byName.keys()].flatMap((name) => revisionOf(name) ?? []).sort()
  return new Map(revisions.map((revision) => [revision, pair(byName, ...namesOf(revision))]))
}

/** The names of a revision's ConfigMaps. */
export function namesOf(revision: string): readonly [injector: string, mesh: string] {
  return revision === 'default'
    ? [injectorName, meshName]
    : [`${injectorName}-${revision}`, `${meshName}-${revision}`]
}

/** The revision that an injector's ConfigMap is of, by Istio's names; undefined for another ConfigMap. */
export function revisionOf(name: string): string | undefined {
  if (name === injectorName) return 'default'
  const suffix = name.startsWith(`${injectorName}-`) ? name.slice(injectorName.length + 1) : ''
  return isRevisionName(suffix) ? suffix : undefined
}

function pair(byName: ReadonlyMap<string, ConfigMap>, injector: string, mesh: string): Pair {
  return {
    injectorName: injector,
    meshName: mesh,
    injector: byName.get(injector),
    mesh: byName.get(mesh),
  }
}
