import { randomUUID } from 'node:crypto'
import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { objectAt, textAt } from '../cluster/objects.ts'
import { compareMetrics, type MetricsPage } from '../diagnosis/api-metrics.ts'
import { readCallFault } from '../diagnosis/call-fault.ts'
import { planCanary } from '../diagnosis/choose.ts'
import { factsOf, type Facts } from '../diagnosis/facts.ts'
import { readConfigurations, servicesOf } from '../diagnosis/injectors.ts'
import {
  valueOf,
  type Asked,
  type CanaryResult,
  type MetricsChange,
  type Observations,
  type Seen,
} from '../diagnosis/observations.ts'
import { notAsked } from '../diagnosis/unseen.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { withBudget } from './budget.ts'
import { get, list, lookMs, withoutManagers } from './look.ts'
import { admission, lookAtCluster, lookAtInjector, lookAtServices, nodesOf } from './look-at.ts'
import { askSelf, podTargets, probePod } from './probe-pods.ts'
import { sampleMetrics } from './sample-metrics.ts'
import { sendCanary, sendControl } from './send-canary.ts'

export interface CollectOptions {
  readonly client: KubernetesClient
  readonly asked: Asked
  readonly place: 'in-cluster' | 'outside'
  readonly now?: () => number
}

const nothingAsked = { missing: notAsked } as const

/** Looks at all that a diagnosis needs, most of it at once, and sends the canary. Rejects for defects only. */
export async function collect({
  client: unlimited,
  asked,
  place,
  now = Date.now,
}: CollectOptions): Promise<Observations> {
  const client = withBudget(unlimited)
  const nothing = emptyObservations({
    at: new Date(now()).toISOString(),
    server: client.server,
    eks: client.eks,
    asked,
    place,
  })
  const failure = await tryCall(client)
  if (failure !== undefined) return { ...nothing, failure }

  const before = sampleMetrics(client)
  const cluster = { ...nothing, ...(await lookAtCluster(client)) }
  const configurations = readConfigurations(valueOf(cluster.configurations) ?? [], asked.configuration)
  const services = await lookAtServices(client, servicesOf(configurations))
  const withServices = { ...cluster, services }
  const injector = { ...withServices, ...(await lookAtInjector(client, factsOf(withServices))) }
  const facts = factsOf(injector)
  const nodes = await nodesOf(client, facts)
  const first = await before

  const targets = podTargets(facts)
  const plan = planCanary(facts)
  const [canary, configMaps, probes, plainMs] = await Promise.all([
    sendCanary(client, { plan, nonce: randomUUID(), isNew: isNew(facts) }),
    list(client, `/api/v1/namespaces/${facts.istioNamespace}/configmaps`),
    Promise.all(targets.map((target) => probePod(client, target, place))),
    plainCall(client),
  ])
  const [control, laterMs, after, ...selves] = await Promise.all([
    needsControl(canary) ? sendControl(client, plan) : undefined,
    plainCall(client),
    sampleMetrics(client),
    ...targets.map((target) => askSelf(client, target, place)),
  ])
  return {
    ...injector,
    nodes,
    canary,
    ...(control === undefined ? {} : { control }),
    plainMs: Math.max(plainMs, laterMs),
    configMaps: 'value' in configMaps ? { value: configMaps.value.map(withLengths) } : configMaps,
    endpoints: probes.map((probe, index) => ({ ...probe, ...selves[index] })),
    metrics: changeOf(first, after),
  }
}

/** What is there before anything was looked at. */
export function emptyObservations(
  start: Pick<Observations, 'at' | 'server' | 'eks' | 'asked' | 'place'>,
): Observations {
  return {
    ...start,
    version: nothingAsked,
    admissionApi: nothingAsked,
    configurations: nothingAsked,
    namespaces: nothingAsked,
    nodes: nothingAsked,
    daemonSets: nothingAsked,
    services: {},
    endpointSlices: nothingAsked,
    pods: nothingAsked,
    deployments: nothingAsked,
    networkPolicies: nothingAsked,
    securityGroupPolicies: nothingAsked,
    eniConfigs: nothingAsked,
    configMaps: nothingAsked,
    events: nothingAsked,
    metrics: nothingAsked,
    canary: { kind: 'not-sent', why: notAsked },
    endpoints: [],
  }
}

/** Whether it is the pod that was refused, by whatever, and not a call that failed. */
function needsControl(canary: CanaryResult): boolean {
  return (
    canary.kind === 'refused' && canary.status !== undefined && readCallFault(canary.message) === undefined
  )
}

/** How long the API server takes for what it knows itself; the first call of all may have waited for credentials. */
async function plainCall(client: KubernetesClient): Promise<number> {
  const [, ms] = await timed(() => get(client, admission))
  return ms
}

async function timed<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now()
  return [await run(), Math.round(performance.now() - began)]
}

/** A call that everybody may make who is known; undefined if it succeeds. */
async function tryCall(client: KubernetesClient): Promise<Observations['failure']> {
  try {
    await client.call({ method: 'GET', path: admission, silenceMs: lookMs })
    return undefined
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    const { code, message } = error
    const isFatal =
      ['unauthorized', 'kubeconfig', 'unreachable', 'garbled'].includes(code) ||
      /system:anonymous/.test(message)
    return isFatal ? { code, message } : undefined
  }
}

/** Made or changed so lately that API servers may not have heard of it. */
const newMs = 15_000

function isNew({ target, at }: Facts): boolean {
  const metadata = objectAt(target?.object, 'metadata')
  const { managedFields } = metadata
  const times = Array.isArray(managedFields) ? managedFields.map((each) => textAt(each, 'time')) : []
  return [textAt(metadata, 'creationTimestamp'), ...times].some(
    (time) => time !== undefined && at - Date.parse(time) < newMs,
  )
}

/** Values may be long, and are nobody's business. */
function withLengths(object: JsonObject): JsonObject {
  const data = objectAt(object, 'data')
  const lengths = Object.entries(data).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.length : 0,
  ])
  const lean = withoutManagers(object)
  return { metadata: isObject(lean['metadata']) ? lean['metadata'] : {}, data: Object.fromEntries(lengths) }
}

function changeOf(
  before: Seen<readonly MetricsPage[]>,
  after: Seen<readonly MetricsPage[]>,
): Seen<MetricsChange> {
  if ('missing' in before) return before
  if ('missing' in after) return after
  const change = compareMetrics(before.value, after.value)
  return change === undefined
    ? { missing: 'no API server has answered both before and after' }
    : { value: change }
}
