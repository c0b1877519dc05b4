import jsonpatch, { type Operation } from 'fast-json-patch'
import t from 'tap'
import { canaryKey, nonceOf, readReceipt, receiptKey } from '../../src/admission/canary.ts'
import { handleReview, type Inject } from '../../src/admission/handle.ts'
import { createCanaries } from '../../src/server/canaries.ts'
import { decision, pod, reviewOf } from '../server/harness.ts'

const nonce = '3e1c34f0-6c7a-4f4b-9d0e-6f0a3a0d6a55'
const canary = { ...pod, metadata: { name: 'canary', annotations: { [canaryKey]: nonce } } }
const skip: Inject = () => ({
  kind: 'skipped',
  decision: { ...decision, inject: false, reason: 'host-network' },
})
const inject: Inject = () => ({
  kind: 'injected',
  decision,
  patch: '[{"op":"add","path":"/metadata/annotations/status","value":"é"}]\n',
})
const replace: Inject = () => ({
  kind: 'injected',
  decision,
  patch: '[{"op":"add","path":"/metadata/labels","value":{}}]',
})

const refuse: Inject = () => {
  throw new Error('a defect')
}

function answered(body: string): { allowed: boolean; patch?: string; uid: string } {
  return JSON.parse(body).response
}

for (const [title, how, verdict] of [
  ['a pod that is injected', inject, 'injected policy-enabled'],
  ['a pod that is injected otherwise', replace, 'injected policy-enabled'],
  ['a pod that is skipped', skip, 'skipped host-network'],
] as const) {
  t.test(`the receipt of ${title}`, (t) => {
    const canaries = createCanaries('web-1', () => 0)
    const handled = handleReview(how, reviewOf(canary, { dryRun: true }), '')
    const { patch = '', uid } = answered(canaries.acknowledge(handled).body)
    const operations: Operation[] = JSON.parse(Buffer.from(patch, 'base64').toString())
    const patched = jsonpatch.applyPatch(structuredClone(canary), operations).newDocument
    t.match(patched.metadata.annotations, { [receiptKey]: `web-1 ${verdict}` })
    t.equal(uid, answered(handled.body).uid)
    t.match(canaries.seen(), [{ nonce, at: '1970-01-01T00:00:00.000Z', decision: verdict.split(' ')[0] }])
    t.end()
  })
}

t.test('what is no canary stays as it is', (t) => {
  const canaries = createCanaries('web-1')
  const rows: [title: string, body: string][] = [
    ['one that is to be stored', reviewOf(canary)],
    ['a dry run of another pod', reviewOf(pod, { dryRun: true })],
    [
      'a nonce that nobody made',
      reviewOf({ ...canary, metadata: { annotations: { [canaryKey]: '<script>' } } }, { dryRun: true }),
    ],
    ['no pod', reviewOf(null, { dryRun: true })],
    ['no review', '{}'],
  ]
  for (const [title, body] of rows) {
    const handled = handleReview(inject, body, '')
    t.equal(canaries.acknowledge(handled), handled, title)
    t.equal(nonceOf(handled), undefined)
  }
  t.same(canaries.seen(), [])
  t.end()
})

t.test('a refusal is remembered, and stays a refusal', (t) => {
  const canaries = createCanaries('web-1')
  const handled = handleReview(refuse, reviewOf(canary, { dryRun: true }), '')
  t.equal(canaries.acknowledge(handled), handled)
  t.match(canaries.seen(), [{ nonce, decision: 'failed' }])
  t.end()
})

t.test('the oldest canaries are forgotten', (t) => {
  const canaries = createCanaries('web-1')
  for (let each = 0; each < 100; each++) {
    const annotations = { [canaryKey]: `nonce-${100 + each}` }
    canaries.acknowledge(handleReview(skip, reviewOf({ metadata: { annotations } }, { dryRun: true }), ''))
  }
  t.equal(canaries.seen().length, 64)
  t.equal(canaries.seen().at(-1)?.nonce, 'nonce-199')
  t.end()
})

t.test('receipts are read back', (t) => {
  t.same(readReceipt('web-1 skipped host-network'), {
    by: 'web-1',
    decision: 'skipped',
    reason: 'host-network',
  })
  t.same(readReceipt('hand-made'), { by: 'hand-made', decision: '', reason: '' })
  t.end()
})
