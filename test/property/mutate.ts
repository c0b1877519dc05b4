import type { Json } from '../../src/injection/json.ts'

/** A seeded source of whole numbers below `limit` (mulberry32), so that a run can be had again. */
export type Random = (limit: number) => number

export function seeded(seed: number): Random {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random(from.length)]
  if (picked === undefined) throw new RangeError('nothing to pick from')
  return picked
}

/** True for so many of a hundred. */
export function chance(random: Random, percent: number): boolean {
  return random(100) < percent
}

/** Values that are wrong, or only just right, in most places. */
const oddValues: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.1,
  '',
  ' ',
  'true',
  '[[ .Spec ]]',
  '{{ . }}',
  'a: {b: [',
  '\u0000\u2028"\\',
  '😀'.repeat(100),
  'x'.repeat(10_000),
  [],
  {},
  [[[[[[[[]]]]]]]],
  [null],
  { '': null },
  JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{}},"toString":1}'),
]

/** Keys that mean something to JavaScript, to Kubernetes or to Istio. */
const oddKeys = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'name',
  'metadata',
  'spec',
  'containers',
  'sidecar.istio.io/status',
]

/** The same value with one place changed: replaced, removed, doubled or given an odd key. */
export function mutateValue(random: Random, value: Json): Json {
  if (typeof value !== 'object' || value === null || random(6) === 0) return pick(random, oddValues)
  if (Array.isArray(value)) return mutateList(random, value)
  const entries = Object.entries(value)
  const index = random(entries.length + 1)
  const [key, member] = entries[index] ?? [pick(random, oddKeys), pick(random, oddValues)]
  const change = random(8)
  const changed: [string, Json][] =
    change === 0 ? [] : [[change === 1 ? pick(random, oddKeys) : key, mutateValue(random, member ?? null)]]
  // fromEntries makes own properties, `__proto__` included.
  return Object.fromEntries([...entries.slice(0, index), ...changed, ...entries.slice(index + 1)])
}

function mutateList(random: Random, list: readonly Json[]): Json {
  if (list.length === 0) return [pick(random, oddValues)]
  const index = random(list.length)
  const item = list[index] ?? null
  const change = random(8)
  if (change === 0) return list.toSpliced(index, 1)
  if (change === 1) return list.toSpliced(index, 0, item)
  return list.with(index, mutateValue(random, item))
}

/** The same bytes with some of them cut, doubled, changed or exchanged. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const from = random(bytes.length)
  const to = Math.min(bytes.length, from + 1 + random(20))
  const before = bytes.subarray(0, from)
  const part = bytes.subarray(from, to)
  const after = bytes.subarray(to)
  const parts = [
    [before],
    [before, after],
    [before, part, part, after],
    [before, Buffer.from([random(256)]), after],
    [before, Buffer.from(pick(random, ['"', '{', '}', '[', ']', ',', ':', '\\', '\ufeff', '\ud800'])), after],
    [after, before],
  ]
  return Buffer.concat(pick(random, parts))
}
