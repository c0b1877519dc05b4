/** What is sent to write a condition into a pod's status. */
import t from 'tap'
import type { ApiRequest, KubernetesClient } from '../../src/cluster/client.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import { writeCondition, type Condition } from '../../src/cluster/pod-condition.ts'
import type { Json, JsonObject } from '../../src/golang/json-value.ts'

const type = 'example.com/Works'
const now = Date.parse('2026-11-24T10:00:00.123Z')
const time = '2026-11-24T10:00:00Z'
const earlier = '2026-11-24T09:00:00Z'
const works: Condition = { type, status: 'True', reason: 'Fine', message: 'it works' }
const pod = { namespace: 'sidecar-injector', name: 'injector-5d9c7-x7k2p' }

/** An API server with that pod. */
function fakeClient(stored: Json) {
  const calls: ApiRequest[] = []
  const client: KubernetesClient = {
    server: 'https://fake',
    call(request) {
      calls.push(request)
      return Promise.resolve(stored)
    },
    // oxlint-disable-next-line require-yield -- nobody watches
    async *lines() {
      throw new TypeError('nothing is watched')
    },
    close: () => Promise.resolve(),
  }
  return { client, calls }
}

const rows: [title: string, before: JsonObject | undefined, since: string][] = [
  ['there was none', undefined, time],
  ['the status is the same', { type, status: 'True', lastTransitionTime: earlier }, earlier],
  [
    'the same, for another reason',
    { type, status: 'True', reason: 'Other', lastTransitionTime: earlier },
    earlier,
  ],
  ['the status changes', { type, status: 'False', lastTransitionTime: earlier }, time],
  ['nobody knows since when', { type, status: 'True' }, time],
  ['it is null', { type, status: 'True', lastTransitionTime: null }, time],
]

for (const [title, before, since] of rows) {
  t.test(title, async (t) => {
    const others = [null, { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-24T08:00:00Z' }]
    const conditions = before === undefined ? others : [...others, before]
    const { client, calls } = fakeClient({ metadata: { uid: 'uid-1' }, status: { conditions } })
    await writeCondition(client, works, { pod, now })
    const path = '/api/v1/namespaces/sidecar-injector/pods/injector-5d9c7-x7k2p/status'
    t.match(calls, [
      { method: 'GET', path },
      { method: 'PATCH', path, contentType: 'application/strategic-merge-patch+json' },
    ])
    t.same(
      calls[1]?.body,
      {
        metadata: { uid: 'uid-1' },
        status: { conditions: [{ ...works, lastProbeTime: time, lastTransitionTime: since }] },
      },
      'of this pod, and no condition but its own',
    )
  })
}

t.test('a pod without a status', async (t) => {
  const { client, calls } = fakeClient({ metadata: { uid: 'uid-1' } })
  await writeCondition(client, works, { pod, now })
  t.match(calls[1]?.body, { status: { conditions: [{ lastTransitionTime: time }] } })
})

t.test('what the API server refuses is not written', async (t) => {
  const refusing = fakeClient(null)
  const client: KubernetesClient = {
    ...refusing.client,
    call: () => Promise.reject(new ClusterError('forbidden', 'GET …: 403')),
  }
  await t.rejects(writeCondition(client, works, { pod, now }), { code: 'forbidden' })
})
