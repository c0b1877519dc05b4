import t from 'tap'
import { allowed, encodeAnswer, failed } from '../../src/admission/answer.ts'
import { noticeOf, tellings } from '../../src/admission/notice.ts'
import { reasons, type Decision, type ReasonCode } from '../../src/injection/decision.ts'
import { InjectionError } from '../../src/injection/errors.ts'
import type { Json } from '../../src/injection/json.ts'

const key = 'sidecar.istio.io/inject'
const labelled = (value: string) => ({ metadata: { labels: { [key]: value } } })
const annotated = (value: string) => ({ metadata: { annotations: { [key]: value } } })
const revision = { metadata: { labels: { 'istio.io/rev': '1-30' } } }

function decisionOf(reason: ReasonCode): Decision {
  return { inject: false, reason, field: 'f', message: 'this decided', warnings: [] }
}

/** Who hears of a pod that is skipped. */
const rows: readonly (readonly [reason: ReasonCode, pod: Json | undefined, told: boolean])[] = [
  ['host-network', undefined, false],
  ['host-network', null, false],
  ['host-network', { metadata: [] }, false],
  ['host-network', {}, false],
  ['host-network', labelled('true'), true],
  ['host-network', labelled('false'), false],
  ['host-network', annotated('yes'), true],
  ['host-network', annotated('maybe'), false],
  ['host-network', revision, true],
  ['host-network', { metadata: { labels: { 'istio.io/rev': '' } } }, false],
  ['system-namespace', {}, false],
  ['system-namespace', annotated('true'), true],
  ['inject-annotation', annotated('false'), false],
  ['inject-annotation', annotated('No'), false],
  ['inject-annotation', annotated('off'), false],
  ['inject-annotation', annotated('enabled'), true],
  ['inject-label', labelled('false'), false],
  ['inject-label', labelled('disabled'), true],
  ['never-inject-selector', labelled('true'), false],
  ['policy-disabled', {}, false],
  ['policy-unknown', {}, true],
  ['no-inject-config', {}, true],
  ['own-sidecar', {}, true],
  ['revision-unknown', {}, true],
  ['revision-not-selected', labelled('true'), false],
  ['already-injected', {}, false],
]

t.test('people hear of what they can act on, and of nothing else', (t) => {
  for (const [reason, pod, told] of rows) {
    const notice = noticeOf(decisionOf(reason), pod)
    t.equal(notice !== undefined, told, `${reason} ${JSON.stringify(pod)}`)
    if (notice !== undefined) t.match(notice.message, `no sidecar (${reason}): this decided`)
  }
  const skips = Object.keys(reasons).filter(
    (reason) => !/^(?:always-inject-selector|policy-enabled)$/.test(reason),
  )
  t.same(new Set(rows.map(([reason]) => reason)), new Set(skips), 'every skip has its row')
  t.same(Object.keys(tellings).sort(), Object.keys(reasons).sort())
  t.end()
})

t.test('a notice is a warning, before those of the decision', (t) => {
  const decision = { ...decisionOf('own-sidecar'), warnings: ['else'] }
  const answer = allowed(decision, noticeOf(decision, {}))
  t.match(answer.warnings, [/^no sidecar \(own-sidecar\): this decided; give the container/, 'else'])
  t.same(allowed(decision).warnings, ['else'])
  t.end()
})

t.test('a refusal names its code in the warning, and all of it in the notice', (t) => {
  const answer = failed(new InjectionError('annotation-invalid', 'bad ports'), decisionOf('policy-enabled'))
  t.same(answer.warnings, ['refused (annotation-invalid): no sidecar can be made for this pod'])
  t.match(answer.notice?.message, /^refused \(annotation-invalid\): bad ports; /)
  t.end()
})

t.test('the audit log has decision, reason, revision and the hash of the templates', (t) => {
  const head = { apiVersion: 'admission.k8s.io/v1', uid: 'u' } as const
  const annotations = (answer: Parameters<typeof encodeAnswer>[0]) =>
    JSON.parse(encodeAnswer(answer, head)).response.auditAnnotations
  const answer = allowed(decisionOf('host-network'))
  t.same(annotations(answer), { decision: 'skipped', reason: 'host-network' })
  const served = { ...answer, revision: 'a"b', templateHash: '00' }
  t.same(annotations(served), {
    decision: 'skipped',
    reason: 'host-network',
    revision: 'a"b',
    'template-hash': '00',
  })
  for (const name of Object.keys(annotations(served))) {
    t.match(name, /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, 'the API server takes such names only')
  }
  t.end()
})
