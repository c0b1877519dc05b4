import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { listAll } from '../cluster/list-all.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { injectorOf } from '../selection/injector.ts'
import type { WebhookEntry } from '../selection/webhook-entry.ts'

/** The Services of injectors, `istio-system/istiod`, behind which nobody is. */
export async function readUnanswered(
  client: KubernetesClient,
  entries: readonly WebhookEntry[],
  notKnown: string[],
): Promise<ReadonlySet<string>> {
  const services = entries.flatMap((entry) =>
    injectorOf(entry) === undefined ? [] : (entry.target.service ?? []),
  )
  const unanswered = new Set<string>()
  for (const service of new Set(services)) {
    try {
      if (isLeft(await slicesOf(client, service))) unanswered.add(service)
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error
      // Before Kubernetes 1.21 there are none.
      if (error.code !== 'not-found')
        notKnown.push(`whether anybody is behind Service ${service}: ${error.message}`)
    }
  }
  return unanswered
}

async function slicesOf(client: KubernetesClient, service: string): Promise<readonly JsonObject[]> {
  const [namespace = '', name = ''] = service.split('/')
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`
  const slices = await listAll(client, path)
  return slices.filter((slice) => {
    const labels = objectAt(objectAt(slice, 'metadata'), 'labels')
    return stringAt(labels, 'kubernetes.io/service-name') === name
  })
}

/** A Service that selects pods has a slice even if there are none; without one, who answers is written down elsewhere. */
function isLeft(slices: readonly JsonObject[]): boolean {
  const endpoints = slices.flatMap((slice) => listAt(slice, 'endpoints')).filter(isObject)
  return slices.length > 0 && endpoints.every((each) => objectAt(each, 'conditions')['ready'] === false)
}
