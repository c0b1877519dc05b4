import { NumError, parseBool } from '../golang/parse.ts'
import type { StringMap } from './json.ts'

/** The boolean of an annotation; what is none does not count. */
export function boolAt(annotations: StringMap, key: string): boolean | undefined {
  if (!Object.hasOwn(annotations, key)) return undefined
  try {
    return parseBool(annotations[key] ?? '')
  } catch (error) {
    if (error instanceof NumError) return undefined
    throw error
  }
}
