import { QuantityError, valueCeil } from '../kubernetes/quantity.ts'
import type { JsonObject, StringMap } from './json.ts'
import { valueAt, type InjectorValues } from './values.ts'

/** How many threads a proxy runs that is not told otherwise. */
const defaultConcurrency = 2n

/**
 * `.EstimatedConcurrency` of 1.11 to 1.17 (spec B.11.4): the ProxyConfig's number if there is one, and for 0 as many
 * as the proxy has CPUs by its limit, or else its request.
 */
export function estimatedConcurrency(
  config: JsonObject,
  annotations: StringMap,
  values: InjectorValues,
): bigint {
  const concurrency = config['concurrency']
  if (typeof concurrency !== 'number') return defaultConcurrency
  if (concurrency > 0) return BigInt(concurrency)
  const cpu =
    own(annotations, 'sidecar.istio.io/proxyCPULimit') ??
    own(annotations, 'sidecar.istio.io/proxyCPU') ??
    valueAt(values, 'global.proxy.resources.limits.cpu') ??
    valueAt(values, 'global.proxy.resources.requests.cpu')
  return typeof cpu === 'string' || typeof cpu === 'number' ? cores(String(cpu)) : 0n
}

function own(annotations: StringMap, key: string): string | undefined {
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined
}

function cores(cpu: string): bigint {
  try {
    return valueCeil(cpu)
  } catch (error) {
    if (error instanceof QuantityError) return defaultConcurrency
    throw error
  }
}
