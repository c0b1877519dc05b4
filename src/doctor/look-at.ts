import type { KubernetesClient } from '../cluster/client.ts'
import { objectAt } from '../cluster/objects.ts'
import type { Facts } from '../diagnosis/facts.ts'
import { serviceKey, type ServicePort } from '../diagnosis/injectors.ts'
import { valueOf, type Observations, type Seen } from '../diagnosis/observations.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { get, getPresent, lean, list, withoutManagers } from './look.ts'

/** What every API server that knows webhooks has, and answers without asking anybody. */
export const admission = '/apis/admissionregistration.k8s.io'

/** What is there of the whole cluster. */
export async function lookAtCluster(client: KubernetesClient) {
  const [version, admissionApi, configurations, namespaces, nodes, daemonSets, eniConfigs, events] =
    await Promise.all([
      getPresent(client, '/version'),
      get(client, admission),
      list(client, `${admission}/v1/mutatingwebhookconfigurations`, { isOptional: true }),
      list(client, '/api/v1/namespaces'),
      // Enough to see whose machines these are; the injector's own come later.
      list(client, '/api/v1/nodes', { query: { limit: '20' }, pages: 1 }),
      list(client, '/apis/apps/v1/namespaces/kube-system/daemonsets', { pages: 1 }),
      list(client, '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs', { isOptional: true }),
      lookAtEvents(client),
    ])
  return {
    version,
    admissionApi,
    configurations:
      'value' in configurations && configurations.value.length === 0 ? await beta(client) : configurations,
    namespaces: lean(namespaces),
    nodes: lean(nodes),
    daemonSets: lean(daemonSets),
    eniConfigs: lean(eniConfigs),
    events: lean(events),
  }
}

/** Kubernetes before 1.16. */
async function beta(client: KubernetesClient): Promise<Seen<readonly JsonObject[]>> {
  return list(client, `${admission}/v1beta1/mutatingwebhookconfigurations`, { isOptional: true })
}

/** The reasons of Events that are looked at; 500 of each say enough. */
const reasons = ['FailedCreate', 'FailedScheduling', 'SettingsRefused', 'RemovingNode', 'NodeNotReady']

async function lookAtEvents(client: KubernetesClient): Promise<Seen<readonly JsonObject[]>> {
  const seen = await Promise.all(
    reasons.map((reason) =>
      list(client, '/api/v1/events', { query: { fieldSelector: `reason=${reason}` }, pages: 1 }),
    ),
  )
  const failed = seen.find((each) => 'missing' in each)
  return failed ?? { value: seen.flatMap((each) => valueOf(each) ?? []) }
}

/** The Services that webhooks call, by `namespace/name`. */
export async function lookAtServices(
  client: KubernetesClient,
  services: readonly ServicePort[],
): Promise<Observations['services']> {
  const seen = await Promise.all(
    services.map(async (service) => {
      // Webhook configurations may name what no Service can be called.
      const [namespace, name] = [service.namespace, service.name].map(encodeURIComponent)
      const found = await get(client, `/api/v1/namespaces/${namespace}/services/${name}`)
      return [serviceKey(service), leanObject(found)] as const
    }),
  )
  return Object.fromEntries(seen)
}

/** What is there around the injector's Service. */
export async function lookAtInjector(client: KubernetesClient, { service, serviceObject }: Facts) {
  if (service === undefined) return {}
  const namespace = encodeURIComponent(service.namespace)
  const selector = Object.entries(objectAt(objectAt(serviceObject ?? undefined, 'spec'), 'selector'))
  const labelSelector = selector
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : ''}`)
    .join(',')
  const apps = `/apis/apps/v1/namespaces/${namespace}`
  const [endpointSlices, pods, deployments, networkPolicies, securityGroupPolicies] = await Promise.all([
    list(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`),
    labelSelector === ''
      ? { value: [] }
      : list(client, `/api/v1/namespaces/${namespace}/pods`, { query: { labelSelector } }),
    list(client, `${apps}/deployments`),
    list(client, `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`),
    list(client, `/apis/vpcresources.k8s.aws/v1beta1/namespaces/${namespace}/securitygrouppolicies`, {
      isOptional: true,
    }),
  ])
  return {
    endpointSlices: lean(endpointSlices),
    pods: lean(pods),
    deployments: lean(deployments),
    networkPolicies: lean(networkPolicies),
    securityGroupPolicies: lean(securityGroupPolicies),
  }
}

/** Those that the injector's pods are on, beside the first ones. */
export async function nodesOf(
  client: KubernetesClient,
  { seen, pods, nodes }: Facts,
): Promise<Observations['nodes']> {
  if ('missing' in seen.nodes) return seen.nodes
  const names = new Set(pods.map(({ node }) => node).filter((name) => name !== '' && !nodes.has(name)))
  const others = await Promise.all([...names].map((name) => get(client, `/api/v1/nodes/${name}`)))
  const found = others.map((each) => valueOf(each) ?? undefined).filter((each) => isObject(each))
  return { value: [...seen.nodes.value, ...found] }
}

function leanObject(seen: Awaited<ReturnType<typeof get>>): Awaited<ReturnType<typeof get>> {
  return 'value' in seen && seen.value !== null ? { value: withoutManagers(seen.value) } : seen
}
