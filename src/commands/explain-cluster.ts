import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { listKept } from '../cluster/list-all.ts'
import { collections } from '../cluster/verbs.ts'
import { isEvent, isOfInterest } from '../explanation/events.ts'
import type { World } from '../explanation/world.ts'
import { isObject, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { withTags, type Revisions } from '../revisions/revisions.ts'
import { readNamespace, type NamespaceFacts } from '../selection/namespace.ts'
import { readWebhooks } from '../selection/webhook-entry.ts'
import { CommandError } from './errors.ts'
import { targetPath, type Target } from './explain-target.ts'
import { readUnanswered } from './read-endpoints.ts'
import { settingsTimes } from './settings-times.ts'
import { someAtOnce } from './some-at-once.ts'

/** What is asked of a cluster. */
export interface ClusterQuestion {
  readonly client: KubernetesClient
  readonly revisions: Revisions
  /** Of Istio's ConfigMaps. */
  readonly istioNamespace: string
  /** The namespaces that are asked about. */
  readonly namespaces: readonly string[]
  /** Their pods are looked at. */
  readonly wantsPods: boolean
}

/** An object of the cluster. Rejects with ClusterError, and with CommandError for one that is not there. */
export async function readTarget(
  client: KubernetesClient,
  target: Target,
  namespace: string,
): Promise<JsonObject> {
  const path = targetPath(target, namespace)
  try {
    const object = await client.call({ method: 'GET', path })
    // Lists and single objects of the API server name their kind, but not those of every proxy.
    if (isObject(object)) return { ...object, kind: target.kind.kind }
    throw new CommandError(`GET ${client.server}${path}: the answer is no object`)
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error
    const where = target.kind.kind === 'Namespace' ? '' : ` in namespace ${namespace} (-n names another)`
    const message = `there is no ${target.kind.kind} ${target.name}${where} at ${client.server}`
    throw new CommandError(message, { cause: error })
  }
}

/** What is seen of a cluster; what may not be seen is said. Rejects with ClusterError if nothing can be seen at all. */
export async function worldOfCluster(question: ClusterQuestion): Promise<World> {
  const { client, revisions, istioNamespace, namespaces, wantsPods } = question
  const notKnown: string[] = []
  const listed = (what: string, path: string, keep?: Keep) =>
    listOr({ client, path, keep, tell: () => notKnown.push(what) })
  const [facts, webhooks, configMaps, events, pods, version, failedOpen] = await Promise.all([
    readNamespaces(client, namespaces, notKnown),
    listed('webhook configurations may not be listed', collections.webhooks),
    listed('times of the ConfigMaps', collections.configMaps(istioNamespace)),
    someAtOnce(namespaces, (name) =>
      listed(`Events of namespace ${name}`, collections.events(name), (event) =>
        isOfInterest(event) ? event : undefined,
      ),
    ),
    wantsPods
      ? someAtOnce(namespaces, (name) => listed(`pods of namespace ${name}`, podsPath(name), withoutManagers))
      : [],
    client.call({ method: 'GET', path: '/version' }).catch(unlessCluster),
    readFailedOpen(client),
  ])
  const { entries, unreadable, tags } = readWebhooks(webhooks ?? [])
  return {
    surroundings: {
      revisions: withTags(revisions, tags),
      namespaces: facts,
      webhooks: webhooks === undefined ? undefined : entries,
      settingsTimes: (revision) => settingsTimes(configMaps ?? [], revision),
    },
    pods: pods.flatMap((list) => list ?? []),
    events: events
      .flatMap((list) => list ?? [])
      .map((event) => ({ kind: 'Event', ...event }))
      .filter(isEvent),
    isEks: isObject(version) ? stringAt(version, 'gitVersion').includes('-eks-') : undefined,
    failedOpen,
    unanswered: await readUnanswered(client, entries, notKnown),
    unreadable,
    notKnown,
  }
}

function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`
}

async function readNamespaces(
  client: KubernetesClient,
  names: readonly string[],
  notKnown: string[],
): Promise<ReadonlyMap<string, NamespaceFacts>> {
  const facts = new Map<string, NamespaceFacts>()
  await someAtOnce([...new Set(names)], async (name) => {
    try {
      const object = await client.call({
        method: 'GET',
        path: `${collections.namespaces}/${encodeURIComponent(name)}`,
      })
      if (isObject(object)) facts.set(name, readNamespace(object))
    } catch (error) {
      if (!(error instanceof ClusterError) || !isDenied(error)) throw error
      notKnown.push(`namespace ${name}: ${error.message}`)
    }
  })
  return facts
}

/** What is kept of an object; undefined for nothing. */
type Keep = (object: JsonObject) => JsonObject | undefined

interface Listing {
  readonly client: KubernetesClient
  readonly path: string
  readonly keep: Keep | undefined
  readonly tell: () => void
}

/** Pods of a workload are counted, for which nobody asks who has set what; it is most of a pod. */
function withoutManagers(pod: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = objectAt(pod, 'metadata')
  return { ...pod, metadata }
}

/** The objects of a collection; undefined, and told, for one that may not be seen. */
async function listOr({
  client,
  path,
  keep = (object) => object,
  tell,
}: Listing): Promise<readonly JsonObject[] | undefined> {
  try {
    return await listKept(client, path, keep)
  } catch (error) {
    if (!(error instanceof ClusterError) || !isDenied(error)) throw error
    tell()
    return undefined
  }
}

function isDenied({ code }: ClusterError): boolean {
  return code === 'forbidden' || code === 'not-found'
}

function unlessCluster(error: unknown): undefined {
  if (!(error instanceof ClusterError)) throw error
}

const failOpenLine = /^apiserver_admission_webhook_fail_open_count\{.*?\bname="([^"]+)".*?\} (\S+)/

/** From the metrics of one API server, which few people may read; then there are none. */
async function readFailedOpen(client: KubernetesClient): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  try {
    for await (const line of client.lines({ method: 'GET', path: '/metrics' })) {
      const [, name, count] = failOpenLine.exec(line) ?? []
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + Number(count))
    }
  } catch (error) {
    unlessCluster(error)
  }
  return counts
}
