import type { Json, JsonObject } from '../golang/json-value.ts'
import type { KubernetesClient } from '../cluster/client.ts'
import { objectAt, textAt } from '../cluster/objects.ts'
import { collections } from '../cluster/verbs.ts'
import { watch, type Watch, type WatchOptions, type WatchTimes } from '../cluster/watch.ts'
import { isOfPair, readConfigMap, type ConfigMap, type Wanted } from './config-map.ts'
import type { Surroundings } from './live-revision.ts'
import { kubeletVersion, oldestVersion } from './node-versions.ts'

/** What is watched. */
export type Watched = 'configmaps' | 'proxyconfigs' | 'nodes' | 'namespaces'

export interface ClusterViewOptions {
  readonly client: KubernetesClient
  /** Of the ConfigMaps. */
  readonly namespace: string
  readonly wanted: Wanted
  /** The annotations of namespaces are asked for: OpenShift's ranges of users stand in them. */
  readonly wantsNamespaces: boolean
  /** Told that settings may have changed. */
  readonly onChange: () => void
  readonly onTrouble: (resource: Watched, error: unknown) => void
  readonly times?: Partial<WatchTimes> | undefined
}

/** The cluster as far as settings are concerned, as it was last heard of. */
export interface ClusterView {
  /** Everything that is watched has been listed. */
  readonly synced: boolean
  readonly configMaps: readonly ConfigMap[]
  readonly surroundings: Surroundings
  /** From now on nodes are watched, too. */
  watchNodes(): void
  /** The annotations of a namespace that injection asks for; undefined where none are asked for. */
  annotationsOf(namespace: string): Readonly<Record<string, string>> | undefined
  /** When the API server last said anything, by resource. */
  lastContacts(): ReadonlyMap<Watched, number | undefined>
  close(): void
}

/** Looks at a cluster and goes on looking. */
export function viewCluster(options: ClusterViewOptions): ClusterView {
  const { client, namespace, wanted, onChange, onTrouble, times } = options
  const watches = new Map<Watched, Watch>()
  let configMaps: readonly ConfigMap[] = []
  let proxyConfigs: readonly Json[] = []
  let annotations: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map()
  let nodes: Surroundings['nodes']

  function start<T>(
    resource: Watched,
    path: string,
    rest: Pick<WatchOptions<T>, 'keep' | 'onChange' | 'isOptional'>,
  ): void {
    const told = { onTrouble: (error: unknown) => onTrouble(resource, error) }
    watches.set(resource, watch<T>({ client, path, times: times ?? {}, ...told, ...rest }))
  }

  start<ConfigMap>('configmaps', collections.configMaps(namespace), {
    keep(object) {
      const isHalf = isOfPair(textAt(object['metadata'], 'name') ?? '', wanted)
      return isHalf ? readConfigMap(object) : undefined
    },
    onChange(objects) {
      configMaps = [...objects.values()]
      onChange()
    },
  })
  start<JsonObject>('proxyconfigs', collections.proxyConfigs, {
    keep: readProxyConfig,
    onChange(objects) {
      proxyConfigs = [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      onChange()
    },
    isOptional: true,
  })
  if (options.wantsNamespaces) {
    start<Readonly<Record<string, string>>>('namespaces', collections.namespaces, {
      keep: readAnnotations,
      onChange(objects) {
        annotations = objects
        onChange()
      },
    })
  }

  return {
    get synced() {
      return [...watches.values()].every(({ synced }) => synced)
    },
    get configMaps() {
      return configMaps
    },
    get surroundings() {
      return { proxyConfigs, nodes }
    },
    watchNodes() {
      if (watches.has('nodes')) return
      start<string>('nodes', collections.nodes, {
        keep: kubeletVersion,
        onChange(objects) {
          const oldest = oldestVersion(objects.values())
          if (nodes !== undefined && nodes.oldest === oldest) return
          nodes = { oldest }
          onChange()
        },
        isOptional: true,
      })
    },
    annotationsOf: (name) => annotations.get(`/${name}`),
    lastContacts: () => new Map([...watches].map(([resource, { lastContact }]) => [resource, lastContact])),
    close() {
      for (const watched of watches.values()) watched.close()
    },
  }
}

/** The members of a ProxyConfig that count; a change of the others is none. */
export function readProxyConfig({ metadata, spec }: JsonObject): JsonObject {
  const { name, namespace, creationTimestamp } = objectAt({ metadata }, 'metadata')
  return { kind: 'ProxyConfig', metadata: { name, namespace, creationTimestamp }, spec }
}

/** Only OpenShift's: the others may be large. */
function readAnnotations({ metadata }: JsonObject): Readonly<Record<string, string>> {
  const all = Object.entries(objectAt(metadata, 'annotations'))
  return Object.fromEntries(
    all.flatMap(([key, value]) =>
      key.startsWith('openshift.io/sa.scc.') && typeof value === 'string' ? [[key, value]] : [],
    ),
  )
}
