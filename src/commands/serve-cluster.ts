import type { KubernetesClient } from '../cluster/client.ts'
import { createEvents, type Events } from '../cluster/events.ts'
import { SettingsError } from '../injection/errors.ts'
import { isDecidedByNodes } from '../injection/native-sidecars.ts'
import { settingsInSteps, type Settings } from '../injection/settings.ts'
import { defaultRevision, severalRevisions, soleRevision, type Revisions } from '../revisions/revisions.ts'
import type { Readiness } from '../server/readiness.ts'
import { aside } from '../sources/aside.ts'
import { blamed } from '../sources/blamed.ts'
import { openCluster } from '../sources/cluster.ts'
import type { Pair, Wanted } from '../sources/config-map.ts'
import { ConfigMapError } from '../sources/errors.ts'
import type { ClusterTexts } from '../sources/live-revision.ts'
import { clusterEvents } from '../telemetry/following.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { ServedRevisions, SettingsEvents } from './serve-revisions.ts'
import type { SettingsFlags } from './settings-options.ts'

/** The ConfigMaps of a cluster that are to be served. */
export interface ServedCluster {
  readonly namespace: string
  readonly wanted: Wanted
}

export interface ClusterSurroundings {
  readonly client: KubernetesClient
  readonly log: Logger
  readonly metrics: Metrics
  readonly readiness: Readiness
}

/**
 * Follows the ConfigMaps of a cluster. Until the first settings have come the server is not ready, and says why; nothing
 * that the cluster does ends it.
 */
export function openClusterRevisions(
  { namespace, wanted }: ServedCluster,
  flags: SettingsFlags,
  told: SettingsEvents,
  { client, log, metrics, readiness }: ClusterSurroundings,
): ServedRevisions {
  const tags = flags.revisionTags ?? new Map<string, string>()
  const following = clusterEvents(log, metrics)
  const events = createEvents({ client, namespace, onError: (error) => following.onEventError(error) })
  const started = Date.now()
  let current = severalRevisions(new Map(), tags)

  const source = openCluster<Settings>({
    client,
    namespace,
    wanted,
    wantsNamespaces: isOpenShift(flags),
    // async: what reading the texts throws is to come as that of compiling them does
    compile: async (revision, texts) => aside(settingsInSteps(clusterSource(texts, flags, revision))),
    asksNodes: ({ traits }) =>
      flags.nodeVersion === undefined &&
      isDecidedByNodes(traits.merge.native, flags.env ?? new Map<string, string>()),
    onLoad: (revision, settings, generation) => told.onLoad(revision, settings, generation),
    onError(revision, error, pair) {
      told.onError(revision, error)
      warn(events, error, pair)
    },
    onGone: (revision) => told.onGone(revision),
    onOrphan: (revision, why) => following.onOrphan(revision, why),
    onChange(all) {
      current = revisionsOf(wanted, all, tags)
    },
    onWaiting(why, seen) {
      // A server that does not answer is told of as such.
      if (seen) following.onWaiting(why)
      if (why === undefined) readiness.release('settings')
      else readiness.hold('settings', why)
    },
    onTrouble: (resource, error) => following.onTrouble(resource, error),
  })

  return {
    get current() {
      return current
    },
    annotationsOf: (name) => source.annotationsOf(name),
    beforeMetrics: () => following.showStaleness(source.lastContacts(), started),
    close() {
      source.close()
      events.close()
    },
  }
}

/** What settings are compiled from, in the cluster. */
export function clusterSource(
  { proxyConfigs, nodeVersion, ...texts }: ClusterTexts,
  { env, istioVersion, nodeVersion: named }: SettingsFlags,
  revision: string | undefined,
) {
  return {
    ...texts,
    istioVersion,
    revision,
    environment: env,
    nodeVersion: named ?? nodeVersion,
    proxyConfigs,
  }
}

/** On OpenShift injection asks for the annotations of namespaces (`--env PLATFORM=openshift`, as istiod's own). */
export function isOpenShift({ env }: SettingsFlags): boolean {
  return env?.get('PLATFORM') === 'openshift'
}

/**
 * One revision serves whoever does not name another; of several, path and labels choose. The default revision alone
 * serves pods with a label of another, too: what Istio's own webhook of `istio-injection=enabled` does.
 */
export function revisionsOf(
  wanted: Wanted,
  all: ReadonlyMap<string, Settings>,
  tags: ReadonlyMap<string, string>,
): Revisions {
  const [first] = all
  const isAlone = wanted.kind !== 'all' || (all.size === 1 && all.has(defaultRevision))
  if (first === undefined || !isAlone) return severalRevisions(all, tags)
  const [name, settings] = first
  return soleRevision(name, settings, new Map([...tags].filter(([, revision]) => revision === name)))
}

/** An Event on the ConfigMap that is wrong, for whoever has edited it. */
function warn(events: Events, error: unknown, pair: Pair): void {
  // While Istio is installed one of them comes first.
  if (error instanceof ConfigMapError && error.code === 'config-map-missing') return
  const { configMap: regarding } = blamed(error, pair)
  // Nobody looks at the Events of what is not there; readiness and the log have it.
  if (regarding === undefined) return
  const { name, uid, resourceVersion } = regarding
  const message = error instanceof SettingsError ? error.detail : messageOf(error)
  events.warn({
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', name, uid, resourceVersion },
    reason: 'SettingsRefused',
    message: `${message.trimEnd()}\n${staying}`,
  })
}

const staying = 'The injector goes on with the last good settings, if it has any.'

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
