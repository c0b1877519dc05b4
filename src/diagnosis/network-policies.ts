import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { labelsOf, selectorMatches, type Labels } from './selection.ts'

/** What the NetworkPolicies of a namespace say of calls to a pod's port from outside of all pods. */
export type Admission =
  | { readonly admits: 'all' }
  /** Some address blocks only; whether the API server is in one of them is not known here. */
  | { readonly admits: 'blocks'; readonly blocks: readonly string[]; readonly policies: readonly string[] }
  | { readonly admits: 'none'; readonly policies: readonly string[] }

/**
 * Whether policies let the API server in. It is no pod, so that rules which admit pods and namespaces do not admit it; on
 * the node's network policies mostly do not hold.
 */
export function admission(
  policies: readonly JsonObject[],
  pod: { readonly object: JsonObject; readonly port: number; readonly portName: string | undefined },
): Admission {
  const labels = labelsOf(pod.object)
  const isolating = policies.filter((policy) => isolates(policy, labels))
  if (isolating.length === 0 || objectAt(pod.object, 'spec')['hostNetwork'] === true) return { admits: 'all' }
  const rules = isolating
    .flatMap((policy) => listAt(objectAt(policy, 'spec'), 'ingress'))
    .filter((rule) => coversPort(rule, pod.port, pod.portName))
  if (rules.some((rule) => listAt(rule, 'from').length === 0)) return { admits: 'all' }
  const blocks = rules.flatMap((rule) =>
    listAt(rule, 'from').flatMap((peer) => textAt(objectAt(peer, 'ipBlock'), 'cidr') ?? []),
  )
  const names = isolating.map((policy) => textAt(policy['metadata'], 'name') ?? '')
  if (blocks.includes('0.0.0.0/0') || blocks.includes('::/0')) return { admits: 'all' }
  return blocks.length > 0
    ? { admits: 'blocks', blocks, policies: names }
    : { admits: 'none', policies: names }
}

/** Without policyTypes a policy is about ingress. */
function isolates(policy: JsonObject, labels: Labels): boolean {
  const spec = objectAt(policy, 'spec')
  const types = listAt(spec, 'policyTypes')
  if (types.length > 0 && !types.includes('Ingress')) return false
  return selectorMatches(objectAt(spec, 'podSelector'), labels)
}

function coversPort(rule: Json, port: number, portName: string | undefined): boolean {
  const ports = listAt(rule, 'ports')
  return ports.length === 0 || ports.some((each) => isPort(each, port, portName))
}

function isPort(entry: Json, port: number, portName: string | undefined): boolean {
  if (!isObject(entry) || (textAt(entry, 'protocol') ?? 'TCP') !== 'TCP') return false
  const { port: first = port, endPort: last } = entry
  if (typeof first === 'string') return first === portName
  if (typeof first !== 'number') return false
  return typeof last === 'number' ? first <= port && port <= last : first === port
}
