/** The cluster of `made.ts` as an API server over HTTP, with a server of ours behind it. */
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { canaryKey, receiptKey } from '../../src/admission/canary.ts'
import { listAt, objectAt, textAt } from '../../src/cluster/objects.ts'
import { isObject, type Json, type JsonObject } from '../../src/golang/json-value.ts'
import { portOf } from '../server/harness.ts'
import {
  configuration,
  event,
  healthy,
  injectorName,
  injectorNamespace,
  ourLabels,
  self,
  service,
  webhook,
} from './made.ts'

export interface FakeCluster {
  readonly kubeconfig: string
  readonly configurations: JsonObject[]
  /** Paths that are refused. */
  readonly forbidden: RegExp[]
  /** What was not only read. */
  readonly writes: { readonly method: string; readonly url: string; readonly body: string }[]
  /** What the canary is told; undefined: it is injected. */
  canary: { readonly status: number; readonly message: string } | undefined
  /** Whether it is told the same without a sidecar. */
  refusesAll: boolean
  /** How long every answer takes. */
  lateMs: number
  /** Whether the API server reaches the pods. */
  reaches: boolean
  unauthorized: boolean
  /** Of the injector's pod `a`. */
  readonly conditions: JsonObject[]
}

/** Starts it, until the test ends. */
export async function fakeCluster(t: { teardown(handler: () => unknown): void }): Promise<FakeCluster> {
  const seenNonces: string[] = []
  let calls = 0
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${portOf(server)}`
  const cluster: FakeCluster = {
    kubeconfig: join(mkdtempSync(join(tmpdir(), 'fake-cluster-')), 'kubeconfig'),
    configurations: [configuration(injectorName, [webhook()], ourLabels)],
    forbidden: [],
    writes: [],
    canary: undefined,
    refusesAll: true,
    lateMs: 0,
    reaches: true,
    unauthorized: false,
    conditions: [{ type: 'Ready', status: 'True' }],
  }
  writeFileSync(
    cluster.kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: url } }],
      users: [{ name: 'a', user: { token: 'token' } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }),
  )

  const core = '/api/v1'
  const ours = `/namespaces/${injectorNamespace}`
  const lists: Readonly<Record<string, () => readonly JsonObject[]>> = {
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': () => cluster.configurations,
    [`${core}/namespaces`]: () => listOf(healthy.namespaces),
    [`${core}/nodes`]: () => listOf(healthy.nodes),
    [`${core}/events`]: () => [event('FailedCreate', 'exceeded quota')],
    '/apis/apps/v1/namespaces/kube-system/daemonsets': () => listOf(healthy.daemonSets),
    [`/apis/discovery.k8s.io/v1${ours}/endpointslices`]: () => listOf(healthy.endpointSlices),
    [`${core}${ours}/pods`]: () => listOf(healthy.pods),
    [`/apis/apps/v1${ours}/deployments`]: () => listOf(healthy.deployments),
    [`/apis/networking.k8s.io/v1${ours}/networkpolicies`]: () => [],
    [`${core}/namespaces/istio-system/configmaps`]: () => [
      { metadata: { name: 'istio' }, data: { mesh: 'a: b' } },
      { metadata: { name: 'istio-sidecar-injector' }, data: { config: 'secret template' } },
    ],
  }
  const objects: Readonly<Record<string, () => Json>> = {
    '/version': () => ({ gitVersion: 'v1.33.4-eks-0a1b2c3' }),
    '/apis/admissionregistration.k8s.io': () => ({ kind: 'APIGroup' }),
    [`${core}${ours}/services/${injectorName}`]: () => service,
    [`${core}${ours}/pods/a/status`]: () => ({
      metadata: { uid: 'uid-of-a' },
      status: { conditions: cluster.conditions },
    }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', url)
    const body = await text(request)
    await sleep(cluster.lateMs)
    if (request.method !== 'GET')
      cluster.writes.push({ method: request.method ?? '', url: request.url ?? '', body })
    if (cluster.unauthorized) return refuse(response, 401, 'Unauthorized')
    if (cluster.forbidden.some((path) => path.test(pathname))) {
      return refuse(response, 403, `cannot get resource "pods/proxy" at ${pathname}`)
    }
    if (pathname === '/metrics') return metrics(response)
    if (request.method === 'POST') return admit(response, JSON.parse(body))
    if (request.method === 'PATCH') addConditions(JSON.parse(body))
    const pod = /\/pods\/(?:https:)?([^:]+):\d+\/proxy(\/.*)$/.exec(pathname)
    if (pod !== null) return proxy(response, pod[1] ?? '', pod[2] ?? '')
    const list = lists[pathname]
    if (list !== undefined) return json(response, 200, { metadata: { resourceVersion: '1' }, items: list() })
    const object = objects[pathname]
    return object === undefined ? refuse(response, 404, 'not found') : json(response, 200, object())
  }

  /** A strategic merge, as far as it is asked for. */
  function addConditions(patch: JsonObject): void {
    for (const condition of listAt(objectAt(patch, 'status'), 'conditions').filter(isObject)) {
      const index = cluster.conditions.findIndex(({ type }) => type === condition['type'])
      cluster.conditions.splice(index === -1 ? cluster.conditions.length : index, 1, condition)
    }
  }

  function admit(response: ServerResponse, pod: JsonObject): void {
    const metadata = objectAt(pod, 'metadata')
    const isControl = textAt(objectAt(metadata, 'labels'), 'sidecar.istio.io/inject') === 'false'
    if (cluster.canary !== undefined && (cluster.refusesAll || !isControl)) {
      return refuse(response, cluster.canary.status, cluster.canary.message)
    }
    if (isControl) return json(response, 201, pod)
    const annotations = objectAt(metadata, 'annotations')
    seenNonces.push(textAt(annotations, canaryKey) ?? '')
    calls++
    const noted = { ...annotations, [receiptKey]: 'a injected policy-enabled' }
    const containers = [{ name: 'canary' }, { name: 'istio-proxy' }]
    json(response, 201, { ...pod, metadata: { ...metadata, annotations: noted }, spec: { containers } })
  }

  function proxy(response: ServerResponse, name: string, path: string): void {
    if (!cluster.reaches)
      return refuse(response, 503, 'error trying to reach service: dial tcp 10.0.27.20:9443: i/o timeout')
    if (path !== '/doctor') return void response.writeHead(405).end('method not allowed\n')
    const canaries = name === 'a' ? seenNonces.map((nonce) => ({ nonce })) : []
    json(response, 200, self({ pod: name, certificate: undefined, canaries }))
  }

  function metrics(response: ServerResponse): void {
    const labels = 'name="MutatingAdmissionWebhook",operation="CREATE",type="admit"'
    response.end(
      `# TYPE x counter\nprocess_start_time_seconds 1.7e+09\napiserver_admission_controller_admission_duration_seconds_count{${labels}} ${calls}\n`,
    )
  }

  return cluster
}

function listOf(seen: { readonly value: readonly JsonObject[] } | { readonly missing: string }) {
  return 'value' in seen ? seen.value : []
}

function refuse(response: ServerResponse, code: number, message: string): void {
  json(response, code, { kind: 'Status', status: 'Failure', code, message })
}

function json(response: ServerResponse, status: number, body: Json): void {
  if (isObject(body))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
