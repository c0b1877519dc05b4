import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject, type StringMap } from './json.ts'

/** Whom the proxy runs as. */
export interface ProxyUser {
  readonly user: number
  readonly group: number
}

/** Istio's own user and group. */
export const defaultProxyUser: ProxyUser = { user: 1337, group: 1337 }

const userRangeKey = 'openshift.io/sa.scc.uid-range'
const groupsKey = 'openshift.io/sa.scc.supplemental-groups'

/** On OpenShift: the last user and group of the ranges that the pod's namespace was given. */
export function openShiftUser(namespaceAnnotations: StringMap): ProxyUser {
  const users = Object.hasOwn(namespaceAnnotations, userRangeKey)
    ? (namespaceAnnotations[userRangeKey] ?? '')
    : ''
  const groups = Object.hasOwn(namespaceAnnotations, groupsKey)
    ? (namespaceAnnotations[groupsKey] ?? '')
    : users
  return {
    user: endOfRange(users) ?? defaultProxyUser.user,
    group: endOfRange(groups.split(',')[0] ?? '') ?? defaultProxyUser.group,
  }
}

/** `1000620000/10000` has 10000 ids from the first on; `1000-1999` names both ends. */
function endOfRange(range: string): number | undefined {
  const block = /^(\d{1,15})\/(\d{1,15})$/.exec(range)
  if (block !== null) return Number(block[1]) + Number(block[2]) - 1
  const ends = /^(\d{1,15})-(\d{1,15})$/.exec(range)
  return ends === null ? undefined : Number(ends[2])
}

/**
 * OpenShift gives every container of a pod the user of its namespace's range before webhooks are asked, and so the
 * user's own istio-proxy, which must not run as the application. Such a user, recognised by being the last that
 * another container has, is taken back (from 1.24).
 */
export function withoutAssignedUser(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const lists = ['containers', 'initContainers'] as const
  const list = lists.find((name) => listAt(spec, name).some((item) => nameOf(item) === 'istio-proxy'))
  if (list === undefined) return pod
  const others = lists.flatMap((name) => listAt(spec, name)).filter((item) => !ownNames.has(nameOf(item)))
  const assigned = others.map(userOf).findLast((user) => user !== undefined) ?? 0
  const containers = listAt(spec, list).map((item) => {
    if (!isObject(item) || nameOf(item) !== 'istio-proxy' || !isObject(item['securityContext'])) return item
    return (userOf(item) ?? 0) === assigned ? withoutUser(item) : item
  })
  return { ...pod, spec: { ...spec, [list]: containers } }
}

const ownNames: ReadonlySet<string> = new Set(['istio-proxy', 'istio-init', 'istio-validation'])

function nameOf(item: Json): string {
  return isObject(item) ? stringAt(item, 'name') : ''
}

function userOf(item: Json): number | undefined {
  const user = isObject(item) ? objectAt(item, 'securityContext')['runAsUser'] : undefined
  return typeof user === 'number' ? user : undefined
}

/** A container that says no longer whom it runs as. */
export function withoutUser(container: JsonObject): JsonObject {
  const { runAsUser: _user, runAsGroup: _group, ...rest } = objectAt(container, 'securityContext')
  return { ...container, securityContext: rest }
}
