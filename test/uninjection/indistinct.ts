/**
 * What two pods that look the same once they are injected may differ in. Each rule takes it out of a pod, and is a
 * heading of docs/uninject.md; pods that are equal then are as equal as uninjection can make them.
 */
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { legacyStatus, statusLists } from '../../src/injection/status.ts'
import { holds } from '../../src/istio/history.ts'
import type { Release } from '../../src/istio/release.ts'
import type { Change } from '../../src/uninjection/change.ts'

/** What is known of the injection. */
export interface Injection {
  readonly release: Release
  /** What its uninjection did. */
  readonly changes: readonly Change[]
}

type Rule = (pod: JsonObject, injection: Injection) => JsonObject

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'port-names',
    (pod) => withContainers(pod, (container) => withHooks(container, (hook) => withNumber(container, hook))),
  ],
  ['unrecorded-probes', withoutLost],
  ['place-of-a-sidecar', withSidecarLast],
  ['spelling-of-annotations', (pod) => withMap(pod, 'annotations', spelled)],
  ['said-or-not', withoutDefaults],
  ['overwritten', withoutOverwritten],
  ['networks', (pod) => withMap(pod, 'labels', (labels) => without(labels, 'topology.istio.io/network'))],
  ['removed-init-containers', withoutRemoved],
  ['names-of-old', withoutLegacy],
  ['unknown-members', withoutUnknown],
])

/** The pod without what an injected pod does not tell; `but` leaves one rule out. */
export function indistinct(pod: JsonObject, injection: Injection, but?: string): JsonObject {
  return [...rules].reduce((left, [name, rule]) => (name === but ? left : rule(left, injection)), pod)
}

/** The names of all rules. */
export const ruleNames: readonly string[] = [...rules.keys()]

type Containers = 'containers' | 'initContainers'

function withSpec(pod: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  return { ...pod, spec: change(objectAt(pod, 'spec')) }
}

function withMap(
  pod: JsonObject,
  name: 'annotations' | 'labels',
  change: (map: JsonObject) => JsonObject,
): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  return { ...pod, metadata: { ...metadata, [name]: change(objectAt(metadata, name)) } }
}

function annotationsOf(pod: JsonObject): JsonObject {
  return objectAt(objectAt(pod, 'metadata'), 'annotations')
}

function containersOf(spec: JsonObject, list: Containers): JsonObject[] {
  return listAt(spec, list).filter(isObject)
}

function withContainers(
  pod: JsonObject,
  change: (container: JsonObject, list: Containers) => JsonObject,
): JsonObject {
  return withSpec(pod, (spec) => ({
    ...spec,
    initContainers: containersOf(spec, 'initContainers').map((container) =>
      change(container, 'initContainers'),
    ),
    containers: containersOf(spec, 'containers').map((container) => change(container, 'containers')),
  }))
}

function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** The container with its probes and hooks changed; `place` is `livenessProbe` or `lifecycle.preStop`. */
function withHooks(
  container: JsonObject,
  change: (hook: JsonObject, place: string) => JsonObject | undefined,
): JsonObject {
  const changed = (object: JsonObject, names: readonly string[], prefix: string): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([name, value]) => [
        name,
        names.includes(name) && isObject(value) ? change(value, prefix + name) : value,
      ]),
    )
  const probed = changed(container, ['readinessProbe', 'livenessProbe', 'startupProbe'], '')
  return {
    ...probed,
    lifecycle: changed(objectAt(container, 'lifecycle'), ['preStop', 'postStart'], 'lifecycle.'),
  }
}

/** Injectors write down the number of a port. */
function withNumber(container: JsonObject, hook: JsonObject): JsonObject {
  const numbered = (action: JsonObject): JsonObject => {
    const named = listAt(container, 'ports')
      .filter(isObject)
      .find((port) => port['name'] === action['port'])
    return named === undefined ? action : { ...action, port: named['containerPort'] ?? 0 }
  }
  const actions = ['httpGet', 'tcpSocket'].filter((kind) => isObject(hook[kind]))
  return { ...hook, ...Object.fromEntries(actions.map((kind) => [kind, numbered(objectAt(hook, kind))])) }
}

/** Of some probes they write down nothing (losses.ts says of which). */
function withoutLost(pod: JsonObject, { changes }: Injection): JsonObject {
  const lost = new Set(changes.filter(({ action }) => action === 'lost').map(({ place }) => place))
  return withContainers(pod, (container, list) =>
    withHooks(container, (hook, place) =>
      lost.has(`spec.${list}[${stringAt(container, 'name')}].${place}`) ? undefined : hook,
    ),
  )
}

/** They put the sidecar first or last, wherever its user had it. */
function withSidecarLast(pod: JsonObject): JsonObject {
  return withSpec(pod, (spec) => {
    const [inits, containers] = [containersOf(spec, 'initContainers'), containersOf(spec, 'containers')]
    const proxies = [...containers, ...inits].filter(isProxy)
    return {
      ...spec,
      initContainers: inits.filter((container) => !isProxy(container)),
      containers: [...containers.filter((container) => !isProxy(container)), ...proxies],
    }
  })
}

function isProxy(container: JsonObject): boolean {
  return container['name'] === 'istio-proxy'
}

const scraping = ['scrape', 'path', 'port'].map((part) => `prometheus.io/${part}`)

/** Prometheus takes any spelling of its annotations, the proper one first, and an empty value for none. */
function spelled(annotations: JsonObject): JsonObject {
  const out: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(annotations)) {
    const proper = scraping.find((name) => name.replaceAll(/\W/g, '_') === key.replaceAll(/\W/g, '_'))
    if (proper === undefined) out[key] = value
    else if (value !== '' && (proper === key || !annotations[proper])) out[proper] = value
  }
  return out
}

/** A user may say what an injector would say anyway. */
function withoutDefaults(pod: JsonObject): JsonObject {
  const first = containersOf(objectAt(pod, 'spec'), 'containers')
    .map((container) => stringAt(container, 'name'))
    .find((name) => name !== 'istio-proxy')
  const keys = ['kubectl.kubernetes.io/default-container', 'kubectl.kubernetes.io/default-logs-container']
  const said = withMap(pod, 'annotations', (annotations) =>
    without(annotations, ...keys.filter((key) => annotations[key] === first)),
  )
  return withMap(said, 'labels', (labels) =>
    labels['security.istio.io/tlsMode'] === 'istio' ? without(labels, 'security.istio.io/tlsMode') : labels,
  )
}

/** Some things injectors write over, whatever they were. */
function withoutOverwritten(pod: JsonObject, { release }: Injection): JsonObject {
  const keys = ['istio.io/rev', ...(isProxyless(pod) ? ['sidecar.istio.io/rewriteAppHTTPProbers'] : [])]
  const annotated = withMap(pod, 'annotations', (annotations) => without(annotations, ...keys))
  if (!holds('1.6', release) || holds('1.18', release)) return annotated
  const labelled = withMap(annotated, 'labels', (labels) => without(labels, 'istio.io/rev'))
  if (holds('1.15', release)) return labelled
  return withSpec(labelled, (spec) => ({
    ...spec,
    securityContext: without(objectAt(spec, 'securityContext'), 'fsGroup'),
  }))
}

/** Templates since 1.9 take out all init containers where they have none of their own. */
function withoutRemoved(pod: JsonObject): JsonObject {
  if (annotationsOf(pod)['sidecar.istio.io/interceptionMode'] !== 'NONE') return pod
  return withSpec(pod, (spec) => without(spec, 'initContainers'))
}

/** Up to 1.8 Istio takes containers and volumes of certain names out of every pod, whoever put them in. */
function withoutLegacy(pod: JsonObject, { release }: Injection): JsonObject {
  if (holds('1.9', release)) return pod
  return withSpec(pod, (spec) => {
    const lists = statusLists.map((list): [string, Json] => {
      const names: readonly string[] = legacyStatus[list]
      return [
        list,
        listAt(spec, list).filter((item) => !(isObject(item) && names.includes(stringAt(item, 'name')))),
      ]
    })
    return { ...spec, ...Object.fromEntries(lists) }
  })
}

/** Templates for gRPC without Envoy name every container, and Go keeps of what its user says what it knows. */
function withoutUnknown(pod: JsonObject): JsonObject {
  return isProxyless(pod) ? withContainers(pod, (container) => without(container, 'futureMember')) : pod
}

function isProxyless(pod: JsonObject): boolean {
  return stringAt(annotationsOf(pod), 'inject.istio.io/templates').startsWith('grpc-')
}
