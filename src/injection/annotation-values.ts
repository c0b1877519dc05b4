import { NumError, parseBool, parseUint } from '../golang/parse.ts'
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

const statusPortKey = 'status.sidecar.istio.io/port'

/** The port of pilot-agent that a pod's annotation names; it was validated before. */
export function annotatedStatusPort(annotations: StringMap): number | undefined {
  if (!Object.hasOwn(annotations, statusPortKey)) return undefined
  return Number(parseUint((annotations[statusPortKey] ?? '').trim(), 10, 16))
}
