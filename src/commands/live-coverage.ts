import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { collections } from '../cluster/verbs.ts'
import { watch, type WatchOptions, type WatchTimes } from '../cluster/watch.ts'
import { coverageInSteps, type CoverageCache } from '../coverage/coverage-in-steps.ts'
import { notKept, slimPod } from '../coverage/slim-pod.ts'
import type { Surroundings } from '../coverage/surroundings.ts'
import type { Coverage } from '../coverage/types.ts'
import type { JsonObject } from '../injection/json.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { readNamespace, type NamespaceFacts } from '../selection/namespace.ts'
import { readWebhooks, type WebhookEntry } from '../selection/webhook-entry.ts'
import { aside } from '../sources/aside.ts'
import { agesOnly, settingsTimes } from './settings-times.ts'

export interface CoverageOptions {
  readonly client: KubernetesClient
  /** The revisions that are served now. */
  readonly revisions: () => Revisions
  /** The namespace of Istio's ConfigMaps, which tell the age of settings. Default: it is not asked for. */
  readonly istioNamespace?: string
  readonly onChange: (coverage: Coverage) => void
  readonly onTrouble: (resource: string, error: unknown) => void
  /** Pods could not be counted, by a defect of ours; the last count stays until something changes. */
  readonly onDefect: (error: unknown) => void
  /** Changes that come together are looked at together. Default: 1000. */
  readonly debounceMs?: number
  readonly times?: Partial<WatchTimes>
}

export interface LiveCoverage {
  /** Undefined until all has been seen. */
  readonly current: Coverage | undefined
  /** What decides about pods that are created now. Undefined until it has been seen. */
  readonly surroundings: Surroundings | undefined
  close(): void
}

/** Pods are large: so many are read at once in a few milliseconds. */
const podsPage = 50

/** All pods are listed anew no more often than this. */
const relistMs = 3_600_000

const webhooksResource = 'mutatingwebhookconfigurations'

/** Follows pods, namespaces and webhook configurations of a cluster, and what is to be said of them. */
export function openCoverage(options: CoverageOptions): LiveCoverage {
  const { client, revisions, onChange, onTrouble, onDefect, debounceMs = 1000 } = options
  const cache: CoverageCache = new WeakMap()
  const denied = new Set<string>()
  let pods: ReadonlyMap<string, JsonObject> = new Map()
  let namespaces: ReadonlyMap<string, NamespaceFacts> = new Map()
  let entries: readonly WebhookEntry[] = []
  let timesOfSettings: Surroundings['settingsTimes']
  let current: Coverage | undefined
  let seenRevisions: Revisions | undefined
  let isStale = false
  let isCounting = false
  let closed = false

  function follow<T>(
    resource: string,
    path: string,
    rest: Pick<WatchOptions<T>, 'keep' | 'onChange' | 'pageSize'>,
  ) {
    return watch<T>({
      client,
      path,
      isOptional: true,
      times: { relistMs, ...options.times },
      onTrouble(error) {
        if (error === undefined) denied.delete(resource)
        else if (error instanceof ClusterError && error.code === 'forbidden') denied.add(resource)
        isStale = true
        onTrouble(resource, error)
      },
      ...rest,
    })
  }

  const watches = [
    follow<JsonObject>('pods', collections.pods, {
      keep: slimPod,
      pageSize: podsPage,
      onChange(objects) {
        pods = objects
        isStale = true
      },
    }),
    follow<NamespaceFacts>('namespaces', collections.namespaces, {
      keep: readNamespace,
      onChange(objects) {
        namespaces = new Map([...objects.values()].map((facts) => [facts.name, facts]))
        isStale = true
      },
    }),
    follow<JsonObject>(webhooksResource, collections.webhooks, {
      keep: (object) => object,
      onChange(objects) {
        ;({ entries } = readWebhooks([...objects.values()]))
        isStale = true
      },
    }),
    ...(options.istioNamespace === undefined
      ? []
      : [
          follow<JsonObject>('configmaps', collections.configMaps(options.istioNamespace), {
            keep: agesOnly,
            onChange(objects) {
              const ages = [...objects.values()]
              timesOfSettings = (revision) => settingsTimes(ages, revision)
              isStale = true
            },
          }),
        ]),
  ]

  function surroundingsOf(served: Revisions): Surroundings {
    // What may not be seen is not what is not there.
    const webhooks = denied.has(webhooksResource) ? undefined : entries
    return {
      revisions: served,
      namespaces,
      webhooks,
      ...(timesOfSettings === undefined ? {} : { settingsTimes: timesOfSettings }),
    }
  }

  const isSeen = () => watches.every(({ synced }) => synced)

  async function count(): Promise<void> {
    const served = revisions()
    const isChanged = isStale || served !== seenRevisions
    if (isCounting || !isChanged || !isSeen()) return
    isCounting = true
    isStale = false
    seenRevisions = served
    try {
      const surroundings = { ...surroundingsOf(served), notKept }
      const notKnown = [...denied].map((resource) => `${resource} may not be seen`)
      const coverage = await aside(coverageInSteps(pods.values(), surroundings, cache, notKnown))
      if (closed) return
      current = coverage
      onChange(coverage)
    } catch (error) {
      // The webhook of the same process is not to end with it.
      onDefect(error)
    } finally {
      isCounting = false
    }
  }

  const timer = setInterval(() => void count(), debounceMs).unref()
  return {
    get current() {
      return current
    },
    get surroundings() {
      return isSeen() ? surroundingsOf(revisions()) : undefined
    },
    close() {
      closed = true
      clearInterval(timer)
      for (const watched of watches) watched.close()
    },
  }
}
