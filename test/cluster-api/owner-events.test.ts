import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Handled } from '../../src/admission/handle.ts'
import { ownerOfReview } from '../../src/admission/owner.ts'
import type { ApiRequest, KubernetesClient } from '../../src/cluster/client.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import {
  createOwnerEvents,
  type OwnerEventResult,
  type OwnerWarning,
} from '../../src/cluster/owner-events.ts'
import { openOwnerEvents } from '../../src/commands/serve-owner-events.ts'
import type { Json } from '../../src/injection/json.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { until } from './until.ts'

interface Written {
  readonly path: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly message: string
  readonly reason: string
  readonly involvedObject: Readonly<Record<string, string>>
}

/** An API server that takes Events, or refuses them. */
function fakeClient(answer: (count: number) => Promise<void> = () => Promise.resolve()) {
  const written: Written[] = []
  const client: KubernetesClient = {
    server: 'https://fake',
    async call({ path, body }: ApiRequest) {
      // What is sent is JSON.
      written.push({ ...JSON.parse(JSON.stringify(body)), path })
      await answer(written.length)
      return null
    },
    // oxlint-disable-next-line require-yield -- nobody watches
    async *lines() {
      throw new TypeError('nothing is watched')
    },
    close: () => Promise.resolve(),
  }
  return { client, written }
}

function warning(name: string, code = 'host-network'): OwnerWarning {
  return {
    regarding: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: `uid-${name}`, resourceVersion: '' },
    namespace: 'shop',
    reason: 'SidecarNotInjected',
    code,
    message: `no sidecar (${code})`,
  }
}

t.test('one owner is told of one code once, whatever its pods ask', async (t) => {
  let time = 0
  const results: OwnerEventResult[] = []
  const { client, written } = fakeClient()
  const events = createOwnerEvents({ client, onResult: (result) => results.push(result), now: () => time })
  for (let i = 0; i < 100; i++) events.warn(warning('web'))
  events.warn(warning('web', 'own-sidecar'))
  events.warn(warning('api'))
  t.same(written, [], 'nothing is done while somebody waits for us')
  await until('it is told', () => results.length === 3)
  t.match(written, [
    {
      path: '/api/v1/namespaces/shop/events',
      involvedObject: { kind: 'ReplicaSet', name: 'web', uid: 'uid-web', namespace: 'shop' },
    },
    { message: 'no sidecar (own-sidecar)' },
    { involvedObject: { name: 'api' } },
  ])
  t.equal(new Set(written.map(({ metadata }) => metadata.name)).size, 3)

  time += 599_999
  events.warn(warning('web'))
  await sleep(20)
  t.equal(written.length, 3)
  time += 1
  events.warn(warning('web'))
  await until('it is told', () => written.length === 4)
  t.equal(
    written[3]?.metadata.name,
    written[0]?.metadata.name,
    'the API server still has the old one, or none',
  )
  events.close()
})

t.test('a flood is bounded in memory and in calls', async (t) => {
  const results: OwnerEventResult[] = []
  const { client, written } = fakeClient()
  const events = createOwnerEvents({
    client,
    onResult: (result) => results.push(result),
    burst: 5,
    gapMs: 30,
    mostWaiting: 10,
  })
  for (let i = 0; i < 1000; i++) events.warn(warning(`web-${i}`))
  t.equal(results.filter((result) => result === 'dropped').length, 990)
  await until('it is told', () => written.length >= 5)
  t.ok(written.length < 10, 'some at once, the others by and by')
  await until('it is told', () => written.length === 10)
  events.close()
  events.warn(warning('late'))
  await sleep(60)
  t.equal(written.length, 10)
})

t.test('refusals: known is fine, a right that is missing is not asked for again and again', async (t) => {
  const rows: readonly (readonly [ClusterError, OwnerEventResult, next: OwnerEventResult])[] = [
    [new ClusterError('conflict', '409'), 'known', 'written'],
    [new ClusterError('forbidden', '403'), 'failed', 'dropped'],
    [new ClusterError('unreachable', 'no answer'), 'failed', 'written'],
  ]
  for (const [error, first, next] of rows) {
    const results: OwnerEventResult[] = []
    const { client } = fakeClient((count) => (count === 1 ? Promise.reject(error) : Promise.resolve()))
    const events = createOwnerEvents({ client, onResult: (result) => results.push(result) })
    events.warn(warning('web'))
    await until('it is told', () => results.length === 1)
    // After a failure that may pass, the next pod of the same owner tries again.
    events.warn(warning(error.code === 'unreachable' ? 'web' : 'other'))
    await until('it is told', () => results.length === 2)
    t.same(results, [first, next], error.code)
    events.close()
  }
})

function handledOf(object: Json, more: Partial<NonNullable<Handled['review']>> = {}): Handled {
  return {
    status: 200,
    contentType: 'application/json',
    body: '',
    answer: {
      verdict: 'skipped',
      reason: 'own-sidecar',
      allowed: true,
      patch: '',
      message: '',
      code: 200,
      warnings: [],
      field: '',
      notice: { message: 'no sidecar (own-sidecar): why' },
    },
    review: {
      apiVersion: 'admission.k8s.io/v1',
      uid: 'u',
      namespace: 'shop',
      dryRun: false,
      object,
      ...more,
    },
  }
}

const owned = {
  metadata: {
    generateName: 'web-',
    ownerReferences: [
      { kind: 'Other', name: 'no' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1', controller: true },
    ],
  },
}

t.test('the owner is the controller, or the pod itself if it has a name', (t) => {
  const rows: readonly (readonly [object: Json, expected: string | undefined])[] = [
    [null, undefined],
    [{ metadata: { generateName: 'x-' } }, undefined],
    [{ metadata: { name: 'x', ownerReferences: 'rubbish' } }, 'Pod x '],
    [owned, 'ReplicaSet web u1'],
  ]
  for (const [object, expected] of rows) {
    const { review } = handledOf(object)
    const owner = review && ownerOfReview(review)
    t.equal(owner && `${owner.kind} ${owner.name} ${owner.uid}`, expected, JSON.stringify(object))
  }
  t.end()
})

t.test('dry runs, pods without an owner and what nobody needs to know leave no Event', async (t) => {
  const { client, written } = fakeClient()
  const { instruments } = createMetrics()
  const log = createLog('silent', { write: () => true })
  const events = openOwnerEvents(client, log, instruments)
  events.tell({ status: 400, contentType: '', body: '' })
  events.tell(handledOf(owned, { dryRun: true }))
  events.tell(handledOf({ metadata: { generateName: 'x-' } }))
  const { answer } = handledOf(owned)
  if (answer !== undefined) events.tell({ ...handledOf(owned), answer: { ...answer, notice: undefined } })
  events.tell(handledOf(owned))
  await until('it is told', () => written.length > 0)
  await sleep(30)
  t.match(written, [{ reason: 'SidecarNotInjected', message: 'no sidecar (own-sidecar): why' }])
  t.equal(written.length, 1)
  t.match(instruments.ownerEvents.toText(), 'result="written"} 1')
  events.close()
})
