import type { JsonObject } from '../injection/json.ts'
import { prometheusKeys, prometheusVariable } from '../injection/merge/prometheus.ts'
import { holds } from '../istio/history.ts'
import { variable, type Evidence } from './evidence.ts'
import { ownValue, type Originals } from './metadata.ts'
import { parseObject } from './sidecar.ts'

const none: Originals = new Map()

/**
 * What Prometheus' annotations were before they were sent to pilot-agent (from 1.6), as the sidecar knows them. Where it
 * was told nothing there were none.
 */
export function prometheusOriginals(annotations: JsonObject, evidence: Evidence): Originals {
  const told = variable(evidence, prometheusVariable)
  if (told === undefined && !holds('1.6', evidence.release)) return none
  const isMerged =
    ownValue(annotations, prometheusKeys.scrape) === 'true' &&
    ownValue(annotations, prometheusKeys.path) === '/stats/prometheus' &&
    ownValue(annotations, prometheusKeys.port) !== undefined
  if (!isMerged) return none
  const { annotations: recorded } = evidence
  if (recorded !== undefined) {
    return new Map(Object.values(prometheusKeys).map((key) => [key, ownValue(recorded, key)]))
  }
  const scraped = parseObject(told) ?? {}
  return new Map(
    Object.entries(prometheusKeys).map(([part, key]) => [key, ownValue(scraped, part) || undefined]),
  )
}
