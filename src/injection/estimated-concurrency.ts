import { QuantityError, valueCeil } from '../kubernetes/quantity.ts'
import type { Json, JsonObject, StringMap } from './json.ts'
import { valueAt, type InjectorValues } from './values.ts'

/** How many threads a proxy runs that is not told otherwise. */
const defaultConcurrency = 2n

/**
 * `.EstimatedConcurrency` of 1.11 to 1.17 (spec B.11.4): the ProxyConfig's number if there is one, and for 0 as many
 * as the proxy has CPUs by the pod's annotations, or else by the limit or the request of the values.
 */
export function estimatedConcurrency(
  config: JsonObject,
  annotations: StringMap,
  values: InjectorValues,
): bigint {
  const concurrency = config['concurrency']
  if (typeof concurrency !== 'number') return defaultConcurrency
  if (concurrency > 0) return BigInt(concurrency)
  const annotated =
    own(annotations, 'sidecar.istio.io/proxyCPULimit') ?? own(annotations, 'sidecar.istio.io/proxyCPU')
  if (annotated !== undefined) return cores(annotated) ?? defaultConcurrency
  return (
    cores(valueAt(values, 'global.proxy.resources.limits.cpu')) ??
    cores(valueAt(values, 'global.proxy.resources.requests.cpu')) ??
    defaultConcurrency
  )
}

function own(annotations: StringMap, key: string): string | undefined {
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined
}

/** Undefined for what is no quantity. */
function cores(cpu: Json | undefined): bigint | undefined {
  if (typeof cpu !== 'string' && typeof cpu !== 'number') return undefined
  try {
    return valueCeil(String(cpu))
  } catch (error) {
    if (error instanceof QuantityError) return undefined
    throw error
  }
}
