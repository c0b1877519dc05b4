import { textAt } from '../cluster/objects.ts'
import { between, isAlive, type BetweenCause } from './between.ts'
import type { Facts } from './facts.ts'
import { certain, probable, type Found } from './finding.ts'
import { valueOf, type EndpointProbe } from './observations.ts'
import { eventTime } from './path-fault.ts'
import { told } from './told.ts'
import type { InjectorPod } from './workload.ts'

/** The causes of silence. A time-out says no more than that nothing came back in time. */
type TimeoutCause = BetweenCause | 'slow-server' | 'dead-connections' | 'some-nodes-blocked'

type TimeoutFound = Found & { readonly cause: TimeoutCause }

/**
 * Which of them it is: first whether the server has had the call after all, then whether the API server reaches it on a new
 * connection, then what may stand between. Undefined where nothing timed out.
 */
function timeoutCause(facts: Facts): TimeoutFound | undefined {
  if (facts.isSlow) return undefined
  const isTimeout = facts.fault?.kind === 'timeout'
  const late = isTimeout ? served(facts) : undefined
  return late ?? someBlocked(facts) ?? (isTimeout ? (reachedNow(facts) ?? between(facts)) : undefined)
}

/** The same for the one cause of them. */
export function timeoutOf(id: TimeoutCause): (facts: Facts) => Found | undefined {
  return (facts) => {
    const found = timeoutCause(facts)
    return found?.cause === id ? found : undefined
  }
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
  if (shut.every(({ probe }) => isAlive({ probes: [probe] }))) {
    return { cause: 'some-nodes-blocked', ...certain(title, ...lines) }
  }
  const late = open.filter(({ probe, reached }) => Math.max(reached.ms, probe.selfMs) > slowMs)
  if (late.length === 0) return { cause: 'some-nodes-blocked', ...probable(title, ...lines, mayHang) }
  const times = late.map(
    ({ probe, reached }) => `pod ${probe.pod} took ${Math.max(reached.ms, probe.selfMs)} ms`,
  )
  return {
    cause: 'slow-server',
    ...probable('Pods of the injector answer late or not at all', ...lines, ...times),
  }
}

const mayHang =
  'they say nothing by their other port, either: if a pod can call it, it is the node; if not, the process hangs'

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
