import { compareText } from '../../golang/bytes.ts'
import { marshalText } from '../../golang/json.ts'
import { isObject, stringAt, type Json } from '../json.ts'
import { pointerSegment, type PatchText } from '../patch-text.ts'

/**
 * Sets entries of a map of strings in the order of their keys; the first creates the map where the pod has none.
 * `operation` says how to write over an old value ("" where there was none).
 */
export function patchMap(
  patch: PatchText,
  path: string,
  existing: Json | undefined,
  added: ReadonlyMap<string, string>,
  operation: (old: string) => 'add' | 'replace',
): void {
  const old = isObject(existing) ? existing : undefined
  let isMissing = old === undefined
  for (const [key, value] of [...added].sort(([a], [b]) => compareText(a, b))) {
    if (isMissing) {
      patch.add(path, `{${marshalText(key)}:${marshalText(value)}}`)
      isMissing = false
      continue
    }
    const before = old !== undefined && Object.hasOwn(old, key) ? stringAt(old, key) : ''
    patch[operation(before)](`${path}/${pointerSegment(key)}`, marshalText(value))
  }
}
