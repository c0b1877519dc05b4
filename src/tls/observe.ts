import type { KubernetesClient } from '../cluster/client.ts'
import { watch } from '../cluster/watch.ts'
import { readBundle, trusts, type Anchor } from './bundle.ts'
import type { Match } from './keeper.ts'
import type { CertificatePair } from './pair.ts'
import {
  configurationsPath,
  readConfiguration,
  type ServiceName,
  type WebhookConfiguration,
} from './webhook-configuration.ts'

export interface ObserveOptions {
  readonly client: KubernetesClient
  readonly configurations: readonly string[]
  /** Undefined: whatever their webhooks call, it is us. */
  readonly service: ServiceName | undefined
  readonly onMatch: (configuration: string, match: Match) => void
  /** Told of every failed attempt; undefined once all is well again. */
  readonly onTrouble: (error: unknown) => void
}

export interface Observer {
  /** What is served from now on. */
  serves(pair: CertificatePair): void
  close(): void
}

/** Compares caBundles that somebody else writes with the certificate that is served, and writes nothing. */
export function observe(options: ObserveOptions): Observer {
  const { client, configurations, service, onMatch, onTrouble } = options
  const present = new Map<string, WebhookConfiguration>()
  const listed = new Set<string>()
  let chain: readonly Anchor[] | undefined

  function tell(name: string): void {
    const configuration = present.get(name)
    if (!listed.has(name) || chain === undefined) return
    onMatch(name, configuration === undefined ? 'absent' : matchOf(configuration, chain))
  }

  const watches = configurations.map((name) =>
    watch({
      client,
      path: configurationsPath,
      fieldSelector: `metadata.name=${name}`,
      keep: (object) => readConfiguration(object, service),
      onChange(objects) {
        const [configuration] = objects.values()
        if (configuration === undefined || configuration.webhooks.length === 0) present.delete(name)
        else present.set(name, configuration)
        listed.add(name)
        tell(name)
      },
      onTrouble,
    }),
  )

  return {
    serves(pair) {
      chain = readBundle(pair.cert)
      for (const name of configurations) tell(name)
    },
    close() {
      for (const each of watches) each.close()
    },
  }
}

function matchOf({ webhooks }: WebhookConfiguration, chain: readonly Anchor[]): Match {
  return webhooks.every(({ anchors }) => trusts(anchors, chain)) ? 'yes' : 'no'
}
