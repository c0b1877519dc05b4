import { isObject, type Json } from '../injection/json.ts'

/** A pod with metadata and spec, to which patches add: those of the API server always have them, and what people write may not. */
export function wholePod(pod: Json | undefined): Json | undefined {
  if (!isObject(pod)) return pod
  const { metadata, spec } = pod
  return {
    ...pod,
    ...((metadata ?? null) === null ? { metadata: {} } : {}),
    ...((spec ?? null) === null ? { spec: {} } : {}),
  }
}
