/**
 * What two pods that get the same sidecar may differ in: the injected pod does not say which of them it was. Each rule
 * is a line of docs/uninject.md. Pods that are equal after this are as equal as uninjection can make them.
 */
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { legacyStatus, statusLists } from '../../src/injection/status.ts'
import { holds } from '../../src/istio/history.ts'
import type { Release } from '../../src/istio/release.ts'
import type { Change } from '../../src/uninjection/change.ts'

type Members = Record<string, Json | undefined>

/** The pod without what an injected pod cannot tell; `changes` are those of the uninjection. */
export function indistinct(pod: JsonObject, release: Release, changes: readonly Change[]): JsonObject {
  const lost = new Set(changes.filter(({ action }) => action === 'lost').map(({ place }) => place))
  const metadata = objectAt(pod, 'metadata')
  const spec = objectAt(pod, 'spec')
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: indistinctAnnotations(objectAt(metadata, 'annotations'), spec),
      labels: indistinctLabels(objectAt(metadata, 'labels'), release),
    },
    spec: indistinctSpec(withoutLegacy(spec, release), objectAt(metadata, 'annotations'), release, lost),
  }
}

const prometheus = ['scrape', 'path', 'port'].map((part) => `prometheus.io/${part}`)

function indistinctAnnotations(annotations: JsonObject, spec: JsonObject): JsonObject {
  const first = listAt(spec, 'containers')
    .filter(isObject)
    .map((container) => stringAt(container, 'name'))
    .find((name) => name !== 'istio-proxy')
  const out: Members = {}
  for (const [key, value] of Object.entries(annotations)) {
    // Prometheus takes any spelling, the proper one first, and an empty value for none.
    const scraped = prometheus.find((wanted) => wanted.replaceAll(/\W/g, '_') === key.replaceAll(/\W/g, '_'))
    if (scraped !== undefined && (value === '' || (scraped !== key && annotations[scraped]))) continue
    // Said or not, templates say so.
    if (/^kubectl\.kubernetes\.io\/default-(?:logs-)?container$/.test(key) && value === first) continue
    // Overwritten by templates.
    if (
      key === 'istio.io/rev' ||
      (key === 'sidecar.istio.io/rewriteAppHTTPProbers' && isProxyless(annotations))
    )
      continue
    out[scraped ?? key] = value
  }
  return out
}

function isProxyless(annotations: JsonObject): boolean {
  return stringAt(annotations, 'inject.istio.io/templates').startsWith('grpc-')
}

function indistinctLabels(labels: JsonObject, release: Release): JsonObject {
  const out: Members = { ...labels }
  if (out['security.istio.io/tlsMode'] === 'istio') delete out['security.istio.io/tlsMode']
  // Overwritten by templates and kube-inject.
  if (holds('1.6', release) && !holds('1.18', release)) delete out['istio.io/rev']
  // The pod's own network, or the mesh's.
  if (holds('1.8', release)) delete out['topology.istio.io/network']
  return out
}

/** Up to 1.8 Istio takes containers and volumes of certain names out of every pod, whoever put them in. */
function withoutLegacy(spec: JsonObject, release: Release): JsonObject {
  if (holds('1.9', release)) return spec
  const lists = statusLists.map((list): [string, Json] => {
    const names = new Set(legacyStatus[list])
    return [list, listAt(spec, list).filter((item) => !(isObject(item) && names.has(stringAt(item, 'name'))))]
  })
  return { ...spec, ...Object.fromEntries(lists) }
}

function indistinctSpec(
  spec: JsonObject,
  annotations: JsonObject,
  release: Release,
  lost: ReadonlySet<string>,
): JsonObject {
  const all = (list: string): JsonObject[] =>
    listAt(spec, list)
      .filter(isObject)
      .map((container) =>
        indistinctContainer(isProxyless(annotations) ? written(container) : container, list, lost),
      )
  const [containers, inits] = [all('containers'), all('initContainers')]
  const { fsGroup: _group, ...context } = objectAt(spec, 'securityContext')
  return {
    ...spec,
    // Where among the others a user's own sidecar stood.
    containers: [...containers.filter((one) => !isProxy(one)), ...[...containers, ...inits].filter(isProxy)],
    // Templates since 1.9 take out all init containers where they have none of their own.
    initContainers:
      annotations['sidecar.istio.io/interceptionMode'] === 'NONE' ? [] : inits.filter((one) => !isProxy(one)),
    ...(holds('1.6', release) && !holds('1.15', release) ? { securityContext: context } : {}),
  }
}

/** What Go knows of a container, which is what the overrides keep. */
function written({ futureMember: _future, ...container }: JsonObject): JsonObject {
  return container
}

function isProxy(container: JsonObject): boolean {
  return container['name'] === 'istio-proxy'
}

function indistinctContainer(container: JsonObject, list: string, lost: ReadonlySet<string>): JsonObject {
  const out: Members = { ...container }
  const place = `spec.${list}[${stringAt(container, 'name')}]`
  for (const probe of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
    if (lost.has(`${place}.${probe}`)) delete out[probe]
    else if (isObject(out[probe])) out[probe] = withNumber(container, out[probe])
  }
  const lifecycle: Members = { ...objectAt(container, 'lifecycle') }
  for (const hook of ['postStart', 'preStop']) {
    if (lost.has(`${place}.lifecycle.${hook}`)) delete lifecycle[hook]
    else if (isObject(lifecycle[hook])) lifecycle[hook] = withNumber(container, lifecycle[hook])
  }
  return { ...out, lifecycle }
}

/** A port by its number, where it was named. */
function withNumber(container: JsonObject, handler: JsonObject): JsonObject {
  const out: Members = { ...handler }
  for (const kind of ['httpGet', 'tcpSocket']) {
    const action = out[kind]
    if (!isObject(action)) continue
    const named = listAt(container, 'ports')
      .filter(isObject)
      .find((port) => port['name'] === action['port'])
    if (named !== undefined) out[kind] = { ...action, port: named['containerPort'] ?? 0 }
  }
  return out
}
