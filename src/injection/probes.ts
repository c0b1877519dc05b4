import { marshalText } from '../golang/json.ts'
import type { ProbeTraits } from '../istio/traits.ts'
import { marshal, structNamed } from '../schema/index.ts'
import { isObject, listAt, stringAt, type Json, type JsonObject } from './json.ts'

/** The environment variable in which pilot-agent finds the applications' own probes. */
export const probersEnvName = 'ISTIO_KUBE_APP_PROBERS'

const probeNames = { readinessProbe: 'readyz', livenessProbe: 'livez', startupProbe: 'startupz' } as const
type ProbeName = keyof typeof probeNames

/**
 * Kubelet's probes cannot pass a sidecar that insists on mutual TLS, so they are sent to pilot-agent, which asks
 * the application in their stead: this is where it is told what to ask. `/app-health/web/readyz` stands for the
 * readiness probe of container web, and so on. Gives the JSON text, or undefined if there is nothing to ask.
 *
 *     {"/app-health/web/readyz":{"httpGet":{"path":"/ready","port":8080},"timeoutSeconds":3}}
 */
export function dumpProbers(
  containers: readonly Json[],
  traits: ProbeTraits,
  statusPort: number | undefined,
): string | undefined {
  const entries: [key: string, text: string][] = []
  for (const container of appContainers(containers)) {
    const name = stringAt(container, 'name')
    for (const probe of traits.rewritten) {
      const text = proberText(container, container[probe], traits, statusPort)
      if (text !== undefined) entries.push([probePath(name, probe), text])
    }
  }
  if (entries.length === 0) return undefined
  const sorted = new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  return `{${[...sorted].map(([key, text]) => `${marshalText(key)}:${text}`).join(',')}}`
}

/** The containers whose probes are rewritten: all but the sidecar. */
export function appContainers(containers: readonly Json[]): JsonObject[] {
  return containers.filter(isObject).filter((container) => container['name'] !== 'istio-proxy')
}

/** `/app-health/web/readyz`. */
export function probePath(container: string, probe: ProbeName): string {
  return `/app-health/${container}/${probeNames[probe]}`
}

const getType = structNamed('v1.HTTPGetAction')

function proberText(
  container: JsonObject,
  probe: Json | undefined,
  traits: ProbeTraits,
  statusPort: number | undefined,
): string | undefined {
  const get = isObject(probe) ? probe['httpGet'] : undefined
  if (!isObject(probe) || !isObject(get)) return undefined
  const port = resolvePort(container, get['port'])
  if (port === undefined || (traits.skipStatusPort && port === statusPort)) return undefined
  const text = marshal(getType, { ...get, port })
  if (traits.dump === 'http-get') return text
  const timeout = probe['timeoutSeconds']
  return `{"httpGet":${text}${typeof timeout === 'number' && timeout !== 0 ? `,"timeoutSeconds":${timeout}` : ''}}`
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

/** The probe as it asks pilot-agent instead: path and port changed, host and headers kept. */
export function redirectedGet(get: JsonObject, path: string, port: number, traits: ProbeTraits): JsonObject {
  const plain = traits.httpsToHttp && get['scheme'] === 'HTTPS' ? { scheme: 'HTTP' } : {}
  return { ...get, path, port, ...plain }
}
