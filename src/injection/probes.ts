import { compareText } from '../golang/bytes.ts'
import { marshalText } from '../golang/json.ts'
import type { ProbeHandler, ProbeTraits } from '../istio/traits.ts'
import { marshal, structNamed, type StructType } from '../schema/index.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from './json.ts'

/**
 * Kubelet's probes cannot pass a sidecar that insists on mutual TLS, so they are sent to pilot-agent, which asks
 * the application in their stead. This module tells it what to ask, and the pod where to ask it:
 * `/app-health/web/readyz` stands for the readiness probe of container web, and so on.
 */

/** The environment variable in which pilot-agent finds the applications' own probes. */
export const probersEnvName = 'ISTIO_KUBE_APP_PROBERS'

/** Probers by path, as JSON texts. */
export type Probers = ReadonlyMap<string, string>

/** A place in a container where it is probed or told something. */
interface Hook {
  readonly path: string
  readonly handler: JsonObject
  readonly isLifecycle: boolean
}

/** The probes that may be rewritten. */
export const probeNames = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

const probeSuffixes = { readinessProbe: 'readyz', livenessProbe: 'livez', startupProbe: 'startupz' } as const
const lifecycleSuffixes = { preStop: 'prestopz', postStart: 'poststartz' } as const
type LifecycleName = keyof typeof lifecycleSuffixes

/** The probers of containers, all but the sidecar: what pilot-agent is to ask, and how. */
export function dumpProbers(
  containers: readonly Json[],
  traits: ProbeTraits,
  statusPort: number | undefined,
): Probers {
  const probers = new Map<string, string>()
  for (const container of containers) {
    if (!isObject(container) || isSidecar(container)) continue
    for (const hook of hooksOf(container, traits)) {
      const text = proberText(container, hook, traits, statusPort)
      if (text !== undefined) probers.set(hook.path, text)
    }
  }
  return probers
}

/** `{"/app-health/web/readyz":{"httpGet":{"path":"/ready","port":8080},"timeoutSeconds":3}}`, sorted by path. */
export function probersText(probers: Probers): string {
  const entries = [...probers].sort(([a], [b]) => compareText(a, b))
  return `{${entries.map(([path, text]) => `${marshalText(path)}:${text}`).join(',')}}`
}

/** The sidecar's own probes go to it anyway. */
export function isSidecar(container: JsonObject): boolean {
  return container['name'] === 'istio-proxy'
}

function* hooksOf(container: JsonObject, traits: ProbeTraits): Generator<Hook> {
  const name = stringAt(container, 'name')
  for (const probe of traits.rewritten) {
    const handler = container[probe]
    if (isObject(handler)) yield { path: probePath(name, probe), handler, isLifecycle: false }
  }
  if (!traits.lifecycle) return
  const lifecycle = objectAt(container, 'lifecycle')
  for (const hook of lifecycleNames) {
    const handler = lifecycle[hook]
    if (isObject(handler)) yield { path: lifecyclePath(name, hook), handler, isLifecycle: true }
  }
}

/** The hooks of a container's lifecycle that may be rewritten. */
export const lifecycleNames: readonly LifecycleName[] = ['preStop', 'postStart']

/** `/app-health/web/readyz`. */
export function probePath(container: string, probe: keyof typeof probeSuffixes): string {
  return `/app-health/${container}/${probeSuffixes[probe]}`
}

/** `/app-lifecycle/web/prestopz`. */
export function lifecyclePath(container: string, hook: LifecycleName): string {
  return `/app-lifecycle/${container}/${lifecycleSuffixes[hook]}`
}

const actionTypes: Readonly<Record<ProbeHandler, StructType>> = {
  httpGet: structNamed('v1.HTTPGetAction'),
  tcpSocket: structNamed('v1.TCPSocketAction'),
  grpc: structNamed('v1.GRPCAction'),
}

function proberText(
  container: JsonObject,
  { handler, isLifecycle }: Hook,
  traits: ProbeTraits,
  statusPort: number | undefined,
): string | undefined {
  const kind = handlerKind(handler, traits, isLifecycle)
  if (kind === undefined) return undefined
  const action = objectAt(handler, kind)
  const port = resolvePort(container, action['port'])
  if (port === undefined) return undefined
  if (traits.skipStatusPort && kind !== 'grpc' && action['port'] === statusPort) return undefined
  const text = marshal(actionTypes[kind], { ...action, port })
  if (traits.dump === 'http-get') return text
  const timeout = isLifecycle ? 0 : handler['timeoutSeconds']
  return `{"${kind}":${text}${typeof timeout === 'number' && timeout !== 0 ? `,"timeoutSeconds":${timeout}` : ''}}`
}

/** How a probe asks, if that is a way that the release rewrites; exec probes are none. */
function handlerKind(
  handler: JsonObject,
  traits: ProbeTraits,
  isLifecycle: boolean,
): ProbeHandler | undefined {
  return traits.handlers.find((kind) => isObject(handler[kind]) && !(isLifecycle && kind === 'grpc'))
}

/** A port by number, or by the name that the container itself gave to one; undefined for an unknown name. */
function resolvePort(container: JsonObject, port: Json | undefined): number | undefined {
  if (typeof port !== 'string') return typeof port === 'number' ? port : 0
  const named = listAt(container, 'ports')
    .filter(isObject)
    .find((item) => item['name'] === port)
  const number = named?.['containerPort']
  return named === undefined ? undefined : typeof number === 'number' ? number : 0
}

/** The container with its probes sent to pilot-agent; the same one if it has none that are. */
export function redirectProbes(container: JsonObject, port: number, traits: ProbeTraits): JsonObject {
  const name = stringAt(container, 'name')
  const changes: Record<string, Json> = {}
  for (const probe of traits.rewritten) {
    const changed = redirected(container[probe], probePath(name, probe), port, traits, false)
    if (changed !== undefined) changes[probe] = changed
  }
  const lifecycle = traits.lifecycle ? redirectLifecycle(container, port, traits) : undefined
  if (lifecycle !== undefined) changes['lifecycle'] = lifecycle
  return Object.keys(changes).length === 0 ? container : { ...container, ...changes }
}

function redirectLifecycle(container: JsonObject, port: number, traits: ProbeTraits): JsonObject | undefined {
  const lifecycle = objectAt(container, 'lifecycle')
  const changes: Record<string, Json> = {}
  for (const hook of lifecycleNames) {
    const path = lifecyclePath(stringAt(container, 'name'), hook)
    const changed = redirected(lifecycle[hook], path, port, traits, true)
    if (changed !== undefined) changes[hook] = changed
  }
  return Object.keys(changes).length === 0 ? undefined : { ...lifecycle, ...changes }
}

function redirected(
  handler: Json | undefined,
  path: string,
  port: number,
  traits: ProbeTraits,
  isLifecycle: boolean,
): JsonObject | undefined {
  if (!isObject(handler)) return undefined
  const kind = handlerKind(handler, traits, isLifecycle)
  if (kind === undefined) return undefined
  const { tcpSocket: _socket, grpc: _grpc, ...rest } = handler
  return { ...rest, httpGet: redirectedGet(objectAt(handler, 'httpGet'), path, port, traits) }
}

/** The request as it asks pilot-agent instead: path and port changed, host and headers kept. */
export function redirectedGet(get: JsonObject, path: string, port: number, traits: ProbeTraits): JsonObject {
  const plain = traits.httpsToHttp && get['scheme'] === 'HTTPS' ? { scheme: 'HTTP' } : {}
  return { ...get, path, port, ...plain }
}
