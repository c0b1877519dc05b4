import t from 'tap'
import { handleReview, type Inject } from '../../src/admission/handle.ts'
import type { Decision } from '../../src/injection/decision.ts'
import { InjectionError, type InjectionErrorCode } from '../../src/injection/errors.ts'
import type { InjectionRequest } from '../../src/injection/outcome.ts'
import { decision, patchAll, pod, reviewOf } from '../server/harness.ts'

const uid = '705ab4f5-6393-11e8-b7cc-42010a800002'

/** The parts of an answer that matter, the patch decoded. */
function answerTo(body: string | Buffer, inject: Inject = patchAll, path = '') {
  const { status, contentType, body: text } = handleReview(inject, body, path)
  if (contentType !== 'application/json') return { http: status, text }
  const { apiVersion, kind, response } = JSON.parse(text)
  if (response.patch !== undefined) response.patch = Buffer.from(response.patch, 'base64').toString()
  return { http: status, apiVersion, kind, ...response }
}

/** The warnings that a decision's become. */
const warn = (warnings: string[]) =>
  answerTo(reviewOf(pod), () => ({ kind: 'skipped', decision: { ...decision, warnings } })).warnings

t.test('what is no review of a pod is refused in a form that the API server understands', async (t) => {
  const expected = 'expected an AdmissionReview of admission.k8s.io/v1 or admission.k8s.io/v1beta1, but '
  const rows: { name: string; body: string; message: string; uid?: string; apiVersion?: string }[] = [
    { name: 'null', body: 'null', message: `${expected}got null` },
    { name: 'a list', body: '[]', message: `${expected}got a list` },
    { name: 'a number', body: '1', message: `${expected}got a number` },
    { name: 'an empty object', body: '{}', message: `${expected}got kind none` },
    { name: 'another kind', body: '{"kind":"Pod","apiVersion":"v1"}', message: `${expected}got kind "Pod"` },
    { name: 'a kind that is no string', body: '{"kind":{}}', message: `${expected}got kind an object` },
    {
      name: 'another version',
      body: '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}',
      message: `${expected}got apiVersion "admission.k8s.io/v2"`,
    },
    {
      name: 'a version that is an inherited property',
      body: '{"kind":"AdmissionReview","apiVersion":"constructor"}',
      message: `${expected}got apiVersion "constructor"`,
    },
    {
      name: 'no request',
      body: '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}',
      message: `${expected}its request is missing`,
      apiVersion: 'admission.k8s.io/v1beta1',
    },
    {
      name: 'a request that is null',
      body: '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}',
      message: `${expected}its request is missing`,
    },
    {
      name: 'a uid that is no string',
      body: reviewOf(pod, { uid: 1 }),
      message: `${expected}its request.uid is no string`,
    },
    {
      name: 'a namespace that is no string',
      body: reviewOf(pod, { namespace: {} }),
      message: `${expected}its request.namespace is no string`,
      uid,
    },
    {
      name: 'a review of a Deployment',
      body: reviewOf(pod, { kind: { kind: 'Deployment' } }),
      message: 'the sidecar injector injects pods, but was called for kind "Deployment"; restrict the rules',
      uid,
    },
    {
      name: 'a kind of a megabyte',
      body: JSON.stringify({ kind: 'K'.repeat(1e6) }),
      message: `${expected}got kind "${'K'.repeat(64)}"; this address`,
    },
  ]
  for (const { name, body, message, ...head } of rows) {
    const answer = answerTo(body)
    t.match(
      answer,
      {
        http: 200,
        kind: 'AdmissionReview',
        apiVersion: head.apiVersion ?? 'admission.k8s.io/v1',
        uid: head.uid ?? '',
        allowed: false,
        auditAnnotations: { decision: 'refused' },
      },
      name,
    )
    t.equal(answer.status.code, 400, name)
    t.ok(answer.status.message.startsWith(message), `${name}: ${answer.status.message.slice(0, 200)}`)
  }
})

t.test('what is not JSON is a short text that repeats nothing of it', async (t) => {
  const rows = ['{', 'pod-content', '{"a":1}x', '\u0000', '\ufeff{}', '<xml/>', 'kind: AdmissionReview']
  for (const body of rows)
    t.same(answerTo(body), { http: 400, text: 'the body is not JSON\n' }, JSON.stringify(body))
})

t.test('every outcome has its answer, in the version that was asked in', async (t) => {
  const skipped: Decision = { ...decision, inject: false, reason: 'host-network' }
  for (const version of ['v1', 'v1beta1']) {
    const head = { http: 200, kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, uid }
    const body = reviewOf(pod, {}, version)
    t.same(answerTo(body), {
      ...head,
      allowed: true,
      patchType: 'JSONPatch',
      patch: '[{"op":"add","path":"/x","value":"é"}]',
      auditAnnotations: { decision: 'injected', reason: 'policy-enabled' },
    })
    t.same(
      answerTo(body, () => ({ kind: 'skipped', decision: skipped })),
      {
        ...head,
        allowed: true,
        auditAnnotations: { decision: 'skipped', reason: 'host-network' },
      },
    )
  }
})

t.test('an injection that failed is refused with what is wrong and what to do', async (t) => {
  const codes: [InjectionErrorCode, number][] = [
    ['pod-undecodable', 400],
    ['annotation-invalid', 422],
    ['template-failed', 500],
    ['overlay-invalid', 500],
    ['settings-invalid', 500],
    ['internal', 500],
  ]
  for (const [code, status] of codes) {
    const error = new InjectionError(code, '1 error occurred:\n\t* wrong\n\n')
    const handled = handleReview(() => ({ kind: 'failed', error }), reviewOf(pod), '')
    t.match(JSON.parse(handled.body).response, {
      uid,
      allowed: false,
      status: { code: status, message: `1 error occurred:\n\t* wrong; ${error.advice}` },
      auditAnnotations: { decision: 'failed', reason: code },
    })
    t.equal(handled.defect, code === 'internal' ? error : undefined)
  }
})

t.test('a message is cut to what people read', async (t) => {
  const error = new InjectionError('template-failed', '😀'.repeat(1e6))
  const { message } = JSON.parse(handleReview(() => ({ kind: 'failed', error }), reviewOf(pod), '').body)
    .response.status
  t.equal(message, `${'😀'.repeat(2047)}\ufffd…; ${error.advice}`)
})

t.test('what the core throws is an answer, without a stack and without its text', async (t) => {
  const thrown = new TypeError("Cannot read properties of undefined (reading 'pod-content')")
  const handled = handleReview(
    () => {
      throw thrown
    },
    reviewOf(pod),
    '',
  )
  const { response } = JSON.parse(handled.body)
  t.match(response, { uid, allowed: false, status: { code: 500 } })
  t.notMatch(handled.body, /pod-content|at /)
  t.equal(handled.defect?.cause, thrown)
})

t.test('a recursion that a hostile pod drives too deep is an answer', async (t) => {
  const depth = (value: unknown): number => (Array.isArray(value) ? 1 + depth(value[0]) : 0)
  const nested = '['.repeat(1e6) + ']'.repeat(1e6)
  const body = reviewOf('NESTED').replace('"NESTED"', nested)
  const answer = answerTo(body, ({ pod }) => ({ kind: 'injected', decision, patch: String(depth(pod)) }))
  t.match(answer, {
    uid,
    allowed: false,
    status: { code: 400 },
    auditAnnotations: { reason: 'pod-undecodable' },
  })
})

t.test('the core is asked for the object as it came, the namespace and the path', async (t) => {
  const asked: InjectionRequest[] = []
  const inject: Inject = (request) => {
    asked.push(request)
    return patchAll(request)
  }
  answerTo(reviewOf({ __proto__: null, constructor: 1, 'a/b': [null] }), inject, '/cluster/c1')
  answerTo(reviewOf(null, { namespace: undefined, dryRun: true }), inject)
  t.same(asked, [
    { pod: { constructor: 1, 'a/b': [null] }, namespace: 'shop', path: '/cluster/c1' },
    { pod: null, namespace: '', path: '' },
  ])
})

t.test('a uid is echoed whatever is in it', async (t) => {
  for (const uid of ['', '"', '\\', '\u2028', 'é', '\ud800', '</script>']) {
    t.equal(answerTo(reviewOf(pod, { uid })).uid, uid)
  }
})

t.test('warnings are cut to what the API server passes on', async (t) => {
  t.equal(warn([]), undefined)
  t.same(warn(['a\r\nb\u0000c\u007fd\u009be']), ['a b c d e'])
  t.same(warn(['x'.repeat(256)]), ['x'.repeat(256)])
  t.same(warn(['x'.repeat(257)]), [`${'x'.repeat(255)}…`])
  t.same(warn([`${'x'.repeat(254)}😀😀`]), [`${'x'.repeat(254)}\ufffd…`])
  t.equal(warn(Array.from({ length: 100 }, () => 'w')).length, 16)
})

t.test('a body may be a Buffer or a text', async (t) => {
  t.same(answerTo(Buffer.from(reviewOf(pod))), answerTo(reviewOf(pod)))
})
