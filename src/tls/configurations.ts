import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import {
  configurationPath,
  readConfiguration,
  type ServiceName,
  type WebhookConfiguration,
} from './webhook-configuration.ts'

/** The webhook configurations as they are now. */
export interface ReadConfigurations {
  readonly present: readonly WebhookConfiguration[]
  /** Names of those that do not exist, or have no webhook that calls us. */
  readonly absent: readonly string[]
  /** Why others could not be read. */
  readonly errors: readonly unknown[]
}

/** Reads the configurations of these names. Never rejects. */
export async function readConfigurations(
  client: KubernetesClient,
  names: readonly string[],
  service: ServiceName,
): Promise<ReadConfigurations> {
  const present: WebhookConfiguration[] = []
  const absent: string[] = []
  const errors: unknown[] = []
  const read = await Promise.allSettled(
    names.map((name) => client.call({ method: 'GET', path: configurationPath(name) })),
  )
  for (const [index, result] of read.entries()) {
    const name = names[index] ?? ''
    if (result.status === 'fulfilled') {
      const configuration = readConfiguration(result.value, service)
      if (configuration.webhooks.length === 0) absent.push(name)
      else present.push(configuration)
    } else if (result.reason instanceof ClusterError && result.reason.code === 'not-found') absent.push(name)
    else errors.push(result.reason)
  }
  return { present, absent, errors }
}
