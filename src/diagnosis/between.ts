import { objectAt, textAt } from '../cluster/objects.ts'
import type { JsonObject } from '../golang/json-value.ts'
import { podPort } from './aws.ts'
import type { Facts } from './facts.ts'
import { certain, possible, probable, type Found } from './finding.ts'
import { textsAt } from './members.ts'
import { admission } from './network-policies.ts'
import { valueOf } from './observations.ts'
import { labelsOf, selectorMatches } from './selection.ts'
import { told } from './told.ts'
import { portNameOf, type InjectorPod, type NodeFacts } from './workload.ts'

/** What may stand between the API server and pods that it does not reach. */
export type BetweenCause =
  'network-policy' | 'hybrid-nodes' | 'security-groups-for-pods' | 'overlay-network' | 'port-blocked'

export type BetweenFound = Found & { readonly cause: BetweenCause }

/** Nobody is reached: what stands between, the most particular first. */
export function between(facts: Facts): BetweenFound {
  const evidence = [told(facts), ...probeLines(facts)]
  for (const look of [byPolicy, byHybridNode, byPodSecurityGroup, byOverlay]) {
    const found = look(facts)
    if (found !== undefined) return { ...found, evidence: [...evidence, ...found.evidence] }
  }
  const isSure =
    hasSeenAll(facts) &&
    isAlive(facts) &&
    facts.probes.some(({ byApiServer }) => valueOf(byApiServer)?.reached === false)
  const title = `What the API server sends to ${placeCalled(facts)} is dropped`
  const isNow = facts.probes.some(({ byApiServer }) => valueOf(byApiServer)?.reached === true)
  const found = isNow ? possible : isSure ? certain : probable
  const hangs = isAlive(facts) ? [] : [perhapsHanging]
  return { cause: 'port-blocked', ...found(title, ...evidence, ...(isNow ? [sometimes] : hangs)) }
}

/** `port 9443 of the injector's pods`, or the url that is called in their place. */
export function placeCalled(facts: Facts): string {
  const { webhook } = facts
  const port = podPort(facts)
  return webhook?.url ?? `${port === undefined ? 'the port' : `port ${port}`} of the injector's pods`
}

const perhapsHanging =
  'no pod says anything by its other port, either: if a pod can call it, it is the ports; if not, the process hangs'

const sometimes =
  "the API server's proxy reaches them now: another API server of this cluster may not, or it is so at times only"

/** A process that hangs looks from outside like packets that are dropped, unless it says something elsewhere. */
export function isAlive({ probes }: Pick<Facts, 'probes'>): boolean {
  return probes.some(
    ({ self, direct }) => valueOf(self) !== undefined || valueOf(direct)?.http?.reached === true,
  )
}

/** Which kind of nodes the pods are on, on which the same words mean something else. */
export function knowsNodes({ seen, pods, nodes, endpoints }: Facts): boolean {
  if (endpoints === undefined || valueOf(seen.pods) === undefined) return false
  return pods.every(({ node }) => nodes.has(node))
}

/** Whatever else may stand between has been looked for, at pods that are known. */
function hasSeenAll({ seen, pods, nodes }: Facts): boolean {
  const parts = [seen.networkPolicies, seen.daemonSets, seen.securityGroupPolicies]
  const isKnown = pods.length > 0 && pods.every(({ node }) => nodes.has(node))
  return isKnown && parts.every((part) => valueOf(part) !== undefined)
}

function probeLines({ probes }: Facts): readonly string[] {
  return probes.flatMap(({ pod, port, byApiServer, direct, ready }) => {
    const reached = valueOf(byApiServer)
    const own = valueOf(direct)?.http ?? valueOf(direct)?.tcp
    return [
      ...(reached === undefined || reached.reached || !ready
        ? []
        : [`the API server's proxy does not reach port ${port} of pod ${pod}: ${reached.error}`]),
      ...(own?.reached === true ? [`from here, another pod, it answers within ${own.ms} ms`] : []),
    ]
  })
}

function byPolicy({ seen, pods, probes }: Facts): BetweenFound | undefined {
  const policies = valueOf(seen.networkPolicies) ?? []
  for (const pod of pods) {
    const port = probes.find((probe) => probe.pod === pod.name)?.port ?? 0
    const admits = admission(policies, { object: pod.object, port, portName: portNameOf(pod, port) })
    if (admits.admits === 'all') continue
    const names = `NetworkPolicy ${admits.policies.join(', ')}`
    const title = `${names} does not let the API server in`
    if (admits.admits === 'none') {
      const line = `${names} selects pod ${pod.name} and admits nobody but pods to port ${port}, which the API server is not`
      return { cause: 'network-policy', ...certain(title, line) }
    }
    const line = `${names} selects pod ${pod.name} and admits ${admits.blocks.join(', ')} only to port ${port}`
    return { cause: 'network-policy', ...possible(`${names} may not let the API server in`, line) }
  }
  return undefined
}

function nodesOf({ pods, nodes }: Facts): readonly { readonly pod: InjectorPod; readonly node: NodeFacts }[] {
  return pods.flatMap((pod) => {
    const node = nodes.get(pod.node)
    return node === undefined ? [] : [{ pod, node }]
  })
}

function byHybridNode(facts: Facts): BetweenFound | undefined {
  const found = nodesOf(facts).find(({ node }) => node.isHybrid)
  if (found === undefined) return undefined
  const line = `pod ${found.pod.name} is on ${found.node.name}, a hybrid node (eks.amazonaws.com/compute-type=hybrid)`
  return { cause: 'hybrid-nodes', ...probable('The control plane does not reach pods on hybrid nodes', line) }
}

/** The annotation is the VPC CNI's, the resource AWS's. */
function byPodSecurityGroup(facts: Facts): BetweenFound | undefined {
  const { pods } = facts
  const title = "The injector's pods have security groups of their own, which do not admit the control plane"
  const branch = pods.find(({ object }) =>
    textAt(objectAt(object['metadata'], 'annotations'), 'vpc.amazonaws.com/pod-eni'),
  )
  const policy = securityGroupPolicy(facts)
  if (branch === undefined && policy === undefined) return undefined
  const groups = securityGroups(facts)
  return {
    cause: 'security-groups-for-pods',
    ...probable(
      title,
      ...(branch === undefined ? [] : [`pod ${branch.name} has annotation vpc.amazonaws.com/pod-eni`]),
      ...(policy === undefined
        ? []
        : [`SecurityGroupPolicy ${textAt(policy['metadata'], 'name')} selects it: ${groups.join(', ')}`]),
    ),
  }
}

function securityGroupPolicy({ seen, pods }: Facts): JsonObject | undefined {
  return (valueOf(seen.securityGroupPolicies) ?? []).find((each) => {
    const selector = objectAt(objectAt(each, 'spec'), 'podSelector')
    return (
      Object.keys(selector).length > 0 &&
      pods.some(({ object }) => selectorMatches(selector, labelsOf(object)))
    )
  })
}

/** Those that a SecurityGroupPolicy gives the injector's pods. */
export function securityGroups(facts: Facts): readonly string[] {
  return textsAt(objectAt(objectAt(securityGroupPolicy(facts), 'spec'), 'securityGroups'), 'groupIds')
}

function byOverlay(facts: Facts): BetweenFound | undefined {
  const overlay = overlayOf(facts)
  if (!facts.isEks || overlay === undefined || facts.pods.some(({ hostNetwork }) => hostNetwork))
    return undefined
  const title = `The control plane has no way to pods of ${overlay}'s network`
  return { cause: 'overlay-network', ...probable(title, overlayLine(overlay)) }
}

/** DaemonSets of the networks that give pods addresses which the VPC does not know. */
const overlays = [
  'calico-node',
  'cilium',
  'weave-net',
  'kube-flannel',
  'kube-flannel-ds',
  'antrea-agent',
] as const

/** The overlay network that takes the place of the VPC's; undefined if pods have addresses of the VPC, or it is not known. */
export function overlayOf(facts: Facts): string | undefined {
  const { seen } = facts
  const names = new Set(
    (valueOf(seen.daemonSets) ?? []).map((each) => textAt(each['metadata'], 'name') ?? ''),
  )
  const found = names.has('aws-node') ? undefined : overlays.find((name) => names.has(name))
  return found === 'cilium' && hasNodeAddresses(facts) ? undefined : found
}

/** `10.0` of `10.0.27.20` */
function block(address: string): string {
  return address.split('.').slice(0, 2).join('.')
}

/** Cilium may give pods addresses of the VPC itself (ipam: eni); subnets of a VPC are within a /16. */
function hasNodeAddresses({ pods, nodes }: Facts): boolean {
  const blocks = new Set([...nodes.values()].flatMap(({ addresses }) => addresses.map(block)))
  return pods.some(({ address, hostNetwork }) => !hostNetwork && blocks.has(block(address)))
}

export function overlayLine(overlay: string): string {
  return `DaemonSet ${overlay} is there, and aws-node, which gives pods addresses of the VPC, is not`
}
