import { isList, isObject, type Json } from '../../src/golang/json-value.ts'
import { podType } from '../../src/schema/index.ts'
import type { Field, StructType, Type } from '../../src/schema/types.ts'

/** An object and a strategic merge patch for it. */
export interface Merge {
  readonly original: Json
  readonly patch: Json
}

/** Pods and patches drawn at random, the same ones for the same seed. Names are few, so that items meet. */
export function randomMerges(seed: number, count: number): Merge[] {
  const random = generator(seed)
  return Array.from({ length: count }, () => {
    const size = 1 + Math.floor(random() * 5)
    return {
      original: randomStruct({ random, size, patch: false }, podType, 0),
      patch: randomStruct({ random, size, patch: true }, podType, 0),
    }
  })
}

/** The seed of the merges that Go has answered. */
export const seed = 1

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Draft = Record<string, Json>

interface Draw {
  readonly random: () => number
  readonly size: number
  /** Nulls and directives may come. */
  readonly patch: boolean
}

/** The fields that injection is about come often, the others now and then. */
const common: ReadonlySet<string> = new Set(
  `metadata spec labels annotations finalizers ownerReferences containers initContainers volumes imagePullSecrets env
  ports volumeMounts args resources limits requests securityContext capabilities livenessProbe httpGet emptyDir
  tolerations hostAliases nodeSelector dnsConfig`.split(/\s+/),
)

function randomStruct(draw: Draw, type: StructType, depth: number): Draft {
  const out: Draft = {}
  for (const field of type.fields) {
    if (chance(draw, common.has(field.jsonName) ? 0.6 : depth < 2 ? 0.03 : 0.12))
      setField(draw, out, field, depth)
  }
  if (!draw.patch) return out
  if (chance(draw, 0.01)) out['$patch'] = pick(draw, ['replace', 'delete', 'delete', 'other'])
  if (chance(draw, 0.01))
    out['$retainKeys'] = [...Object.keys(out), ...type.fields.slice(0, 3).map((f) => f.jsonName)]
  return out
}

function setField(draw: Draw, out: Draft, field: Field, depth: number): void {
  const name = field.jsonName
  if (draw.patch && chance(draw, 0.06)) {
    out[name] = null
    return
  }
  out[name] = fieldValue(draw, field, depth)
  if (!draw.patch || field.patchStrategy !== 'merge') return
  if (field.patchMergeKey === undefined) deletions(draw, out, name)
  else if (chance(draw, 0.05)) elementOrder(draw, out, name, field.patchMergeKey)
}

function fieldValue(draw: Draw, field: Field, depth: number): Json {
  if (field.patchMergeKey !== undefined) return keyedList(draw, field, depth)
  const drawn = value(draw, field.type, depth)
  // Given a set with duplicates, the library writes into the array that it then takes the order from.
  return field.patchStrategy === 'merge' && isList(drawn) ? [...new Set(drawn)] : drawn
}

/**
 * Items with their key (now and then one lacks it). A key comes twice only where items are simple: of two patch items
 * with lists the second meets what the first one made, empty lists too, which we take for absent.
 */
function keyedList(draw: Draw, field: Field, depth: number): Json {
  const { type } = field
  if (type.kind !== 'slice' || type.element.kind !== 'struct') return value(draw, type, depth)
  const { element } = type
  const key = field.patchMergeKey ?? ''
  const keyType = element.byJsonName.get(key)?.type
  if (keyType === undefined) return []
  const simple = element.fields.every(({ type: { kind } }) => kind !== 'slice' && kind !== 'map')
  const items: Draft[] = []
  const seen = new Set<Json>()
  for (let n = length(draw); n > 0; n--) {
    const drawn = value(draw, keyType, depth)
    if (seen.has(drawn) && !(simple && chance(draw, 0.2))) continue
    seen.add(drawn)
    const item = { ...randomStruct(draw, element, depth + 1), [key]: drawn }
    if (draw.patch && chance(draw, 0.01)) delete item[key]
    if (draw.patch && chance(draw, 0.04)) item['$patch'] = pick(draw, ['delete', 'replace'])
    items.push(item)
  }
  return items
}

function elementOrder(draw: Draw, out: Draft, name: string, key: string): void {
  const list = out[name]
  if (!isList(list) || list.length === 0) return
  const items = list.filter(isObject)
  // With deletions beside it, the library takes the order from an array that it has overwritten in part.
  if (items.some((item) => Object.hasOwn(item, '$patch'))) return
  const keys = items.map((item) => ({ [key]: item[key] ?? null }))
  out[`$setElementOrder/${name}`] = [{ [key]: pick(draw, texts) }, ...keys, { [key]: pick(draw, texts) }]
  if (chance(draw, 0.3)) delete out[name]
}

function deletions(draw: Draw, out: Draft, name: string): void {
  if (!chance(draw, 0.3)) return
  delete out[name]
  out[`$deleteFromPrimitiveList/${name}`] = [pick(draw, texts)]
}

const texts: readonly [string, ...string[]] = ['a', 'b', 'c', 'd', 'e', 'istio-proxy']
const quantities: readonly [Json, ...Json[]] = ['100m', '1024Mi', '2', 1, 0.5, '1e3', '0']

function value(draw: Draw, type: Type, depth: number): Json {
  switch (type.kind) {
    case 'struct':
      return randomStruct(draw, type, depth + 1)
    case 'slice':
      return Array.from({ length: length(draw) }, () => value(draw, type.element, depth + 1))
    case 'map':
      return randomMap(draw, type.element, depth)
    case 'scalar':
      break
  }
  switch (type.base) {
    case 'string':
      return pick(draw, texts)
    case 'bool':
      return chance(draw, 0.5)
    case 'int32':
    case 'int64':
      return Math.floor(draw.random() * 5)
    case 'quantity':
      return pick(draw, quantities)
    case 'time':
      return pick(draw, ['2026-11-24T05:38:00Z', '2026-11-24T05:38:00.5+02:00'])
    case 'intOrString':
      return pick<Json>(draw, ['http', 80])
  }
  return {}
}

function randomMap(draw: Draw, element: Type, depth: number): Json {
  const map: Record<string, Json> = {}
  for (let n = length(draw); n > 0; n--) {
    map[pick(draw, texts)] = draw.patch && chance(draw, 0.15) ? null : value(draw, element, depth + 1)
  }
  if (draw.patch && chance(draw, 0.03)) map['$patch'] = pick(draw, ['delete', 'replace'])
  return map
}

function length(draw: Draw): number {
  return Math.floor(draw.random() * draw.size)
}

function chance(draw: Draw, probability: number): boolean {
  return draw.random() < probability
}

function pick<Item extends Json>(draw: Draw, [first, ...others]: readonly [Item, ...Item[]]): Item {
  return others[Math.floor(draw.random() * (others.length + 1)) - 1] ?? first
}
