import { mkdtempSync } from 'node:fs'
import { request as ask, type RequestOptions } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { handleReview, type Handled, type Inject } from '../../src/admission/handle.ts'
import type { Decision } from '../../src/injection/decision.ts'
import { defaultLimits, type Limits } from '../../src/server/limits.ts'
import { createWebhook, type Webhook } from '../../src/server/webhook.ts'
import { developmentPair } from '../../src/tls/development.ts'
import type { CertificatePair } from '../../src/tls/pair.ts'

export const folder = () => mkdtempSync(join(tmpdir(), 'webhook-'))

/** A new self-made pair for localhost, in a folder of its own unless one is named. */
export function selfMade(directory = folder()): Promise<CertificatePair> {
  return developmentPair({
    directory,
    names: ['localhost', '127.0.0.1'],
    now: new Date(),
    onUnwritable: (error) => t.error(error),
  })
}

export const decision: Decision = {
  inject: true,
  reason: 'policy-enabled',
  message: 'policy is enabled',
  field: 'policy',
  warnings: [],
}

/** An `inject` that gives every pod the same patch. */
export const patchAll: Inject = () => ({
  kind: 'injected',
  decision,
  patch: '[{"op":"add","path":"/x","value":"é"}]',
})

export interface Started {
  readonly webhook: Webhook
  readonly port: number
  readonly pair: CertificatePair
  readonly recorded: Handled[]
  /** Requests that have come less those that were answered. */
  readonly inFlight: () => number
}

/** A webhook on a free port, closed when the test ends. */
export async function startWebhook(
  t: { teardown(handler: () => unknown): void },
  { inject = patchAll, limits = {} }: { inject?: Inject; limits?: Partial<Limits> } = {},
): Promise<Started> {
  const pair = await selfMade()
  const recorded: Handled[] = []
  let inFlight = 0
  const webhook = createWebhook({
    handle: (body, path) => handleReview(inject, body, path),
    record: (handled) => recorded.push(handled),
    onInFlight: (change) => void (inFlight += change),
    limits: { ...defaultLimits, ...limits },
  })
  webhook.useCertificate(pair)
  const { port }: AddressInfo = await webhook.listen(0, '127.0.0.1')
  t.teardown(() => webhook.close())
  return { webhook, port, pair, recorded, inFlight: () => inFlight }
}

export interface Received {
  readonly status: number | undefined
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

/** Sends one request to the webhook and reads its answer whole. */
export function send(port: number, body: string | Buffer, options: RequestOptions = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = ask({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/inject?timeout=10s',
      headers: { 'content-type': 'application/json' },
      rejectUnauthorized: false,
      agent: false,
      ...options,
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const { statusCode: status, headers } = response
      text(response).then((body) => resolve({ status, headers, body }), reject)
    })
    request.end(body)
  })
}

/** A review of a pod, as the API server sends it. */
export function reviewOf(object: unknown, request: object = {}, version = 'v1'): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object,
      oldObject: null,
      dryRun: false,
      options: null,
      ...request,
    },
  })
}

export const pod = {
  metadata: { generateName: 'web-7d9c4f5b6-', annotations: { secret: 'pod-content' } },
  spec: {
    containers: [
      { name: 'web', image: 'registry.example/web:1', env: [{ name: 'A', value: 'pod-content' }] },
    ],
  },
}

/** The port that a listening server has. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return address.port
}
