import type { StringMap } from './json.ts'

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
