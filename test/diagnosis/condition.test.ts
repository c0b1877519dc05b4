/** A diagnosis as a condition of a pod. */
import t from 'tap'
import { conditionOf, couldNotLook, injectionWorks } from '../../src/diagnosis/condition.ts'
import { causes, diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Finding } from '../../src/diagnosis/finding.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { failedCall, healthy, refused } from './made.ts'

const denied = 'admission webhook "images.example.com" denied the request: no tags'

const rows: [title: string, seen: Partial<Observations>, status: string, reason: string, message: RegExp][] =
  [
    [
      'the canary has come back with its sidecar',
      {},
      'True',
      'NothingFound',
      /^the canary in namespace web came back after \d+ ms/,
    ],
    [
      'a cause holds',
      { canary: refused(failedCall('EOF')) },
      'False',
      'ConnectionBroken',
      /^Connections to the injector break off.* \(connection-broken\)$/,
    ],
    [
      'the canary was not sent: nothing is known',
      { canary: { kind: 'not-sent', why: 'cannot create resource "pods"' } },
      'Unknown',
      'CanaryNotTried',
      /^not looked at: the whole path, by a canary: cannot create resource "pods"$/,
    ],
    [
      'the canary was stopped by a policy that is about other things',
      { canary: refused(denied, 403) },
      'Unknown',
      'CanaryNotTried',
      /images\.example\.com/,
    ],
    [
      'the API server cannot be called',
      { failure: { code: 'unreachable', message: 'connect ECONNREFUSED' } },
      'Unknown',
      'CouldNotLook',
      /^connect ECONNREFUSED$/,
    ],
  ]

for (const [title, seen, status, reason, message] of rows) {
  t.test(title, (t) => {
    const all = { ...healthy, ...seen }
    const condition = conditionOf(all, diagnose(all))
    t.match(condition, { type: injectionWorks, status, reason })
    t.match(condition.message, message)
    t.end()
  })
}

function finding(cause: string, title: string): Finding {
  return { cause, title, certainty: 'certain', evidence: [], remedy: [], docs: '' }
}

t.test('several causes', (t) => {
  const findings = [finding('port-blocked', 'Dropped'), finding('failing-open', 'Silent')]
  t.match(conditionOf(healthy, { findings, unchecked: [], summary: '' }), {
    reason: 'PortBlocked',
    message: 'Dropped (port-blocked); Silent (failing-open)',
  })
  t.end()
})

t.test('messages have their limit, and no half of a character', (t) => {
  for (const text of ['x'.repeat(10_000), `${'x'.repeat(510)}🦑🦑`]) {
    const { message } = couldNotLook(text)
    t.equal(message.length, 512)
    t.ok(message.endsWith('…') && message.isWellFormed())
  }
  t.equal(couldNotLook('x'.repeat(512)).message.length, 512)
  t.end()
})

t.test('every cause has a reason of its own, of the form that Kubernetes wants', (t) => {
  const reasons = causes.map(({ id }) => {
    const findings = [finding(id, id)]
    return conditionOf(healthy, { findings, unchecked: [], summary: '' }).reason
  })
  const others = ['NothingFound', 'CanaryNotTried', 'CouldNotLook']
  t.equal(new Set([...reasons, ...others]).size, causes.length + others.length)
  for (const reason of reasons) t.match(reason, /^[A-Z][A-Za-z0-9]*$/)
  // A qualified name, which is what the API server wants of a type.
  t.match(injectionWorks, /^[a-z0-9.-]{1,253}\/[A-Za-z0-9]{1,63}$/)
  t.end()
})
