import { connect } from '../cluster/connect.ts'
import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { listAll } from '../cluster/list-all.ts'
import { collections } from '../cluster/verbs.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { SettingsError } from '../injection/errors.ts'
import { isDecidedByNodes } from '../injection/native-sidecars.ts'
import { compileSettings, type Settings } from '../injection/settings.ts'
import { defaultRevision, type Revisions } from '../revisions/revisions.ts'
import { blamed } from '../sources/blamed.ts'
import { readProxyConfig } from '../sources/cluster-view.ts'
import {
  injectorName,
  pairsOf,
  readConfigMap,
  type ConfigMap,
  type Pair,
  type Wanted,
} from '../sources/config-map.ts'
import { ConfigMapError } from '../sources/errors.ts'
import type { ClusterTexts } from '../sources/live-revision.ts'
import { kubeletVersion, oldestVersion } from '../sources/node-versions.ts'
import { injectorMissing, pairTexts } from '../sources/pair-texts.ts'
import { checkNoFiles, defaultIstioNamespace, wantedOf, type ClusterFlags } from './cluster-options.ts'
import { CommandError } from './errors.ts'
import { clusterSource, revisionsOf } from './serve-cluster.ts'
import type { SettingsFlags } from './settings-options.ts'

type Flags = SettingsFlags & ClusterFlags
type Warn = (message: string) => void

/** A cluster's settings, as they are now. */
export interface ReadCluster {
  readonly client: KubernetesClient
  readonly revisions: Revisions
}

/**
 * The revisions that a cluster has, for commands that look once: all, or `--revision` of them. What cannot be used is told
 * to `warn` and left out. Rejects with ClusterError, and with CommandError if nothing is left.
 */
export async function readClusterRevisions(flags: Flags, warn: Warn): Promise<ReadCluster> {
  checkNoFiles(flags)
  const wanted = wantedOf({ ...flags, ...namedRevision(flags) })
  const client = await connect(flags)
  const reading = { client, flags, warn, namespace: flags.istioNamespace ?? defaultIstioNamespace }
  const pairs = pairsOf(await readConfigMaps(reading, wanted), wanted)
  const proxyConfigs = (await listOptional(reading, collections.proxyConfigs)).map(readProxyConfig)
  const all = new Map<string, Settings>()
  const problems: CommandError[] = []
  for (const [name, pair] of pairs) {
    try {
      all.set(name, await compilePair(reading, pair, { name, proxyConfigs }))
    } catch (error) {
      if (!(error instanceof CommandError) || wanted.kind === 'one') throw error
      problems.push(error)
      warn(`revision ${name} is left out: ${error.message}`)
    }
  }
  if (all.size === 0)
    throw problems[0] ?? new CommandError(injectorMissing(injectorName, reading.namespace).message)
  return { client, revisions: revisionsOf(wanted, all, flags.revisionTags ?? new Map<string, string>()) }
}

/** The settings of one revision for kube-inject, for which no labels choose: of `--revision`, or the default ones. */
export async function readClusterSettings(flags: Flags, warn: Warn): Promise<Settings> {
  checkNoFiles(flags)
  const { revision = defaultRevision } = namedRevision(flags)
  const wanted = wantedOf({ ...flags, revision })
  const client = await connect(flags)
  try {
    const reading = { client, flags, warn, namespace: flags.istioNamespace ?? defaultIstioNamespace }
    const [[, pair] = []] = pairsOf(await readConfigMaps(reading, wanted), wanted)
    if (pair === undefined) throw new TypeError('the pair that is wanted is there, maybe empty')
    const { injectorName: injector, meshName: mesh } = pair
    warn(`settings: ConfigMaps ${injector} and ${mesh} in namespace ${reading.namespace} of ${client.server}`)
    // As istioctl's, which calls the default revision nothing unless it is told, and looks at no ProxyConfigs.
    const name = revision === defaultRevision ? (flags.revision ?? '') : revision
    return await compilePair(reading, pair, { name, proxyConfigs: [] })
  } finally {
    await client.close()
  }
}

/** `--revision`, or the revision that it stands for as a tag. */
function namedRevision({ revision, revisionTags }: Flags): { readonly revision?: string } {
  return revision === undefined ? {} : { revision: revisionTags?.get(revision) ?? revision }
}

interface Reading {
  readonly client: KubernetesClient
  readonly flags: Flags
  readonly namespace: string
  readonly warn: Warn
}

/** Two by name need no more than the right to get them. */
async function readConfigMaps({ client, namespace }: Reading, wanted: Wanted): Promise<readonly ConfigMap[]> {
  const collection = collections.configMaps(namespace)
  if (wanted.kind === 'all') return (await listAll(client, collection)).map(readConfigMap)
  const found = await Promise.all(
    [wanted.injector, wanted.mesh].map(async (name) => {
      const object = await client
        .call({ method: 'GET', path: `${collection}/${encodeURIComponent(name)}` })
        .catch(absent)
      return isObject(object) ? [readConfigMap(object)] : []
    }),
  )
  return found.flat()
}

function absent(error: unknown): undefined {
  if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error
}

/** Compiles a pair. Throws CommandError that names the ConfigMap. */
async function compilePair(
  reading: Reading,
  pair: Pair,
  { name, proxyConfigs }: { readonly name: string; readonly proxyConfigs: ClusterTexts['proxyConfigs'] },
): Promise<Settings> {
  const { flags, namespace } = reading
  try {
    const texts = { ...pairTexts(pair, namespace), proxyConfigs, nodeVersion: undefined }
    const settings = compileSettings(clusterSource(texts, flags, name))
    const environment = flags.env ?? new Map<string, string>()
    const asksNodes = isDecidedByNodes(settings.traits.merge.native, environment)
    if (flags.nodeVersion !== undefined || !asksNodes) return settings
    const versions = (await listOptional(reading, collections.nodes)).flatMap(
      (node) => kubeletVersion(node) ?? [],
    )
    return compileSettings(clusterSource({ ...texts, nodeVersion: oldestVersion(versions) }, flags, name))
  } catch (error) {
    if (error instanceof ConfigMapError) throw new CommandError(error.message, { cause: error })
    if (!(error instanceof SettingsError)) throw error
    throw new CommandError(`ConfigMap ${blamed(error, pair).name}: ${error.detail}`, { cause: error })
  }
}

/** What need not be there, or may not be seen by who is calling, which is told. */
async function listOptional({ client, warn }: Reading, path: string): Promise<readonly JsonObject[]> {
  try {
    return await listAll(client, path)
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    if (error.code === 'forbidden')
      warn(`what is there is not known, and taken for nothing: ${error.message}`)
    if (error.code === 'forbidden' || error.code === 'not-found') return []
    throw error
  }
}
