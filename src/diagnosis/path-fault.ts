import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { chainFaults } from './certificates.ts'
import { readCallFault, readFault, type CallFault, type FaultKind } from './call-fault.ts'
import { serverName, type Configuration, type PodWebhook } from './injectors.ts'
import { valueOf, type EndpointProbe, type Observations } from './observations.ts'
import type { Endpoint } from './workload.ts'

/** The fault, and who told of it. */
export interface PathFault extends CallFault {
  /** By the answer to the canary, by a recent Event, or by the proxy of the API server. */
  readonly source: 'canary' | 'event' | 'probe'
}

/** What has to be known to tell whether a fault holds. */
export interface PathContext {
  readonly seen: Observations
  readonly target: Configuration | undefined
  readonly webhook: PodWebhook | undefined
  readonly endpoints: readonly Endpoint[] | undefined
  readonly serviceObject: JsonObject | null | undefined
  readonly seenBy: readonly string[]
}

/** A call that needs nobody but the API server takes some milliseconds; from another continent some tenths of a second. */
const plainLimitMs = 2000

/** Whether the API server is late with whatever it is asked. */
export function isSlow({ plainMs = 0 }: Observations): boolean {
  return plainMs > plainLimitMs
}

/**
 * Why the call of the webhook does not come about. What the canary was told comes first; the proxy of the API server speaks where that says
 * nothing of this webhook; Events only where no canary could be sent.
 */
export function faultOf(context: PathContext): PathFault | undefined {
  const { seen, webhook, seenBy } = context
  const fault = told(context) ?? (seenBy.length === 0 ? probeFault(seen.endpoints) : undefined)
  if (fault === undefined || webhook === undefined) return undefined
  const isLate = fault.kind === 'timeout' && fault.source !== 'event' && isSlow(seen)
  return isLate ? undefined : fault
}

function told(context: PathContext): PathFault | undefined {
  const { seen, webhook } = context
  const { canary } = seen
  if (canary.kind === 'admitted') return undefined
  if (canary.kind === 'not-sent') return eventFault(context)
  // Not even the API server has answered in time: webhooks may wait for up to 30 s.
  const fault = canary.status === undefined ? silence(canary.message, webhook) : readCallFault(canary.message)
  return fault && isAbout(fault, webhook) ? { ...fault, source: 'canary' } : undefined
}

function silence(message: string, webhook: PodWebhook | undefined): CallFault {
  return { ...readFault(message), kind: 'timeout', webhook: webhook?.name ?? '' }
}

/** Names of webhooks are the same for ours and Istio's, so that the Service counts where it is named. */
export function isAbout(fault: CallFault, webhook: PodWebhook | undefined): boolean {
  if (webhook === undefined) return false
  const { service, name } = webhook
  if (fault.host === '' || service === undefined) return fault.webhook === name
  return fault.host.replace(/:\d+$/, '') === serverName(service)
}

/** Events of longer ago tell of another state. */
const eventsMs = 15 * 60_000

/** API servers learn of a changed configuration within about a second. */
const learningMs = 5000

/** Time-outs come and go, so that pods which answer now prove nothing against one of just now. */
const freshMs = 2 * 60_000

function eventFault(context: PathContext): PathFault | undefined {
  const { seen, webhook, target } = context
  const now = Date.parse(seen.at)
  const changed = lastChange(target) + learningMs
  const recent = (valueOf(seen.events) ?? [])
    .map((event) => ({ message: textAt(event, 'message') ?? '', at: eventTime(event) }))
    .filter(({ at }) => now - at < eventsMs && at >= changed)
    .toSorted((a, b) => b.at - a.at)
  for (const { message, at } of recent) {
    const fault = readCallFault(message)
    if (fault === undefined || !isAbout(fault, webhook)) continue
    return isMended(fault.kind, context, now - at) ? undefined : { ...fault, source: 'event' }
  }
  return undefined
}

/** What an Event tells of calls by an older configuration is over. */
function lastChange(target: Configuration | undefined): number {
  const metadata = target?.object['metadata']
  const times = [metadata, ...listAt(metadata, 'managedFields')].map((each) =>
    Date.parse(textAt(each, 'time') ?? textAt(each, 'creationTimestamp') ?? ''),
  )
  return Math.max(0, ...times.filter((time) => !Number.isNaN(time)))
}

const certificateKinds: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'unknown-authority',
  'expired',
  'not-yet-valid',
  'dates',
  'wrong-name',
])
const connectionKinds: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'refused',
  'no-route',
  'address-not-allowed',
  'not-tls',
  'tunnel',
])
const passingKinds: ReadonlySet<FaultKind> = new Set<FaultKind>(['timeout', 'lost', 'broken'])

/** Whether what can be seen now speaks against what an Event has told. */
function isMended(kind: FaultKind, context: PathContext, ageMs: number): boolean {
  const { seen, endpoints, serviceObject, webhook } = context
  if (kind === 'no-endpoints') return endpoints?.some(({ ready }) => ready) === true
  if (kind === 'service-not-found') return isObject(serviceObject ?? undefined)
  if (kind === 'service-port' || kind === 'service-type') {
    const ports = listAt(objectAt(serviceObject ?? undefined, 'spec'), 'ports')
    return ports.some((port) => isObject(port) && port['port'] === webhook?.service?.port)
  }
  const ready = seen.endpoints.filter((probe) => probe.ready)
  if (ready.length === 0) return false
  if (certificateKinds.has(kind)) return ready.every((probe) => servesWell(probe, context))
  const isReached = ready.every(({ byApiServer }) => valueOf(byApiServer)?.reached === true)
  return isReached && (connectionKinds.has(kind) || (passingKinds.has(kind) && ageMs > freshMs))
}

function servesWell(probe: EndpointProbe, { webhook, seen }: PathContext): boolean {
  const chain = chainOf(probe)
  if (chain === undefined || webhook?.service === undefined || webhook.anchors.length === 0) return false
  const name = serverName(webhook.service)
  return chainFaults(chain, { anchors: webhook.anchors, name, at: Date.parse(seen.at) }).length === 0
}

/** The chain that a pod serves, PEM, as we have seen it ourselves, or as it says. */
export function chainOf({ direct, self }: EndpointProbe): string | undefined {
  return valueOf(direct)?.chain ?? textAt(valueOf(self), 'certificate')
}

/** When an Event was seen last, of core/v1 or events.k8s.io. */
export function eventTime(event: JsonObject): number {
  const series = objectAt(event, 'series')
  const text =
    textAt(series, 'lastObservedTime') ??
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(event['metadata'], 'creationTimestamp')
  return text === undefined ? 0 : Date.parse(text)
}

/** Whether an Event is of late; others tell of another state. */
export function isRecent(event: JsonObject, now: number): boolean {
  return now - eventTime(event) < eventsMs
}

/** Only if no pod can be reached: what stands before one of several is another cause. */
function probeFault(endpoints: readonly EndpointProbe[]): PathFault | undefined {
  const faults = endpoints
    .filter(({ ready }) => ready)
    .map(({ byApiServer }) => {
      const reached = valueOf(byApiServer)
      return reached === undefined || reached.reached ? undefined : readFault(reached.error)
    })
  const [first] = faults
  return first === undefined || faults.includes(undefined) ? undefined : { ...first, source: 'probe' }
}
