import { marshalText } from '../../golang/json.ts'
import { parseBool, NumError } from '../../golang/parse.ts'
import type { PrometheusTraits } from '../../istio/traits.ts'
import { boolAt } from '../annotation-values.ts'
import { objectAt, stringMapAt, type JsonObject, type StringMap } from '../json.ts'
import { scrapeTargets, targetsText, type ScrapeTarget } from './scrape-targets.ts'

/** The annotations by which Prometheus finds a pod's metrics. */
export const prometheusKeys = {
  scrape: 'prometheus.io/scrape',
  path: 'prometheus.io/path',
  port: 'prometheus.io/port',
} as const

type Part = keyof typeof prometheusKeys

/** The pod's own word on merging. */
const mergeKey = 'prometheus.istio.io/merge-metrics'

/** The variable that tells pilot-agent where the application's metrics are. */
export const prometheusVariable = 'ISTIO_PROMETHEUS_ANNOTATIONS'

export interface PrometheusMerge {
  /** The pod with Prometheus sent to pilot-agent. */
  readonly pod: JsonObject
  /** What its annotations said, for the sidecar; undefined if they said nothing. */
  readonly scraped: string | undefined
}

/**
 * Sends Prometheus to pilot-agent's port, where it finds the metrics of application and sidecar; undefined if not
 * wanted. Throws InjectionError `annotation-invalid` for ports that 1.31 refuses.
 */
export function mergePrometheus(
  pod: JsonObject,
  options: { readonly traits: PrometheusTraits; readonly isEnabled: boolean; readonly statusPort: number },
): PrometheusMerge | undefined {
  const { traits, isEnabled, statusPort } = options
  const metadata = objectAt(pod, 'metadata')
  const annotations = stringMapAt(metadata, 'annotations')
  const own = ownAnnotations(annotations, traits)
  if (traits.skipUnscraped && isFalse(own.values.scrape)) return undefined
  if (!(boolAt(annotations, mergeKey) ?? isEnabled)) return undefined
  if (traits.skipStatusPort && own.values.port === String(statusPort)) return undefined
  const targets = traits.targets ? scrapeTargets(annotations, own.values.port, statusPort) : []
  const kept = Object.entries(annotations).filter(([key]) => !own.keys.has(key))
  const set = [
    [prometheusKeys.port, String(statusPort)],
    [prometheusKeys.path, '/stats/prometheus'],
    [prometheusKeys.scrape, 'true'],
  ]
  return {
    pod: { ...pod, metadata: { ...metadata, annotations: Object.fromEntries([...kept, ...set]) } },
    scraped: scrapedText(own.values, targets),
  }
}

interface Own {
  readonly values: Readonly<Record<Part, string>>
  /** The keys that they stand under. */
  readonly keys: ReadonlySet<string>
}

const parts: readonly Part[] = ['scrape', 'path', 'port']

/** What the pod says; a key may be spelled with any characters that Prometheus turns into `_`. */
function ownAnnotations(annotations: StringMap, traits: PrometheusTraits): Own {
  const values = { scrape: '', path: '', port: '' }
  const keys = new Set<string>()
  for (const key of Object.keys(annotations)) {
    const part = parts.find((name) => matches(key, prometheusKeys[name], traits))
    if (part === undefined) continue
    keys.add(key)
    // Which of two spellings counts is random in Istio; the proper one does here.
    if (values[part] === '' || key === prometheusKeys[part]) values[part] = annotations[key] ?? ''
  }
  return { values, keys }
}

function matches(key: string, wanted: string, { keys }: PrometheusTraits): boolean {
  if (key === wanted) return true
  return keys === 'sanitised' && key.length === wanted.length && sanitised(key) === sanitised(wanted)
}

function sanitised(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/g, '_')
}

function isFalse(text: string): boolean {
  try {
    return text !== '' && !parseBool(text)
  } catch (error) {
    if (error instanceof NumError) return false // what is no boolean does not count
    throw error
  }
}

function scrapedText(
  { scrape, path, port }: Own['values'],
  targets: readonly ScrapeTarget[],
): string | undefined {
  if (scrape === '' && path === '' && port === '' && targets.length === 0) return undefined
  const suffix = targets.length === 0 ? '' : `,"targets":${targetsText(targets)}`
  return `{"scrape":${marshalText(scrape)},"path":${marshalText(path)},"port":${marshalText(port)}${suffix}}`
}
