import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { explain } from '../../src/explanation/explain.ts'
import type { Explanation } from '../../src/explanation/explanation.ts'
import type { World } from '../../src/explanation/world.ts'
import { subjectFor } from '../../src/commands/explain-subjects.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import {
  appending,
  injectedPod,
  merging,
  podOf,
  shop,
  surroundingsOf,
  webhookOf,
  type Made,
} from '../coverage/made.ts'

interface Around extends Made {
  readonly pods?: readonly JsonObject[]
  readonly events?: readonly JsonObject[]
  readonly failedOpen?: Readonly<Record<string, number>>
  readonly unanswered?: readonly string[]
  readonly isEks?: boolean
}

function explained(object: JsonObject, around: Around = {}): Explanation {
  const subject = subjectFor(object, 'shop')
  if (subject === undefined) throw new TypeError('the object is a subject')
  const world: World = {
    surroundings: surroundingsOf(around),
    pods: around.pods ?? [],
    events: around.events ?? [],
    isEks: around.isEks,
    failedOpen: new Map(Object.entries(around.failedOpen ?? {})),
    unanswered: new Set(around.unanswered),
    unreadable: [],
    notKnown: [],
  }
  return explain(subject, world)
}

function pod(change: Parameters<typeof podOf>[0] = {}): JsonObject {
  return { kind: 'Pod', ...podOf(change) }
}

function deployment(metadata: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const template = { metadata, spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec } }
  return { kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { template } }
}

function failedCreate(
  message: string,
  about: JsonObject = { kind: 'ReplicaSet', name: 'web-7d9c4f5b6' },
): JsonObject {
  return {
    kind: 'Event',
    reason: 'FailedCreate',
    message,
    count: 12,
    lastTimestamp: '2026-03-02T00:00:00Z',
    involvedObject: { namespace: 'shop', ...about },
  }
}

const unreachable =
  'Error creating: Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: ' +
  'Post "https://injector.injector.svc:443/inject?timeout=5s": dial tcp 10.0.27.245:9443: i/o timeout'

const privileged =
  'Error creating: pods "web-7d9c4f5b6-x7k2p" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities ' +
  '(container "istio-init" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)'

const key = 'sidecar.istio.io/inject'
const early = { creationTimestamp: '2025-12-24T00:00:00Z' }
const batch = webhookOf({
  matchConditions: [{ name: 'c', expression: "!('batch' in object.metadata.labels)" }],
})
const broken = (failurePolicy: string) =>
  webhookOf({ failurePolicy, matchConditions: [{ name: 'c', expression: 'object.spec.nothing == 1' }] })
const asking = webhookOf({
  matchConditions: [
    { name: 'c', expression: "authorizer.group('').resource('pods').check('get').allowed()" },
  ],
})

type Row = readonly [
  name: string,
  object: JsonObject,
  expected: Partial<Explanation> | Record<string, unknown>,
  around?: Around,
]

const rows: readonly Row[] = [
  // Pods that are there.
  [
    'an injected pod',
    { kind: 'Pod', ...injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }) },
    { verdict: 'injected', reason: 'current', advice: [] },
  ],
  [
    'an old sidecar',
    { kind: 'Pod', ...injectedPod('istio/proxyv2:1.29.0', { revision: 'default' }) },
    { verdict: 'outdated', reason: 'image-changed', advice: [/delete the pod/] },
  ],
  [
    'older than the webhook',
    pod({ metadata: early }),
    {
      verdict: 'not-injected',
      reason: 'before-webhook',
      now: { outcome: 'injected' },
      evidence: [/pod created 2025/, /created 2026-01-01/],
    },
  ],
  [
    'opted out',
    pod({ metadata: { annotations: { [key]: 'false' } } }),
    {
      verdict: 'not-injected',
      reason: 'inject-annotation',
      field: `metadata.annotations["${key}"]`,
      advice: [/take annotation/],
    },
  ],
  [
    'on the host network, asking, and left out by a condition: the webhook that would warn is not called',
    pod({ metadata: { labels: { [key]: 'true', batch: 'yes' } }, spec: { hostNetwork: true } }),
    { verdict: 'not-injected', reason: 'host-network', webhooks: [{ kind: 'left-out' }], warnings: [] },
    { webhooks: [batch] },
  ],
  [
    'on the host network, and asking',
    pod({ metadata: { labels: { [key]: 'true' } }, spec: { hostNetwork: true } }),
    { verdict: 'not-injected', reason: 'host-network', warnings: [/no sidecar \(host-network\)/] },
  ],
  [
    'nobody is behind the Service, and the policy is Fail',
    deployment(),
    {
      verdict: 'would-be-refused',
      reason: 'webhook-failed',
      message: /Service injector\/injector has no ready endpoint/,
      advice: [/doctor -n shop/, /restart/],
      warnings: [],
    },
    { unanswered: ['injector/injector'] },
  ],
  [
    'nobody is behind the Service, and the policy is Ignore',
    deployment(),
    { verdict: 'would-not-be-injected', reason: 'webhook-ignored', advice: [/doctor -n shop/, /then/] },
    { unanswered: ['injector/injector'], webhooks: [webhookOf({ failurePolicy: 'Ignore' })] },
  ],
  [
    'nobody is behind the Service, policy Ignore, and another injector is called',
    deployment(),
    { verdict: 'would-be-injected', reason: 'policy-enabled' },
    {
      unanswered: ['injector/injector'],
      webhooks: [
        webhookOf({ failurePolicy: 'Ignore' }),
        webhookOf(
          { clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/inject' } } },
          { name: 'z-istio' },
        ),
      ],
    },
  ],
  [
    'nobody is behind the Service, policy Ignore, and the pod would get none anyway',
    deployment({}, { hostNetwork: true }),
    { verdict: 'would-not-be-injected', reason: 'host-network' },
    { unanswered: ['injector/injector'], webhooks: [webhookOf({ failurePolicy: 'Ignore' })] },
  ],
  [
    'nobody is behind the Service, policy Fail, and the pod would get none anyway',
    deployment({}, { hostNetwork: true }),
    { verdict: 'would-be-refused', reason: 'webhook-failed' },
    { unanswered: ['injector/injector'] },
  ],
  [
    'nobody is behind the Service, which is not called for a pod that is left out',
    deployment({ labels: { batch: 'yes' } }),
    { verdict: 'would-not-be-injected', reason: 'match-condition' },
    { unanswered: ['injector/injector'], webhooks: [batch] },
  ],
  [
    'nobody is behind the Service now, and the pod has its sidecar',
    { kind: 'Pod', ...injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }) },
    { verdict: 'injected', reason: 'current', now: { outcome: 'refused', reason: 'webhook-failed' } },
    { unanswered: ['injector/injector'] },
  ],
  [
    'nobody is behind the Service now, and the pod is older than the webhook',
    pod({ metadata: early }),
    { verdict: 'not-injected', reason: 'before-webhook', now: { outcome: 'refused' } },
    { unanswered: ['injector/injector'] },
  ],
  [
    'left out by a condition of a webhook whose revision is not there',
    deployment({ labels: { batch: 'yes' } }),
    { verdict: 'would-not-be-injected', reason: 'match-condition', warnings: [] },
    { webhooks: [batch], revisions: { '1-30': merging('1.30.3') } },
  ],
  [
    'failed open, and counted',
    pod(),
    {
      verdict: 'not-injected',
      reason: 'webhook-ignored',
      evidence: [/Ignore/, /fail_open/, /counts since its start: 7/],
      advice: [/doctor -n shop/, /then/],
    },
    {
      webhooks: [webhookOf({ failurePolicy: 'Ignore' })],
      failedOpen: { 'namespace.sidecar-injector.istio.io': 7 },
    },
  ],
  [
    'own sidecar, up to 1.8',
    pod({ spec: { containers: [{ name: 'istio-proxy', image: 'x' }] } }),
    { verdict: 'injected', reason: 'foreign-sidecar' },
    { revisions: { default: appending('proxyv2:1.0.9') } },
  ],
  [
    'in kube-system',
    pod({ metadata: { namespace: 'kube-system' } }),
    {
      verdict: 'not-injected',
      reason: 'system-namespace',
      notKnown: [/namespace kube-system/, /Amazon EKS keeps/],
    },
  ],
  // Pods that would be.
  [
    'a workload',
    deployment(),
    {
      verdict: 'would-be-injected',
      reason: 'policy-enabled',
      revision: 'default',
      release: /^Istio 1\.30\.3: /,
      advice: [],
      webhooks: [{ kind: 'called' }],
    },
  ],
  [
    'a workload, webhooks not known',
    deployment(),
    { verdict: 'would-be-injected', notKnown: [/those of Istio's charts/], webhooks: [] },
    { webhooks: null },
  ],
  [
    'a workload of a namespace that is not labelled',
    { ...deployment(), metadata: { name: 'web', namespace: 'plain' } },
    {
      verdict: 'would-not-be-injected',
      reason: 'revision-not-selected',
      field: 'namespaceSelector',
      revision: undefined,
      advice: ['kubectl label namespace plain istio-injection=enabled'],
    },
  ],
  [
    'no webhook',
    deployment(),
    { verdict: 'would-not-be-injected', reason: 'revision-not-selected', advice: [/docs\/install/] },
    { webhooks: [] },
  ],
  [
    'host network, and it asks',
    deployment({ labels: { [key]: 'true' } }, { hostNetwork: true }),
    { verdict: 'would-not-be-injected', reason: 'host-network', warnings: [/^no sidecar \(host-network\)/] },
  ],
  [
    'host network, and it does not ask',
    deployment({}, { hostNetwork: true }),
    { verdict: 'would-not-be-injected', reason: 'host-network', warnings: [] },
  ],
  [
    'own sidecar, up to 1.8',
    deployment({}, { containers: [{ name: 'istio-proxy', image: 'x' }] }),
    { verdict: 'would-not-be-injected', reason: 'own-sidecar', warnings: [/own-sidecar/] },
    { revisions: { default: appending('proxyv2:1.0.9') } },
  ],
  [
    'policy',
    deployment(),
    { verdict: 'would-not-be-injected', reason: 'policy-disabled', advice: [/inject: "true"/] },
    { revisions: { default: merging('1.30.3', 'disabled') } },
  ],
  [
    'policy that is none',
    deployment(),
    { reason: 'policy-unknown', warnings: [/policy-unknown/] },
    { revisions: { default: merging('1.30.3', 'on') } },
  ],
  [
    'an annotation that is refused',
    deployment({ annotations: { 'traffic.sidecar.istio.io/includeOutboundIPRanges': 'x' } }),
    {
      verdict: 'would-be-refused',
      reason: 'annotation-invalid',
      message: /includeOutboundIPRanges/,
      change: undefined,
    },
  ],
  [
    'what is no pod',
    deployment({}, { containers: 'none' }),
    { verdict: 'would-be-refused', reason: 'pod-undecodable' },
  ],
  [
    'left out by a condition',
    deployment({ labels: { batch: '1' } }),
    { verdict: 'would-not-be-injected', reason: 'match-condition', field: 'matchConditions[c]' },
    { webhooks: [batch] },
  ],
  [
    'a condition fails',
    deployment(),
    { verdict: 'would-be-refused', reason: 'condition-failed', advice: [/matchConditions\[c\] of webhook/] },
    { webhooks: [broken('Fail')] },
  ],
  [
    'a condition fails, and is passed over',
    deployment(),
    { verdict: 'would-not-be-injected', reason: 'match-condition' },
    { webhooks: [broken('Ignore')] },
  ],
  [
    'a condition that only the API server knows',
    deployment(),
    { verdict: 'not-known', reason: 'condition-unknown' },
    { webhooks: [asking] },
  ],
  [
    'the same, but the injector says no anyway',
    deployment({}, { hostNetwork: true }),
    { verdict: 'would-not-be-injected', reason: 'host-network' },
    { webhooks: [asking] },
  ],
  [
    'namespace labels not known',
    { ...deployment(), metadata: { name: 'web', namespace: 'far' } },
    { verdict: 'not-known', reason: 'condition-unknown', field: 'namespaceSelector' },
  ],
  // Events.
  [
    'pods cannot be made',
    deployment(),
    {
      verdict: 'would-be-refused',
      reason: 'webhook-failed',
      message: /i\/o timeout/,
      advice: [/doctor/, /once that is mended: kubectl -n shop rollout restart deployment\/web/],
      now: { outcome: 'injected' },
    },
    { events: [failedCreate(unreachable)] },
  ],
  [
    'pods cannot be made, webhooks not known',
    deployment(),
    { verdict: 'would-be-refused', reason: 'webhook-failed' },
    { events: [failedCreate(unreachable)], webhooks: null },
  ],
  [
    'could not be made, but were since',
    deployment(),
    { verdict: 'would-be-injected' },
    {
      events: [failedCreate(unreachable)],
      pods: [
        {
          kind: 'Pod',
          ...injectedPod(
            'istio/proxyv2:1.30.3',
            { revision: 'default' },
            {
              generateName: 'web-7d9c4f5b6-',
              labels: { 'pod-template-hash': '7d9c4f5b6' },
              creationTimestamp: '2026-03-03T00:00:00Z',
              ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7d9c4f5b6', controller: true }],
            },
          ),
        },
      ],
    },
  ],
  [
    'another webhook failed',
    deployment(),
    { verdict: 'would-be-refused', reason: 'not-admitted', message: /other\.example/ },
    { events: [failedCreate(unreachable.replace('namespace.sidecar-injector.istio.io', 'other.example'))] },
  ],
  [
    'a webhook failed that is not called any more',
    deployment({ labels: { batch: '1' } }),
    { verdict: 'would-be-injected' },
    { events: [failedCreate(unreachable)], webhooks: [batch, webhookOf({ name: 'object.example' })] },
  ],
  [
    'Pod Security',
    deployment(),
    {
      verdict: 'would-be-refused',
      reason: 'not-admitted',
      message: /NET_ADMIN/,
      now: { outcome: 'injected' },
    },
    { events: [failedCreate(privileged)] },
  ],
  [
    'Pod Security, of pods that would get no sidecar anyway',
    deployment({}, { hostNetwork: true }),
    { verdict: 'would-not-be-injected', reason: 'host-network' },
    { events: [failedCreate(privileged)] },
  ],
  [
    'a policy denied it',
    deployment(),
    { verdict: 'would-be-refused', reason: 'not-admitted' },
    { events: [failedCreate('Error creating: admission webhook "policy.example" denied the request: no')] },
  ],
  [
    'it was denied here, and would not be now',
    deployment(),
    { verdict: 'would-be-injected' },
    {
      events: [
        failedCreate(
          'Error creating: admission webhook "namespace.sidecar-injector.istio.io" denied the request: no',
        ),
      ],
    },
  ],
  [
    'Events of another workload',
    deployment(),
    { verdict: 'would-be-injected', events: [] },
    {
      events: [
        failedCreate(unreachable, { kind: 'ReplicaSet', name: 'web-api-7d9c4f5b6' }),
        failedCreate(unreachable, { kind: 'ReplicaSet', name: 'web-7d9c4f5b6', namespace: 'plain' }),
      ],
    },
  ],
  [
    'two injectors',
    deployment(),
    {
      verdict: 'would-be-injected',
      evidence: [/2 webhooks would inject the pod.*a\/namespace.*sidecar-injector\/namespace/],
    },
    { webhooks: [webhookOf({}, { name: 'a' }), webhookOf()] },
  ],
  // Namespaces.
  [
    'a namespace',
    shop,
    {
      kind: 'Namespace',
      name: 'shop',
      verdict: 'would-be-injected',
      pods: [
        { state: 'not-injected', reason: 'before-webhook', count: 1 },
        { state: 'injected', count: 1 },
      ],
      advice: [/delete the pod/],
    },
    { pods: [pod({ metadata: early }), injectedPod('istio/proxyv2:1.30.3', { revision: 'default' })] },
  ],
]

t.test('each object is explained by what decides', (t) => {
  for (const [name, object, expected, around] of rows) {
    const explanation = explained({ kind: 'Namespace', ...object }, around)
    t.match(explanation, expected, name)
    for (const [field, value] of Object.entries(expected)) {
      if (Array.isArray(value)) t.equal(at(explanation, field), value.length, `${name}: ${field}`)
    }
  }
  t.end()
})

function at(explanation: Explanation, field: string): number | undefined {
  const value: unknown = new Map(Object.entries(explanation)).get(field)
  return Array.isArray(value) ? value.length : undefined
}

t.test('what would change is shown of new pods, of those without a sidecar and of old ones', (t) => {
  const made = explained(deployment())
  t.match(made.change?.after, { spec: { containers: [{ name: 'web' }, { name: 'istio-proxy' }] } })
  const there = explained(pod())
  t.match(there.change?.before, { metadata: { creationTimestamp: '2026-03-01T00:00:00Z' } })
  const old = explained({ kind: 'Pod', ...injectedPod('istio/proxyv2:1.29.0', { revision: 'default' }) })
  t.match(old.change?.before, { spec: { containers: [{}, { image: 'istio/proxyv2:1.29.0' }] } })
  t.match(old.change?.after, { spec: { containers: [{ name: 'web' }, { image: 'istio/proxyv2:1.30.3' }] } })
  t.end()
})

t.test('docs/explain.md has every member of the JSON', (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/explain.md'), 'utf8')
  const section = /^## For scripts\n([^]*?)^## /m.exec(page)?.[1] ?? ''
  const { now, webhooks, ...others } = explained(pod())
  const members = [others, now, webhooks[0] ?? {}].flatMap((each) => Object.keys(each))
  t.ok(members.length > 25)
  for (const member of [...members, 'now', 'webhooks', 'explanations'])
    t.match(section, new RegExp(`\\b${member}\\b`), member)
  t.end()
})
