import type { KubernetesClient } from '../cluster/client.ts'
import { coverageMetrics } from '../telemetry/covering.ts'
import { clusterEvents } from '../telemetry/following.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { UsageError } from './errors.ts'
import { openCoverage, type LiveCoverage } from './live-coverage.ts'
import type { ServeOptions } from './serve-command.ts'
import type { SettingsPlace } from './serve-files.ts'
import type { ServedRevisions } from './serve-revisions.ts'

/** What `serve` has for it. */
export interface CoverageSurroundings {
  readonly settings: SettingsPlace
  readonly client: () => Promise<KubernetesClient>
  readonly revisions: ServedRevisions
  readonly log: Logger
  readonly metrics: Metrics
}

/** Follows the state of pods if the flags ask for it. Rejects with UsageError where there is no cluster. */
export async function openServedCoverage(
  { coverage }: Pick<ServeOptions, 'coverage'>,
  { settings, client, revisions, log, metrics }: CoverageSurroundings,
): Promise<LiveCoverage | undefined> {
  if (!coverage) return undefined
  if (settings.kind !== 'cluster')
    throw new UsageError('--coverage needs -i, a cluster whose pods are looked at')
  const { namespace, wanted } = settings.cluster
  const show = coverageMetrics(metrics)
  const following = clusterEvents(log, metrics)
  return openCoverage({
    client: await client(),
    revisions: () => revisions.current,
    // Of ConfigMaps with names of one's own the age is not known.
    ...(wanted.kind === 'all' ? { istioNamespace: namespace } : {}),
    onChange: show,
    onTrouble: (resource, error) => following.onTrouble(resource, error),
    onDefect: (error) => log.error({ err: error }, 'pods cannot be counted, the last count stays'),
  })
}
