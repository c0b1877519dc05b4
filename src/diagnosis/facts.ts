import { objectAt, listAt, textAt } from '../cluster/objects.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { changeOf } from './api-metrics.ts'
import { hasSidecar, receiptOf } from './canary.ts'
import type { Receipt } from '../admission/canary.ts'
import {
  readConfigurations,
  serviceKey,
  type Configuration,
  type PodWebhook,
  type ServicePort,
} from './injectors.ts'
import { faultOf, isSlow, type PathFault } from './path-fault.ts'
import { valueOf, type EndpointProbe, type Observations } from './observations.ts'
import { labelsOf, selects } from './selection.ts'
import { readNamespace, type NamespaceFacts } from '../selection/namespace.ts'
import {
  flagOf,
  readEndpoints,
  readNode,
  readPod,
  type Endpoint,
  type InjectorPod,
  type NodeFacts,
} from './workload.ts'

/** What the observations come to, read once for all causes. */
export interface Facts {
  readonly seen: Observations
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isEks: boolean
  readonly gitVersion: string
  readonly configurations: readonly Configuration[]
  /** The one that is looked into: ours, else Istio's. */
  readonly target: Configuration | undefined
  /** The entry of it that is called for the canary, or would be for any. */
  readonly webhook: PodWebhook | undefined
  readonly service: ServicePort | undefined
  /** null: there is none of that name; undefined: it could not be looked at, or none is named. */
  readonly serviceObject: JsonObject | null | undefined
  /** Undefined if they could not be looked at. */
  readonly endpoints: readonly Endpoint[] | undefined
  readonly pods: readonly InjectorPod[]
  readonly nodes: ReadonlyMap<string, NodeFacts>
  readonly namespaces: readonly NamespaceFacts[] | undefined
  readonly probes: readonly EndpointProbe[]
  readonly istioNamespace: string
  /** Of the canary that came back. */
  readonly receipt: Receipt | undefined
  /** The canary came back as it should: the whole path works. */
  readonly worked: boolean
  /** The pods that say they have seen the canary. */
  readonly seenBy: readonly string[]
  readonly failedOpen: boolean
  /** The API server is late with what needs nobody else, too: then time-outs say nothing of the injector. */
  readonly isSlow: boolean
  /** Why the call did not come about, as far as somebody has said so. */
  readonly fault: PathFault | undefined
}

/** Istio's own namespace for its control plane. */
const usualIstioNamespace = 'istio-system'

/** Reads the observations. */
export function factsOf(seen: Observations): Facts {
  const configurations = readConfigurations(valueOf(seen.configurations) ?? [], seen.asked.configuration)
  const namespaces = valueOf(seen.namespaces)?.map(readNamespace)
  const target = chooseTarget(configurations, seen, namespaces)
  const webhook = target === undefined ? undefined : calledWebhook(target, seen, namespaces)
  const service = webhook?.service
  const known = service && seen.services[serviceKey(service)]
  const serviceObject = known && valueOf(known)
  const gitVersion = textAt(valueOf(seen.version), 'gitVersion') ?? ''
  const nodes = (valueOf(seen.nodes) ?? []).map(readNode)
  const pods = podsOf(seen, serviceObject)
  const endpoints = endpointsOf(seen, service, serviceObject)
  const worked = hasWorked(seen, target)
  const witnesses = seenBy(seen)
  const receipt = seen.canary.kind === 'admitted' ? receiptOf(seen.canary.pod) : undefined
  return {
    seen,
    at: Date.parse(seen.at),
    isEks: seen.eks !== undefined || /-eks-/.test(gitVersion) || nodes.some(({ labels }) => isOnEks(labels)),
    gitVersion,
    configurations,
    target,
    webhook,
    service,
    serviceObject,
    endpoints,
    pods,
    nodes: new Map(nodes.map((node) => [node.name, node])),
    namespaces,
    probes: seen.endpoints,
    istioNamespace: istioNamespaceOf(seen, target, service, pods),
    receipt,
    worked,
    seenBy: witnesses,
    failedOpen: webhook !== undefined && hasFailedOpen(seen, webhook),
    isSlow: isSlow(seen),
    fault: worked
      ? undefined
      : faultOf({ seen, target, webhook, endpoints, serviceObject, seenBy: witnesses }),
  }
}

function isOnEks(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).some((key) => key.startsWith('eks.amazonaws.com/'))
}

/** One that is called for the namespace in question comes first, then one whose Service is there. */
function chooseTarget(
  configurations: readonly Configuration[],
  seen: Observations,
  namespaces: readonly NamespaceFacts[] | undefined,
): Configuration | undefined {
  const { configuration, namespace: asked } = seen.asked
  if (configuration !== undefined) return configurations.find(({ name }) => name === configuration)
  const namespace = namespaces?.find(({ name }) => name === asked)
  const ours = configurations.filter(({ owner }) => owner === 'ours')
  const injecting = [...ours, ...configurations.filter(({ owner }) => owner === 'istio')]
  const isWhole = (each: Configuration): boolean => !isOrphaned(each, seen.services)
  const called = injecting.find(
    (each) =>
      namespace !== undefined &&
      isWhole(each) &&
      each.webhooks.some((webhook) => selects(webhook, namespace, {}).selected),
  )
  return called ?? ours.find(isWhole) ?? ours[0] ?? injecting.find(isWhole) ?? injecting[0]
}

/** Whether a configuration calls Services that are gone, and nothing else. */
export function isOrphaned({ webhooks }: Configuration, services: Observations['services']): boolean {
  return webhooks.every(({ service }) => {
    const known = service && services[serviceKey(service)]
    return known !== undefined && valueOf(known) === null
  })
}

/** The entry that the canary's labels lead to, else the first. */
function calledWebhook(
  { webhooks }: Configuration,
  { canary }: Observations,
  namespaces: readonly NamespaceFacts[] | undefined,
): PodWebhook | undefined {
  const [first] = webhooks
  if (canary.kind === 'not-sent') return first
  const namespace = namespaces?.find(({ name }) => name === canary.namespace)
  if (namespace === undefined) return first
  return webhooks.find((webhook) => selects(webhook, namespace, labelsOf(canary.sent)).selected) ?? first
}

function podsOf(seen: Observations, service: JsonObject | null | undefined): readonly InjectorPod[] {
  const selector = Object.entries(objectAt(objectAt(service ?? undefined, 'spec'), 'selector'))
  if (selector.length === 0) return []
  return (
    (valueOf(seen.pods) ?? [])
      .filter((pod) => {
        const labels = labelsOf(pod)
        return selector.every(([key, value]) => labels[key] === value)
      })
      .filter((pod) => textAt(pod['metadata'], 'deletionTimestamp') === undefined)
      // Evicted ones stay in the list.
      .filter((pod) => !['Failed', 'Succeeded'].includes(textAt(pod['status'], 'phase') ?? ''))
      .map(readPod)
  )
}

function endpointsOf(
  seen: Observations,
  service: ServicePort | undefined,
  object: JsonObject | null | undefined,
): readonly Endpoint[] | undefined {
  const slices = valueOf(seen.endpointSlices)
  if (slices === undefined || service === undefined || !isObject(object ?? undefined)) return undefined
  const port = servicePort(object, service.port)
  return port === undefined ? undefined : readEndpoints(slices, service.name, textAt(port, 'name') ?? '')
}

/** The port of that number in the Service; undefined if it has none. */
export function servicePort(service: JsonObject | null | undefined, port: number): JsonObject | undefined {
  const ports = listAt(objectAt(service ?? undefined, 'spec'), 'ports')
  return ports.filter((each) => isObject(each)).find((each) => each['port'] === port)
}

function istioNamespaceOf(
  { asked }: Observations,
  target: Configuration | undefined,
  service: ServicePort | undefined,
  pods: readonly InjectorPod[],
): string {
  const told = asked.istioNamespace ?? flagOf(pods, 'istioNamespace')
  if (told !== undefined) return told
  return target?.owner === 'istio' && service !== undefined ? service.namespace : usualIstioNamespace
}

function seenBy({ canary, endpoints }: Observations): readonly string[] {
  if (canary.kind === 'not-sent') return []
  return endpoints.flatMap(({ pod, self }) => {
    const canaries = listAt(valueOf(self), 'canaries')
    return canaries.some((each) => textAt(each, 'nonce') === canary.nonce) ? [pod] : []
  })
}

/** Istio's own injector gives no receipts: there the sidecar has to do. */
function hasWorked({ canary }: Observations, target: Configuration | undefined): boolean {
  if (canary.kind !== 'admitted') return false
  return receiptOf(canary.pod) !== undefined || (target?.owner === 'istio' && hasSidecar(canary.pod))
}

const failOpen = 'apiserver_admission_webhook_fail_open_count'

function hasFailedOpen({ canary, metrics }: Observations, { name }: PodWebhook): boolean {
  const change = valueOf(metrics)
  if (canary.kind !== 'admitted' || receiptOf(canary.pod) !== undefined || change === undefined) return false
  return changeOf(change, failOpen, { name }) > 0
}
