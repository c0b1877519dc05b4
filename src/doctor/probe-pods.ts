import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import type { Facts } from '../diagnosis/facts.ts'
import { flagOf, type InjectorPod } from '../diagnosis/workload.ts'
import type { DirectProbe, EndpointProbe, Reached, Seen } from '../diagnosis/observations.ts'
import { notAsked } from '../diagnosis/unseen.ts'
import { fetchJson, probeDirectly } from './direct.ts'
import { lookMs, reasonOf } from './look.ts'

/** A pod of the injector that is to be called. */
export interface PodTarget {
  readonly namespace: string
  readonly pod: string
  readonly address: string
  readonly ready: boolean
  readonly port: number
  readonly operationsPort: number
  /** Istio's own injector has no `/doctor`. */
  readonly hasSelf: boolean
}

/** More pods tell nothing new, but for the nodes that they are on. */
const mostPods = 6

/** `serve` without a flag. */
const usualOperationsPort = 8080

/** The pods that the API server may choose, and some of those that are not ready, which can say why. */
export function podTargets({ pods, endpoints, service, serviceObject, target }: Facts): readonly PodTarget[] {
  const namespace = service?.namespace ?? ''
  const fallback = targetPort(serviceObject, service?.port ?? 443)
  return pods
    .filter(({ address }) => address !== '')
    .map((pod) => {
      const endpoint = endpoints?.find((each) => each.pod === pod.name)
      return {
        namespace,
        pod: pod.name,
        address: pod.address,
        ready: endpoint?.ready ?? false,
        port: endpoint?.port ?? numberOf(pod, fallback),
        operationsPort: operationsPortOf(pod),
        hasSelf: target?.owner === 'ours',
      }
    })
    .toSorted((a, b) => Number(b.ready) - Number(a.ready))
    .slice(0, mostPods)
}

/** Number or name, as the Service has it. */
function targetPort(service: JsonObject | null | undefined, port: number): number | string {
  const found = listAt(objectAt(service ?? undefined, 'spec'), 'ports').find(
    (each) => isObject(each) && each['port'] === port,
  )
  const value = isObject(found) ? found['targetPort'] : undefined
  return typeof value === 'number' || typeof value === 'string' ? value : port
}

function numberOf(pod: InjectorPod, port: number | string): number {
  return typeof port === 'number' ? port : (containerPort(pod, port) ?? 443)
}

function containerPort({ object }: InjectorPod, name: string): number | undefined {
  const ports = listAt(objectAt(object, 'spec'), 'containers').flatMap((each) => listAt(each, 'ports'))
  const found = ports.find((each) => textAt(each, 'name') === name)
  const value = isObject(found) ? found['containerPort'] : undefined
  return typeof value === 'number' ? value : undefined
}

function operationsPortOf(pod: InjectorPod): number {
  return Number(flagOf([pod], 'operationsPort') ?? containerPort(pod, 'operations') ?? usualOperationsPort)
}

/** How a pod is reached, by the API server and from here. Never rejects. */
export async function probePod(
  client: KubernetesClient,
  target: PodTarget,
  place: 'in-cluster' | 'outside',
): Promise<EndpointProbe> {
  const { pod, address, port, ready } = target
  const direct: Seen<DirectProbe> | Promise<Seen<DirectProbe>> =
    place === 'outside' ? { missing: notAsked } : probeDirectly(address, port).then((value) => ({ value }))
  const [byApiServer, own] = await Promise.all([reachedByApiServer(client, target), direct])
  return { pod, address, ready, port, byApiServer, direct: own, self: { missing: notAsked }, selfMs: 0 }
}

/** `https:` makes the API server speak TLS to the pod, without a look at its certificate. */
async function reachedByApiServer(
  client: KubernetesClient,
  target: PodTarget,
  isLast = false,
): Promise<Seen<Reached>> {
  const { namespace, pod, port } = target
  const path = `/api/v1/namespaces/${namespace}/pods/https:${pod}:${port}/proxy/inject`
  const began = performance.now()
  const passed = (): number => Math.round(performance.now() - began)
  try {
    await client.call({ method: 'GET', path, silenceMs: lookMs })
    return { value: { reached: true, ms: passed() } }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    const ms = passed()
    if (error.code === 'unreachable') {
      // Once is no proof: a pod may just have had other things to do.
      if (!isLast) return reachedByApiServer(client, target, true)
      return { value: { reached: false, ms, error: `no answer within ${lookMs / 1000} s, twice` } }
    }
    if (isRefusalOfRights(error)) return { missing: reasonOf(error) }
    const isProxys = /error trying to reach service|Trying to reach: /.test(error.message)
    return { value: isProxys ? { reached: false, ms, error: error.message } : { reached: true, ms } }
  }
}

/** 403 and 404 of the API server are about `pods/proxy` and the pod; those of the pod are an answer. */
function isRefusalOfRights({ code, message }: ClusterError): boolean {
  return (
    code === 'unauthorized' ||
    (code === 'forbidden' && /pods\/proxy|cannot/.test(message)) ||
    /pods "[^"]*" not found/.test(message)
  )
}

/**
 * What the pod says of itself; asked after the canary, which it may have seen. Twice, so that the slower time counts: a starved process
 * answers quickly while it has its moment. Never rejects.
 */
export async function askSelf(
  client: KubernetesClient,
  target: PodTarget,
  place: 'in-cluster' | 'outside',
): Promise<Pick<EndpointProbe, 'self' | 'selfMs'>> {
  if (!target.hasSelf) return { self: { missing: notAsked }, selfMs: 0 }
  // Where egress from here is closed, the API server's may not be. It is not tried again: it costs the whole of its time.
  if (place === 'in-cluster') {
    const seen = await askTwice(() => fetchSelf(target))
    if ('value' in seen.self) return seen
  }
  return askTwice(() => readSelf(client, target))
}

async function askTwice(
  ask: () => Promise<Seen<JsonObject>>,
): Promise<Pick<EndpointProbe, 'self' | 'selfMs'>> {
  const [first, firstMs] = await timed(ask)
  if ('missing' in first) return { self: first, selfMs: firstMs }
  const [, secondMs] = await timed(ask)
  return { self: first, selfMs: Math.max(firstMs, secondMs) }
}

async function timed<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now()
  return [await run(), Math.round(performance.now() - began)]
}

async function fetchSelf({ address, operationsPort }: PodTarget): Promise<Seen<JsonObject>> {
  try {
    return { value: await fetchJson(address, operationsPort, '/doctor') }
  } catch (error) {
    return { missing: reasonOf(error) }
  }
}

async function readSelf(client: KubernetesClient, target: PodTarget): Promise<Seen<JsonObject>> {
  const { namespace, pod, operationsPort } = target
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${operationsPort}/proxy/doctor`
  try {
    const value = await client.call({ method: 'GET', path, silenceMs: lookMs })
    return isObject(value) ? { value } : { missing: `GET ${path}: the answer is no object` }
  } catch (error) {
    return { missing: reasonOf(error) }
  }
}
