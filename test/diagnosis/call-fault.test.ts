/** Every text of a failed call, of every version: the cause that it is, for the right webhook, and what says nothing. */
import t from 'tap'
import { deniedBy, readCallFault, readFault } from '../../src/diagnosis/call-fault.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { answers, bare, bareWriters, errors, writers, type Called, type CallText } from './call-texts.ts'
import { event, healthy, refused, serverName, webhookName } from './made.ts'

const ours: Called = { name: webhookName, host: serverName }
const others: readonly Called[] = [
  { name: 'mpod.elbv2.k8s.aws', host: 'aws-load-balancer-webhook-service.kube-system.svc' },
  { name: 'webhook.cert-manager.io', host: 'cert-manager-webhook.cert-manager.svc' },
  // Istio's has our name, so that its Service tells.
  { name: webhookName, host: 'istiod.istio-system.svc' },
]

function found(seen: Partial<Observations>): readonly string[] {
  return diagnose({ ...healthy, ...seen }).findings.map(({ cause }) => cause)
}

const told = [
  { texts: errors, by: writers },
  { texts: answers, by: bareWriters },
  { texts: bare, by: bareWriters },
]

for (const { texts, by } of told) {
  for (const [version, write] of Object.entries(by)) {
    t.test(`Kubernetes ${version}: the canary is told`, (t) => {
      for (const { reason, cause, seen } of texts) {
        t.same(found({ ...seen, canary: refused(write(reason, ours)) }), [cause], reason)
      }
      t.end()
    })
  }
}

t.test('a Service that is gone, in every version', (t) => {
  for (const write of Object.values(writers)) {
    const canary = refused(write('service "eks-sidecar-injector" not found', ours))
    t.same(found({ canary, services: {} }), ['webhook-orphaned'])
  }
  t.end()
})

const unsent = { kind: 'not-sent', why: 'cannot create resource "pods"' } as const

t.test('who may not send a canary is told by an Event', (t) => {
  for (const write of Object.values(writers)) {
    for (const { reason, cause, seen } of errors) {
      const happened = event('FailedCreate', `Error creating: ${write(reason, ours)}`, {
        lastTimestamp: healthy.at,
      })
      // Nothing speaks against it.
      const blind = { endpoints: [], endpointSlices: { missing: '403' }, services: {}, ...seen }
      const causes = found({ ...blind, events: { value: [happened] }, canary: unsent })
      t.same(causes, [cause === 'certificate-expired' ? 'certificate-expired' : cause], reason)
    }
  }
  t.end()
})

t.test('a call of another webhook that fails is not laid at our door', (t) => {
  for (const called of others) {
    for (const write of Object.values(writers)) {
      for (const { reason } of errors) {
        const message = write(reason, called)
        t.same(found({ canary: refused(message) }), ['other-webhook-fails'], message)
        const happened = event('FailedCreate', `Error creating: ${message}`)
        t.same(found({ canary: unsent, events: { value: [happened] } }), [], `Event: ${message}`)
      }
    }
  }
  t.end()
})

t.test('dates that an old API server does not tell apart', (t) => {
  const said = writers['1.13 to 1.18']?.('x509: certificate has expired or is not yet valid', ours) ?? ''
  t.equal(readCallFault(said)?.kind, 'dates')
  t.end()
})

const quoting: readonly { readonly text: string; readonly denied: string | undefined }[] = [
  {
    text: 'admission webhook "validate.kyverno.svc-fail" denied the request: policy: failed calling webhook "x": EOF',
    denied: 'validate.kyverno.svc-fail',
  },
  {
    text: 'admission webhook "a.b" denied the request without explanation',
    denied: 'a.b',
  },
  {
    text: 'Internal error occurred: failed calling webhook "x": an error on the server ("admission webhook "y" denied the request: no") has prevented the request from succeeding',
    denied: undefined,
  },
]

t.test('who speaks first has said it', (t) => {
  for (const { text, denied } of quoting) {
    t.equal(deniedBy(text), denied, text)
    t.equal(readCallFault(text) === undefined, denied !== undefined, text)
  }
  t.end()
})

t.test('what was called, and what was dialled', (t) => {
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'Post https://a.b.svc:443/inject?timeout=30s: dial tcp 10.0.0.1:9443: i/o timeout',
      'a.b.svc:443',
      '10.0.0.1:9443',
    ],
    [
      'Post "https://a.b.svc:443/inject": dial tcp [2001:db8::1]:9443: i/o timeout',
      'a.b.svc:443',
      '[2001:db8::1]:9443',
    ],
    ['Post "https://[2001:db8::1]:9443/inject": EOF', '[2001:db8::1]:9443', ''],
    ['Post "https://injector.example.com/inject": EOF', 'injector.example.com', ''],
    [
      'error trying to reach service: dial tcp 10.0.1.2:1->10.0.0.1:9443: connect: connection refused',
      '',
      '10.0.0.1:9443',
    ],
  ]
  for (const [text, host, address] of rows) {
    t.match(readFault(text), { host, address }, text)
  }
  t.end()
})

t.test('what has a cause only in words that nobody knows says so, with the words', (t) => {
  const write = writers['1.21 and later']
  const { findings } = diagnose({
    ...healthy,
    canary: refused(write?.('splines were not reticulated', ours) ?? ''),
  })
  t.match(findings, [{ cause: 'call-failed', certainty: 'possible' }])
  t.match(findings[0]?.evidence.join(), 'splines were not reticulated')
  t.end()
})

const patches: readonly CallText[] = [
  'replace operation does not apply: doc is missing key: /spec/foo: missing value',
  'jsonpatch add operation does not apply: doc is missing path: "/metadata/annotations/x": missing value',
  'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
  'v1.Pod.Spec: v1.PodSpec.Containers: []v1.Container: v1.Container.Image: ReadString: expects " or n, but found 1, error found in #10 byte of ...|"image":1,"n|...',
].map((reason) => ({ reason, cause: 'answer-unusable' }))

t.test('a patch that cannot be applied, of which the API server does not say whose it is', (t) => {
  for (const { reason, cause } of patches) {
    const canary = refused(`Internal error occurred: ${reason}`)
    const control = { ...canary, kind: 'admitted', pod: {} } as const
    t.same(found({ canary, control }), [cause], reason)
    t.same(found({ canary, control: canary }), [], 'it is of somebody else')
    t.same(found({ canary }), ['canary-refused'], 'nobody has tried')
  }
  t.end()
})
