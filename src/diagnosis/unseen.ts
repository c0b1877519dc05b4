import { isAboutSidecar, refusedBy } from './call-fault.ts'
import { refusedFor } from './control.ts'
import type { Facts } from './facts.ts'
import type { Seen } from './observations.ts'

/** In place of what made no sense to look at, such as the pods of a Service that is not there. */
export const notAsked = 'not asked'

/** What could not be looked at, with the reason; what need not be there is left out by the collector. */
export function unseen(facts: Facts): readonly string[] {
  const { seen, probes } = facts
  if (seen.failure !== undefined) return ['everything: the API server could not be called']
  const parts: readonly (readonly [string, Seen<unknown>])[] = [
    ['the version of Kubernetes', seen.version],
    ['whether admissionregistration.k8s.io is served', seen.admissionApi],
    ['the MutatingWebhookConfigurations', seen.configurations],
    ['the labels of namespaces', seen.namespaces],
    ['the nodes (Fargate, hybrid nodes, groups of nodes)', seen.nodes],
    ['the network of the pods (DaemonSets)', seen.daemonSets],
    ['the endpoints of the Service', seen.endpointSlices],
    ["the injector's pods", seen.pods],
    ["the injector's Deployment", seen.deployments],
    ['the NetworkPolicies', seen.networkPolicies],
    ['security groups for pods', seen.securityGroupPolicies],
    ['custom networking', seen.eniConfigs],
    ["Istio's ConfigMaps", seen.configMaps],
    ['the Events', seen.events],
    ["the API server's own counts of webhook calls", seen.metrics],
  ]
  const lines = parts.flatMap(([what, part]) => missing(what, part))
  const services = Object.entries(seen.services).flatMap(([name, service]) =>
    missing(`Service ${name}`, service),
  )
  const canary = untried(facts)
  const pods = probes.flatMap(({ pod, byApiServer, self }) => [
    ...missing(`whether the API server reaches pod ${pod}`, byApiServer),
    ...missing(`what pod ${pod} says of itself`, self),
  ])
  return [...canary, ...lines, ...services, ...pods]
}

/**
 * Why the whole path was not tried to its end: the canary was not sent, or stopped by what is about such pods and not about sidecars, or came
 * back from who knows where.
 */
export function untried({ seen, webhook, worked }: Facts): readonly string[] {
  const { canary } = seen
  const what = 'the whole path, by a canary'
  if (canary.kind === 'not-sent') return [`${what}: ${canary.why}`]
  if (canary.kind === 'admitted') {
    return worked
      ? []
      : [`${what}: it came back from namespace ${canary.namespace}, and no injector has seen it`]
  }
  const why = refusedFor(seen)
  const another = 'another namespace may: --namespace'
  if (why === 'itself') {
    return [
      `${what}: namespace ${canary.namespace} does not take it without a sidecar, either (${another}): ${canary.message}`,
    ]
  }
  const by = refusedBy(canary.message)
  if (why === 'sidecar' || by === undefined || by === webhook?.name || isAboutSidecar(canary.message))
    return []
  return [`${what}: ${by} does not admit it (${another}): ${canary.message}`]
}

function missing(what: string, seen: Seen<unknown>): string[] {
  return 'missing' in seen && seen.missing !== notAsked ? [`${what}: ${seen.missing}`] : []
}
