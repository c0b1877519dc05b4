import type { KubernetesClient } from '../cluster/client.ts'
import type { WatchTimes } from '../cluster/watch.ts'
import { viewCluster, type Watched } from './cluster-view.ts'
import { injectorName, namesOf, pairsOf, type Pair, type Wanted } from './config-map.ts'
import { liveRevision, type ClusterTexts, type LiveRevision } from './live-revision.ts'
import { injectorMissing } from './pair-texts.ts'

export interface ClusterOptions<T> {
  readonly client: KubernetesClient
  /** The control plane's, where its ConfigMaps are. */
  readonly namespace: string
  readonly wanted: Wanted
  readonly wantsNamespaces: boolean
  /** Makes the settings of one revision. Where it throws, the last good ones of that revision stay, and all others. */
  readonly compile: (revision: string, texts: ClusterTexts) => Promise<T>
  readonly asksNodes: (settings: T) => boolean
  readonly onLoad: (revision: string, settings: T, generation: number) => void
  /** Told, once a content, why the ConfigMaps of a revision cannot be used. */
  readonly onError: (revision: string, error: unknown, pair: Pair) => void
  /** Told of a revision that never could be loaded, and is gone. */
  readonly onGone: (revision: string) => void
  /** Told that ConfigMaps are gone, and the last good settings stay; undefined: they are back. */
  readonly onOrphan: (revision: string, why: Error | undefined) => void
  /** Told of the settings of all revisions when any has come or changed. */
  readonly onChange: (all: ReadonlyMap<string, T>) => void
  /** Told why there is nothing to serve, once the cluster has been seen or before; undefined from when there is, for good. */
  readonly onWaiting: (why: string | undefined, seen: boolean) => void
  /** Told of every attempt to look at the cluster that fails; undefined once it works again. */
  readonly onTrouble: (resource: Watched, error: unknown) => void
  /** Changes that come together are taken up together. Default: 100, as Istio's injectors. */
  readonly debounceMs?: number | undefined
  readonly times?: Partial<WatchTimes> | undefined
}

export interface ClusterSource {
  /** What injection asks for; undefined where it asks for nothing. */
  annotationsOf(namespace: string): Readonly<Record<string, string>> | undefined
  /** When the API server last said anything, by resource. */
  lastContacts(): ReadonlyMap<Watched, number | undefined>
  close(): void
}

/**
 * Settings from the ConfigMaps of a cluster, for as long as it is not closed. Nothing ends it: a server that cannot be
 * reached or ConfigMaps that are not there (yet) are waited for, and what was good last stays in use.
 */
export function openCluster<T>(options: ClusterOptions<T>): ClusterSource {
  const { client, namespace, wanted, onError, onGone, onChange, onWaiting, debounceMs = 100 } = options
  const revisions = new Map<string, LiveRevision<T>>()
  let told: ReadonlyMap<string, T> = new Map()
  let timer: NodeJS.Timeout | undefined
  let isTaking = false
  let isStale = false
  let closed = false

  const view = viewCluster({
    ...options,
    onChange: later,
    onTrouble(resource, error) {
      options.onTrouble(resource, error)
      if (told.size === 0 && error instanceof Error && !view.synced) onWaiting(error.message, false)
    },
  })
  onWaiting(`${client.server} has not answered yet`, false)

  function later(): void {
    isStale = true
    if (closed || isTaking) return
    timer ??= setTimeout(() => {
      timer = undefined
      void takeAll()
    }, debounceMs)
  }

  /** Never twice at the same time; what changes meanwhile is taken up afterwards. */
  async function takeAll(): Promise<void> {
    isTaking = true
    isStale = false
    // Half of a cluster would be taken for the whole: settings without their ProxyConfigs, say.
    if (view.synced) await take()
    isTaking = false
    if (isStale) later()
  }

  async function take(): Promise<void> {
    const pairs = pairsOf(view.configMaps, wanted)
    for (const name of pairs.keys()) if (!revisions.has(name)) revisions.set(name, open(name))
    for (const [name, revision] of revisions) {
      const pair = pairs.get(name)
      if (pair === undefined && revision.settings === undefined) {
        revisions.delete(name)
        onGone(name)
        continue
      }
      await revision.take(pair ?? nothingOf(name), view.surroundings)
      if (closed) return
    }
    publish()
  }

  function open(name: string): LiveRevision<T> {
    return liveRevision<T>({
      namespace,
      compile: (texts) => options.compile(name, texts),
      asksNodes: options.asksNodes,
      onNodesWanted: () => view.watchNodes(),
      onLoad: (settings, generation) => options.onLoad(name, settings, generation),
      onError: (error, pair) => onError(name, error, pair),
      onOrphan: (why) => options.onOrphan(name, why),
    })
  }

  function publish(): void {
    const all = new Map<string, T>()
    for (const [name, { settings }] of revisions) if (settings !== undefined) all.set(name, settings)
    const isSame = all.size === told.size && [...all].every(([name, settings]) => told.get(name) === settings)
    if (!isSame) onChange(all)
    told = all
    onWaiting(all.size === 0 ? reasonToWait() : undefined, true)
  }

  function reasonToWait(): string {
    const problems = [...revisions].flatMap(([name, { problem }]) =>
      problem === undefined ? [] : [`revision ${name}: ${problem}`],
    )
    if (problems.length > 0) return problems.join('; ')
    return injectorMissing(injectorName, namespace).message
  }

  return {
    annotationsOf: (name) => view.annotationsOf(name),
    lastContacts: () => view.lastContacts(),
    close() {
      closed = true
      clearTimeout(timer)
      view.close()
    },
  }
}

/** A revision's pair when both ConfigMaps are gone. */
function nothingOf(revision: string): Pair {
  const [injectorName, meshName] = namesOf(revision)
  return { injectorName, meshName, injector: undefined, mesh: undefined }
}
