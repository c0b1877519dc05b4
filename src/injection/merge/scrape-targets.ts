import { marshalText } from '../../golang/json.ts'
import { atoi, NumError } from '../../golang/parse.ts'
import { InjectionError } from '../errors.ts'
import type { StringMap } from '../json.ts'

/** A place where pilot-agent finds metrics of the application, as the pod names it. */
export interface ScrapeTarget {
  readonly port: string
  readonly path: string
}

/** The annotation for several of them: `8080:/metrics, 9100:/stats, 9200` (from 1.31). */
const targetsKey = 'prometheus.istio.io/scrape-targets'

/**
 * The targets that a pod names in that annotation, none for a pod without it. Ports that are the sidecar's own are
 * refused, there and in `port`, which prometheus.io/port says: pilot-agent would scrape itself, or what is no metrics.
 * Throws InjectionError `annotation-invalid`.
 */
export function scrapeTargets(
  annotations: StringMap,
  port: string,
  statusPort: number,
): readonly ScrapeTarget[] {
  const text = Object.hasOwn(annotations, targetsKey) ? (annotations[targetsKey] ?? '') : ''
  const entries = text.split(',').map((entry) => entry.trim())
  const targets = entries.filter((entry) => entry !== '').map(parseTarget)
  for (const target of targets)
    check('invalid prometheus scrape targets: target port', target.port, statusPort)
  if (targets.length === 0 && port !== '') {
    check('invalid prometheus scrape configuration: port', port, statusPort)
  }
  return targets
}

function parseTarget(entry: string): ScrapeTarget {
  const colon = entry.indexOf(':')
  const port = (colon < 0 ? entry : entry.slice(0, colon)).trim()
  const path = colon < 0 ? '' : entry.slice(colon + 1).trim()
  if (port === '')
    throw refused(`invalid prometheus scrape targets: empty port in scrape target ${quoted(entry)}`)
  return { port, path: path === '' ? '/metrics' : path }
}

/** `[{"port":"8080","path":"/metrics"}]`. */
export function targetsText(targets: readonly ScrapeTarget[]): string {
  const items = targets.map(({ port, path }) => `{"port":${marshalText(port)},"path":${marshalText(path)}}`)
  return `[${items.join(',')}]`
}

function check(subject: string, port: string, statusPort: number): void {
  const fault = portFault(port, statusPort)
  if (fault !== undefined) throw refused(`${subject} ${fault}`)
}

/** The ports of Istio's data plane, and what they are for (1.31). */
const reservedPorts: ReadonlyMap<number, string> = new Map([
  [15000, 'Envoy admin'],
  [15001, 'outbound traffic capture'],
  [15004, 'pilot debug'],
  [15006, 'inbound traffic capture'],
  [15008, 'HBONE tunnel'],
  [15020, 'pilot-agent status / merged Prometheus'],
  [15021, 'Envoy health'],
  [15053, 'DNS proxy'],
  [15090, 'Envoy Prometheus (already merged)'],
])

function portFault(text: string, statusPort: number): string | undefined {
  const port = numberOf(text)
  if (port === undefined || port < 1 || port > 65535) return `${quoted(text)} is not a valid port number`
  if (port === statusPort) return `${text} conflicts with agent port`
  const reason = reservedPorts.get(port)
  return reason === undefined ? undefined : `${text} is reserved for Istio (${reason}) and cannot be scraped`
}

/** Go's strconv.Atoi; undefined for what is no number. */
function numberOf(text: string): number | undefined {
  try {
    return Number(atoi(text))
  } catch (error) {
    if (error instanceof NumError) return undefined
    throw error
  }
}

function refused(message: string): InjectionError {
  return new InjectionError('annotation-invalid', `failed to process pod: ${message}`)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
