import { isObject, type Json } from '../injection/json.ts'

/** Whether lists and maps are nested more than `most` levels deep. It calls itself for none of them. */
export function isDeeper(json: Json, most: number): boolean {
  const waiting: (readonly [value: Json, depth: number])[] = [[json, 0]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next
    if (depth > most) return true
    const items = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []
    for (const item of items) waiting.push([item ?? null, depth + 1])
  }
  return false
}
