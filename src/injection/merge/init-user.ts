import { isObject, listAt, objectAt, stringAt, stringsAt, type Json, type JsonObject } from '../json.ts'

const interceptionKey = 'sidecar.istio.io/interceptionMode'

/** What decides as whom init containers run. */
export interface InitUserRequest {
  /** The pod as it was received. */
  readonly original: JsonObject
  /** The mesh's or the pod's ProxyConfig, or the pod's annotation, wants TPROXY. */
  readonly isTproxy: boolean
}

/**
 * Fits istio-init (or istio-validation) to the user that the user's own istio-proxy runs as: traffic of that user
 * must not be redirected. With TPROXY the proxy has to be root (spec C.7.7).
 */
export function adjustInitUser({ original, isTproxy }: InitUserRequest, pod: JsonObject): JsonObject {
  const own = ownUser(original)
  if (own === undefined) return pod
  const spec = objectAt(pod, 'spec')
  const inits = listAt(spec, 'initContainers')
  const name = ['istio-init', 'istio-validation'].find((wanted) =>
    inits.some((item) => isNamed(item, wanted)),
  )
  if (name === undefined) return pod
  const forced = isTproxy && own.user !== undefined ? withForcedRoot(pod) : pod
  return mapContainers(forced, 'initContainers', name, (init) => adjusted(init, own, isTproxy))
}

interface User {
  readonly user: number | undefined
  readonly group: number | undefined
}

/** The user and group that the pod as received gives its istio-proxy. */
function ownUser(original: JsonObject): User | undefined {
  const spec = objectAt(original, 'spec')
  const proxy = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].find((item) =>
    isNamed(item, 'istio-proxy'),
  )
  const context = isObject(proxy) ? objectAt(proxy, 'securityContext') : {}
  const [user, group] = [numberAt(context, 'runAsUser'), numberAt(context, 'runAsGroup')]
  return user === undefined && group === undefined ? undefined : { user, group }
}

function numberAt(object: JsonObject, field: string): number | undefined {
  const value = object[field]
  return typeof value === 'number' ? value : undefined
}

function withForcedRoot(pod: JsonObject): JsonObject {
  const list = listAt(objectAt(pod, 'spec'), 'containers').some((item) => isNamed(item, 'istio-proxy'))
  return mapContainers(pod, list ? 'containers' : 'initContainers', 'istio-proxy', asRoot)
}

function asRoot(proxy: JsonObject): JsonObject {
  return { ...proxy, securityContext: { ...objectAt(proxy, 'securityContext'), runAsUser: 0 } }
}

function adjusted(init: JsonObject, { user, group }: User, isTproxy: boolean): JsonObject {
  const takesUser = !isTproxy && init['name'] === 'istio-validation'
  const context = {
    ...objectAt(init, 'securityContext'),
    ...(takesUser && user !== undefined ? { runAsUser: user } : {}),
    ...(takesUser && group !== undefined ? { runAsGroup: group } : {}),
  }
  const changed = takesUser ? { ...init, securityContext: context } : init
  return user === undefined || user === 0 ? changed : withUserArgument(changed, user)
}

/** The argument behind the first `-u` is the user whose traffic is let through. */
function withUserArgument(init: JsonObject, user: number): JsonObject {
  const args = stringsAt(init, 'args')
  const index = args.indexOf('-u')
  return index < 0 || index + 1 >= args.length ? init : { ...init, args: args.with(index + 1, String(user)) }
}

function isNamed(container: Json, name: string): boolean {
  return isObject(container) && stringAt(container, 'name') === name
}

/** The pod with the containers of a name changed. */
export function mapContainers(
  pod: JsonObject,
  list: 'containers' | 'initContainers',
  name: string,
  change: (container: JsonObject) => JsonObject,
): JsonObject {
  const spec = objectAt(pod, 'spec')
  const containers = listAt(spec, list).map((item) =>
    isObject(item) && item['name'] === name ? change(item) : item,
  )
  return { ...pod, spec: { ...spec, [list]: containers } }
}

/** Whether traffic is intercepted by TPROXY: the ProxyConfig says so, or the pod, whatever the other says. */
export function isTproxy(config: JsonObject, pod: JsonObject): boolean {
  const annotations = objectAt(objectAt(pod, 'metadata'), 'annotations')
  const annotated = Object.hasOwn(annotations, interceptionKey) ? annotations[interceptionKey] : undefined
  return config['interceptionMode'] === 'TPROXY' || annotated === 'TPROXY'
}
