import type { Json } from '../golang/json-value.ts'
import { blamed } from './blamed.ts'
import type { Pair } from './config-map.ts'
import { ConfigMapError } from './errors.ts'
import { pairTexts, type PairTexts } from './pair-texts.ts'

/** What the settings of a revision are made of in a cluster. */
export interface ClusterTexts extends PairTexts {
  /** ProxyConfig resources of all namespaces. */
  readonly proxyConfigs: readonly Json[]
  /** The oldest kubelet's version, where settings ask for it; undefined where they do not, or where there are no nodes. */
  readonly nodeVersion: string | undefined
}

/** What revisions share. */
export interface Surroundings {
  readonly proxyConfigs: readonly Json[]
  /** Undefined while the nodes are not known; they then are from when they have been asked for. */
  readonly nodes: { readonly oldest: string | undefined } | undefined
}

export interface LiveRevisionOptions<T> {
  readonly namespace: string
  readonly compile: (texts: ClusterTexts) => Promise<T>
  /** Do the kubelets' versions decide about something in these settings? */
  readonly asksNodes: (settings: T) => boolean
  /** Told that the nodes are to be made known. */
  readonly onNodesWanted: () => void
  readonly onLoad: (settings: T, generation: number) => void
  /** Told, once a content, why it cannot be used. */
  readonly onError: (error: unknown, pair: Pair) => void
  /** Told that the ConfigMaps are gone, and the last good settings stay; or that they are back. */
  readonly onOrphan: (why: ConfigMapError | undefined) => void
}

/** The settings of one revision, out of its ConfigMaps. */
export interface LiveRevision<T> {
  /** The last good ones; undefined as long as there were none. */
  readonly settings: T | undefined
  /** Why there are none, or why those in use are not the newest. */
  readonly problem: string | undefined
  /** Takes up what the ConfigMaps hold now. Never rejects. */
  take(pair: Pair, surroundings: Surroundings): Promise<void>
}

/** One revision, not looked at yet. */
export function liveRevision<T>(options: LiveRevisionOptions<T>): LiveRevision<T> {
  const { namespace, compile, asksNodes, onLoad, onError, onOrphan } = options
  let settings: T | undefined
  let generation = 0
  let problem: string | undefined
  /** The problem and the content that were told last. */
  let refused = ''
  let isOrphan = false
  /** What the last attempt was made from. */
  let attempted = ''
  let usesNodes = false

  async function take(pair: Pair, surroundings: Surroundings): Promise<void> {
    let texts: PairTexts
    try {
      texts = pairTexts(pair, namespace)
    } catch (error) {
      return incomplete(error, pair)
    }
    if (isOrphan) onOrphan(undefined)
    isOrphan = false
    await load(texts, pair, surroundings)
  }

  function incomplete(error: unknown, pair: Pair): void {
    const isMissing = error instanceof ConfigMapError && error.code === 'config-map-missing'
    if (settings !== undefined && isMissing) {
      if (!isOrphan) onOrphan(error)
      isOrphan = true
      return
    }
    // Not what was attempted last any more: the same content is to be loaded when it comes back.
    refuse(error, pair)
    attempted = ''
  }

  async function load(texts: PairTexts, pair: Pair, { proxyConfigs, nodes }: Surroundings): Promise<void> {
    const used = usesNodes ? nodes?.oldest : undefined
    if (usesNodes && nodes === undefined) return
    const content = JSON.stringify([texts, proxyConfigs, used ?? null, usesNodes])
    if (content === attempted) return
    attempted = content
    try {
      const made = await compile({ ...texts, proxyConfigs, nodeVersion: used })
      if (!usesNodes && asksNodes(made)) {
        usesNodes = true
        problem = 'the nodes are not known yet'
        options.onNodesWanted()
        return await load(texts, pair, { proxyConfigs, nodes })
      }
      settings = made
      problem = undefined
      refused = ''
      generation++
    } catch (error) {
      return refuse(error, pair)
    }
    onLoad(settings, generation)
  }

  function refuse(error: unknown, pair: Pair): void {
    const message = error instanceof Error ? error.message : String(error)
    problem = error instanceof ConfigMapError ? message : `ConfigMap ${blamed(error, pair).name}: ${message}`
    // Whoever has edited it, and not mended it, is to hear of it again.
    const told = JSON.stringify([problem, pair.injector?.data, pair.mesh?.data])
    if (refused !== told) onError(error, pair)
    refused = told
  }

  return {
    get settings() {
      return settings
    },
    get problem() {
      return problem
    },
    take,
  }
}
