import { objectAt, textAt } from '../cluster/objects.ts'
import type { JsonObject } from '../golang/json-value.ts'
import type { Facts } from './facts.ts'
import { certain, possible, probable, type Found } from './finding.ts'
import { told } from './told.ts'
import { admission } from './network-policies.ts'
import { podPort } from './aws.ts'
import { valueOf, type EndpointProbe } from './observations.ts'
import { textsAt } from './members.ts'
import { selectorMatches, labelsOf } from './selection.ts'
import { eventTime } from './path-fault.ts'
import { portNameOf, type InjectorPod, type NodeFacts } from './workload.ts'

/** The causes of silence. A time-out says no more than that nothing came back in time. */
export type TimeoutCause =
  | 'slow-server'
  | 'dead-connections'
  | 'some-nodes-blocked'
  | 'network-policy'
  | 'hybrid-nodes'
  | 'security-groups-for-pods'
  | 'overlay-network'
  | 'port-blocked'

export type TimeoutFound = Found & { readonly cause: TimeoutCause }

/**
 * Which of them it is: first whether the server has had the call after all, then whether the API server reaches it on a new
 * connection, then what may stand between, the most particular first. Undefined where nothing timed out.
 */
export function timeoutCause(facts: Facts): TimeoutFound | undefined {
  if (facts.isSlow) return undefined
  const isTimeout = facts.fault?.kind === 'timeout'
  const late = isTimeout ? served(facts) : undefined
  return late ?? someBlocked(facts) ?? (isTimeout ? (reachedNow(facts) ?? between(facts)) : undefined)
}

/** The call has arrived, or connections are taken and then nothing is said. */
function served(facts: Facts): TimeoutFound | undefined {
  const { webhook, seenBy, probes } = facts
  const limit = `the API server waits for ${webhook?.timeoutSeconds ?? 10} s`
  if (seenBy.length > 0) {
    const title = 'The injector gets the calls and answers too late'
    return {
      cause: 'slow-server',
      ...certain(title, `${seenBy.join(', ')} has seen the canary`, limit, told(facts)),
    }
  }
  const title = 'The injector takes calls and does not answer in time'
  for (const { pod, direct, port } of probes) {
    const probe = valueOf(direct)
    if (probe === undefined || !probe.tcp.reached) continue
    const silent = probe.tls?.reached === false ? probe.tls : probe.http
    if (silent !== undefined && (!silent.reached || silent.ms > slowMs)) {
      const what = `pod ${pod} takes connections on port ${port} within ${probe.tcp.ms} ms, and then says nothing for ${silent.ms} ms`
      return { cause: 'slow-server', ...certain(title, what, limit, told(facts)) }
    }
  }
  // Even the simplest of its answers, on the listener for operations, which is another port.
  const slow = probes.filter(
    ({ ready, self, selfMs }) => ready && valueOf(self) !== undefined && selfMs > slowMs,
  )
  if (slow.length === 0) return undefined
  const lines = slow.map(({ pod, selfMs }) => `pod ${pod} took ${selfMs} ms to say how it is`)
  return { cause: 'slow-server', ...probable(title, ...lines, limit, told(facts)) }
}

/** A server that is well answers in some milliseconds; on networks between continents in some tenths of a second. */
const slowMs = 1000

/** All pods answer the API server now, on connections of their own. */
function reachedNow(facts: Facts): TimeoutFound | undefined {
  // A new connection to a pod that is there is no dead one: some API server is cut off, the one that was asked just now is not.
  if (isDial(facts)) return undefined
  const reached = facts.probes.filter(({ ready }) => ready).map(({ byApiServer }) => valueOf(byApiServer))
  if (reached.length === 0 || !reached.every((each) => each?.reached === true)) return undefined
  const slowest = Math.max(...reached.map((each) => each?.ms ?? 0))
  const answers = `on new connections every pod answers the API server, within ${slowest} ms`
  const knows = facts.probes.some(({ self }) => valueOf(self) !== undefined)
  if (!knows || slowest > slowMs) {
    const title = 'The injector can be reached and answers too late'
    return { cause: 'slow-server', ...probable(title, answers, told(facts)) }
  }
  const gone = removedNodes(facts)
  const found = gone.length > 0 ? certain : probable
  const title = 'The API server calls on connections whose other end is gone'
  return {
    cause: 'dead-connections',
    ...found(title, told(facts), answers, 'no pod has seen the canary', ...gone),
  }
}

/** Whether it was the connection that took too long, to one of the pods as they are now. */
function isDial({ fault, pods }: Facts): boolean {
  const address = fault?.address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return (
    /dial tcp .*(?:i\/o timeout|connection timed out)/.test(fault?.text ?? '') &&
    pods.some((pod) => pod.address === address)
  )
}

/** Half an hour: HTTP/2 connections were found dead after 15 minutes (kubernetes/kubernetes#80313). */
const nodeEventMs = 30 * 60_000

function removedNodes({ seen, at }: Facts): readonly string[] {
  return (valueOf(seen.events) ?? [])
    .filter((event) => /^(?:RemovingNode|DeletingNode|NodeNotReady)$/.test(textAt(event, 'reason') ?? ''))
    .filter((event) => at - eventTime(event) < nodeEventMs)
    .map((event) => `Event ${textAt(event, 'reason')}: ${textAt(event, 'message') ?? ''}`)
}

/** Some pods are reached and others are not: their nodes differ. */
function someBlocked(facts: Facts): TimeoutFound | undefined {
  const known = facts.probes.flatMap((probe) => {
    const reached = valueOf(probe.byApiServer)
    return reached !== undefined && probe.ready ? [{ probe, reached }] : []
  })
  const open = known.filter(({ reached }) => reached.reached)
  const shut = known.filter(({ reached }) => !reached.reached && isSilence(reached.error))
  if (open.length === 0 || shut.length === 0) return undefined
  const title = `The API server reaches ${open.length} of ${open.length + shut.length} pods of the injector`
  const lines = [
    ...open.map(({ probe }) => `answers: ${placeOf(facts, probe)}`),
    ...shut.map(
      ({ probe, reached }) =>
        `does not: ${placeOf(facts, probe)}${reached.reached ? '' : `: ${reached.error}`}`,
    ),
  ]
  return { cause: 'some-nodes-blocked', ...certain(title, ...lines) }
}

/** The pods that the API server does not reach, if there are others. */
export function blockedPods({ probes, pods }: Facts): readonly InjectorPod[] {
  const shut = new Set(
    probes.flatMap(({ pod, byApiServer, ready }) => {
      const reached = valueOf(byApiServer)
      return ready && reached?.reached === false && isSilence(reached.error) ? [pod] : []
    }),
  )
  return pods.filter(({ name }) => shut.has(name))
}

function isSilence(error: string): boolean {
  return /i\/o timeout|deadline exceeded|no answer|no route|timeout/i.test(error)
}

/** The labels by which groups of nodes have security groups of their own. */
const groupLabels = ['eks.amazonaws.com/nodegroup', 'karpenter.sh/nodepool', 'alpha.eksctl.io/nodegroup-name']

function placeOf({ nodes, pods }: Facts, { pod, address }: EndpointProbe): string {
  const name = pods.find((each) => each.name === pod)?.node ?? ''
  const labels = nodes.get(name)?.labels ?? {}
  const groups = groupLabels.flatMap((key) => (labels[key] === undefined ? [] : [`${key}=${labels[key]}`]))
  return `pod ${pod} (${address}) on node ${name}${groups.length > 0 ? `, ${groups.join(', ')}` : ''}`
}

/** Nobody is reached: what stands between. */
function between(facts: Facts): TimeoutFound {
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
function isAlive({ probes }: Facts): boolean {
  return probes.some(
    ({ self, direct }) => valueOf(self) !== undefined || valueOf(direct)?.http?.reached === true,
  )
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

function byPolicy({ seen, pods, probes }: Facts): TimeoutFound | undefined {
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

function byHybridNode(facts: Facts): TimeoutFound | undefined {
  const found = nodesOf(facts).find(({ node }) => node.isHybrid)
  if (found === undefined) return undefined
  const line = `pod ${found.pod.name} is on ${found.node.name}, a hybrid node (eks.amazonaws.com/compute-type=hybrid)`
  return { cause: 'hybrid-nodes', ...probable('The control plane does not reach pods on hybrid nodes', line) }
}

/** The annotation is the VPC CNI's, the resource AWS's. */
function byPodSecurityGroup(facts: Facts): TimeoutFound | undefined {
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

function byOverlay(facts: Facts): TimeoutFound | undefined {
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
