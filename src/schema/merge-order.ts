import type { Json } from '../golang/json-value.ts'

/** The first position of each key in a list. */
export type Positions = ReadonlyMap<Json, number>

/**
 * Joins the items that only the server has with those of the patch, each list in its own order: a server's item goes
 * first only if both it and the next patch item stood in the original and it stood before. So new patch items come
 * before what remains of the original: `[a p b]` with the patch `[n p]` gives `[n a p b]`.
 */
export function interleave(
  server: readonly Json[],
  patched: readonly Json[],
  keyOf: (item: Json) => Json,
  original: Positions,
): readonly Json[] {
  const joined: Json[] = []
  const placeOf = (item: Json): number | undefined => original.get(keyOf(item))
  let next = 0
  for (const item of patched) {
    const place = placeOf(item) ?? -1
    for (; next < server.length; next++) {
      const waiting = server[next] ?? null
      if ((placeOf(waiting) ?? place) >= place) break
      joined.push(waiting)
    }
    joined.push(item)
  }
  return [...joined, ...server.slice(next)]
}

/** The items in the order of their keys' positions, items of one key side by side; what has no position goes last. */
export function sortedBy(
  items: readonly Json[],
  keyOf: (item: Json) => Json,
  positions: Positions,
): readonly Json[] {
  const placed = items.map((item) => ({ item, place: positions.get(keyOf(item)) ?? Infinity }))
  const sorted = placed.every(({ place }, i) => i === 0 || (placed[i - 1]?.place ?? 0) <= place)
  if (sorted) return items
  // Infinity minus Infinity is no number, so equal places are told apart first.
  return placed.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place)).map(({ item }) => item)
}

/** The first position of each key. */
export function positionsOf(items: readonly Json[], keyOf: (item: Json) => Json): Map<Json, number> {
  const positions = new Map<Json, number>()
  for (const [index, item] of items.entries()) {
    const key = keyOf(item)
    if (!positions.has(key)) positions.set(key, index)
  }
  return positions
}
