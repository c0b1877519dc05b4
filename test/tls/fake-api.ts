import type { ApiRequest, KubernetesClient } from '../../src/cluster/client.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import { listAt, objectAt, textAt } from '../../src/cluster/objects.ts'
import { isList, type Json, type JsonObject } from '../../src/golang/json-value.ts'
import { configurationsPath, fieldManager } from '../../src/tls/webhook-configuration.ts'

export const namespace = 'istio-system'
export const serviceName = 'injector'
export const secretName = 'injector-certificate'
export const secretsPath = `/api/v1/namespaces/${namespace}/secrets`

/** Secrets and MutatingWebhookConfigurations in memory, with resourceVersions and owners of caBundles. */
export interface FakeApi {
  /** Answers one call at once, or throws ClusterError. */
  answer(request: ApiRequest): Json
  /** A client that answers as soon as it can. */
  readonly client: KubernetesClient
  /** As somebody else would: each webhook's caBundle, in base64, under this manager. */
  overwrite(configuration: string, caBundle: string | undefined, manager: string): void
  addConfiguration(name: string, webhooks?: readonly string[]): void
  removeConfiguration(name: string): void
  addWebhook(configuration: string, name: string, clientConfig: JsonObject): void
  /** PEM, decoded, of each webhook; undefined if there is no such configuration. */
  bundles(configuration: string): string[] | undefined
  secret(): Map<string, string> | undefined
  putSecret(values: ReadonlyMap<string, string>): void
  deleteSecret(): void
  /** Writes of caBundles that changed something. */
  writes(): number
  /** Writes that gave up fields. */
  releases(): number
  /** Who owns caBundles of it. */
  owners(configuration: string): string[]
  /** The names of all configurations. */
  configurations(): string[]
  /** Called after each write of a configuration. */
  onConfiguration: (name: string) => void
  /** Called before each call; what it throws is the answer. */
  onCall: (request: ApiRequest) => void
}

interface Stored {
  object: JsonObject
  version: number
  /** Who owns the caBundle of which webhook. */
  owners: Map<string, string>
}

export function createFakeApi(): FakeApi {
  const objects = new Map<string, Stored>()
  const secretPath = `${secretsPath}/${secretName}`
  let version = 100
  let writes = 0
  let releases = 0

  function store(path: string, object: JsonObject, owners = new Map<string, string>()): Json {
    objects.set(path, { object, version: ++version, owners })
    if (path.startsWith(configurationsPath)) api.onConfiguration(path.slice(configurationsPath.length + 1))
    return shown(path)
  }

  function shown(path: string): Json {
    const stored = objects.get(path)
    if (stored === undefined) throw refusal('not-found', 404, 'NotFound', path)
    const managers = new Map<string, JsonObject>()
    for (const [webhook, manager] of stored.owners) {
      const key = `k:${JSON.stringify({ name: webhook })}`
      const fields = { '.': {}, 'f:clientConfig': { 'f:caBundle': {} } }
      managers.set(manager, { ...managers.get(manager), [key]: fields })
    }
    const managedFields = [...managers].map(([manager, fields]) => ({
      manager,
      operation: 'Update',
      fieldsV1: { 'f:webhooks': fields },
    }))
    const metadata = {
      ...objectAt(stored.object, 'metadata'),
      resourceVersion: String(stored.version),
      managedFields,
    }
    return { ...stored.object, metadata }
  }

  function checkVersion(path: string, sent: Json | undefined): Stored {
    const stored = objects.get(path)
    if (stored === undefined) throw refusal('not-found', 404, 'NotFound', path)
    const asked = textAt(objectAt(sent, 'metadata'), 'resourceVersion')
    if (asked !== undefined && asked !== String(stored.version))
      throw refusal('conflict', 409, 'Conflict', path)
    return stored
  }

  function apply(path: string, body: Json): Json {
    const { object, owners } = checkVersion(path, body)
    const sent = new Map(
      listAt(body, 'webhooks').map((webhook) => [
        textAt(webhook, 'name') ?? '',
        textAt(objectAt(webhook, 'clientConfig'), 'caBundle'),
      ]),
    )
    const before = JSON.stringify(object)
    const changed = withBundles(object, (name, caBundle) => (sent.has(name) ? sent.get(name) : caBundle))
    if (JSON.stringify(changed) === before) return shown(path)
    writes++
    return store(
      path,
      changed,
      new Map([...owners, ...[...sent.keys()].map((name): [string, string] => [name, fieldManager])]),
    )
  }

  /** A JSON patch that removes owners, in the order of managedFields. */
  function release(path: string, operations: readonly Json[]): Json {
    const known = objects.get(path)?.owners ?? new Map<string, string>()
    const indexes = operations.flatMap((each) => managedFieldOf(each) ?? [])
    // As the real one: it patches first and compares versions then.
    if (indexes.some((index) => index >= new Set(known.values()).size)) {
      throw refusal('invalid', 422, 'Invalid', path)
    }
    const version = operations.find((each) => textAt(each, 'path') === '/metadata/resourceVersion')
    const { object, owners } = checkVersion(path, {
      metadata: { resourceVersion: textAt(version, 'value') },
    })
    const managers = [...new Set(owners.values())]
    const removed = new Set(indexes.map((index) => managers[index]))
    releases++
    return store(path, object, new Map([...owners].filter(([, manager]) => !removed.has(manager))))
  }

  function answer(request: ApiRequest): Json {
    const { method, path } = request
    const body: Json = JSON.parse(JSON.stringify(request.body ?? null))
    api.onCall(request)
    if (method === 'GET') return shown(path)
    if (method === 'PATCH' && path.startsWith(configurationsPath)) {
      return isList(body) ? release(path, body) : apply(path, body)
    }
    if (method === 'PUT' && path === secretPath) {
      checkVersion(path, body)
      return store(path, asObject(body))
    }
    if (method === 'POST' && path === secretsPath) {
      if (objects.has(secretPath)) throw refusal('conflict', 409, 'AlreadyExists', path)
      return store(secretPath, asObject(body))
    }
    throw refusal('invalid', 405, 'MethodNotAllowed', `${method} ${path}`)
  }

  const api: FakeApi = {
    answer,
    client: {
      server: 'https://fake',
      call: async (request) => answer(request),
      lines: noLines,
      close: async () => undefined,
    },
    overwrite(configuration, caBundle, manager) {
      const path = `${configurationsPath}/${configuration}`
      const { object, owners } = objects.get(path)!
      const changed = withBundles(object, () => caBundle)
      store(path, changed, new Map([...owners.keys(), ...namesOf(object)].map((name) => [name, manager])))
    },
    addConfiguration(name, webhooks = ['one.example', 'two.example']) {
      store(`${configurationsPath}/${name}`, {
        metadata: { name, uid: `uid-${version}` },
        webhooks: webhooks.map((webhook) => ({
          name: webhook,
          failurePolicy: 'Fail',
          clientConfig: { service: { namespace, name: serviceName, path: '/inject' } },
        })),
      })
    },
    removeConfiguration: (name) => void objects.delete(`${configurationsPath}/${name}`),
    addWebhook(configuration, name, clientConfig) {
      const path = `${configurationsPath}/${configuration}`
      const { object, owners } = objects.get(path)!
      store(path, { ...object, webhooks: [...listAt(object, 'webhooks'), { name, clientConfig }] }, owners)
    },
    bundles(configuration) {
      const stored = objects.get(`${configurationsPath}/${configuration}`)
      return (
        stored &&
        listAt(stored.object, 'webhooks').map((webhook) =>
          Buffer.from(textAt(objectAt(webhook, 'clientConfig'), 'caBundle') ?? '', 'base64').toString(),
        )
      )
    },
    secret() {
      const stored = objects.get(secretPath)
      if (stored === undefined) return undefined
      const data = objectAt(stored.object, 'data')
      return new Map(
        Object.keys(data).map((key) => [key, Buffer.from(textAt(data, key) ?? '', 'base64').toString()]),
      )
    },
    putSecret(values) {
      const data = [...values].map(([key, value]) => [key, Buffer.from(value).toString('base64')])
      store(secretPath, { metadata: { name: secretName }, data: Object.fromEntries(data) })
    },
    deleteSecret: () => void objects.delete(secretPath),
    writes: () => writes,
    releases: () => releases,
    owners: (configuration) => [
      ...new Set(objects.get(`${configurationsPath}/${configuration}`)?.owners.values()),
    ],
    configurations: () =>
      [...objects.keys()]
        .filter((path) => path.startsWith(configurationsPath))
        .map((path) => path.slice(configurationsPath.length + 1)),
    onConfiguration: () => undefined,
    onCall: () => undefined,
  }
  return api
}

async function* noLines(): AsyncIterable<string> {}

function withBundles(
  object: JsonObject,
  change: (webhook: string, caBundle: string | undefined) => string | undefined,
): JsonObject {
  const webhooks = listAt(object, 'webhooks').map((webhook) => {
    const clientConfig = objectAt(webhook, 'clientConfig')
    const caBundle = change(textAt(webhook, 'name') ?? '', textAt(clientConfig, 'caBundle'))
    return { ...asObject(webhook), clientConfig: { ...clientConfig, caBundle } }
  })
  return { ...object, webhooks }
}

function managedFieldOf(operation: Json): number | undefined {
  const [, index] = /^\/metadata\/managedFields\/(\d+)$/.exec(textAt(operation, 'path') ?? '') ?? []
  return index === undefined ? undefined : Number(index)
}

function namesOf(object: JsonObject): string[] {
  return listAt(object, 'webhooks').map((webhook) => textAt(webhook, 'name') ?? '')
}

function asObject(value: Json): JsonObject {
  return objectAt({ value }, 'value')
}

function refusal(
  code: 'not-found' | 'conflict' | 'invalid',
  status: number,
  reason: string,
  what: string,
): ClusterError {
  return new ClusterError(code, `${what}: ${reason}`, { status, reason })
}
