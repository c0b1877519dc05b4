import t from 'tap'
import { coverageInSteps, type CoverageCache } from '../../src/coverage/coverage-in-steps.ts'
import { coverageOf } from '../../src/coverage/coverage-of.ts'
import { podCoverage } from '../../src/coverage/pod-coverage.ts'
import { notKept, slimPod } from '../../src/coverage/slim-pod.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import { atOnce } from '../../src/injection/steps.ts'
import { injectedPod, podOf, surroundingsOf, webhookOf } from './made.ts'

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d9c4f5b6', controller: true, uid: 'u' }
const rich: JsonObject = {
  metadata: {
    name: 'web-7d9c4f5b6-x7k2p',
    namespace: 'shop',
    generateName: 'web-7d9c4f5b6-',
    creationTimestamp: '2026-01-15T00:00:00Z',
    labels: { 'pod-template-hash': '7d9c4f5b6' },
    annotations: { short: 'x', 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(5000) },
    ownerReferences: [{ kind: 'Other', name: 'o' }, owner],
    managedFields: [{ manager: 'kubelet' }],
  },
  spec: {
    containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: 'b' }], resources: {} }],
    initContainers: [{ name: 'init', image: 'i', restartPolicy: 'Always' }],
    volumes: [{ name: 'v' }],
    nodeName: 'n',
  },
  status: { phase: 'Running', podIP: '10.0.0.1' },
}

t.test('a pod is slimmed to what counts', (t) => {
  t.same(slimPod(rich), {
    metadata: {
      name: 'web-7d9c4f5b6-x7k2p',
      namespace: 'shop',
      generateName: 'web-7d9c4f5b6-',
      creationTimestamp: '2026-01-15T00:00:00Z',
      labels: { 'pod-template-hash': '7d9c4f5b6' },
      annotations: { short: 'x' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d9c4f5b6', controller: true },
      ],
    },
    spec: {
      containers: [{ name: 'web', image: 'web:1' }],
      initContainers: [{ name: 'init', image: 'i', restartPolicy: 'Always' }],
    },
    status: { phase: 'Running' },
  })
  t.same(slimPod({}), {
    metadata: { annotations: {}, ownerReferences: [] },
    spec: { containers: [] },
    status: {},
  })
  t.end()
})

t.test('a slimmed pod is what the whole one is', (t) => {
  const pods = [
    rich,
    podOf({ spec: { hostNetwork: true } }),
    podOf({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
    injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, {}, true),
    injectedPod('istio/proxyv2:1.29.0', { revision: 'default' }),
    injectedPod(
      'own:1',
      {},
      { annotations: { 'proxy.istio.io/overrides': '{"containers":[{"image":"own:1"}]}' } },
    ),
  ]
  for (const pod of pods)
    t.same(podCoverage(slimPod(pod), surroundingsOf()), podCoverage(pod, surroundingsOf()))
  t.end()
})

t.test('a condition that looks at what is not kept is not guessed', (t) => {
  const expression = "object.spec.containers.exists(c, has(c.env) && c.env.exists(e, e.name == 'A'))"
  const around = surroundingsOf({ webhooks: [webhookOf({ matchConditions: [{ name: 'env', expression }] })] })
  t.equal(podCoverage(rich, around).reason, 'before-namespace-label', 'the whole pod has it')
  // The webhook may call for it, or not: the label alone is sure.
  const slim = podCoverage(slimPod(rich), { ...around, notKept })
  t.equal(slim.reason, 'before-namespace-label')
  const never = podOf({ metadata: { name: 'x' } })
  t.equal(podCoverage(never, around).reason, 'match-condition')
  t.equal(podCoverage(slimPod(never), { ...around, notKept }).reason, 'unexplained')
  t.end()
})

t.test('in steps it is the same, and only what has changed is looked at again', (t) => {
  const pods = Array.from({ length: 100 }, (_, index) => podOf({ metadata: { name: `p${index}` } }))
  const cache: CoverageCache = new WeakMap()
  const around = surroundingsOf()
  const steps = (surroundings = around): number => [...coverageInSteps(pods, surroundings, cache, [])].length
  t.equal(steps(), 5, '25 pods a step')
  t.equal(steps(), 1, 'nothing has changed')
  t.same(atOnce(coverageInSteps(pods, around, cache, ['x'])), coverageOf(pods, around, ['x']))
  pods[7] = injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, { name: 'p7' })
  t.match(atOnce(coverageInSteps(pods, around, cache, [])), { injected: 1, notInjected: 99 })
  t.equal(steps({ ...around, webhooks: [] }), 5, 'other webhooks')
  t.equal(steps({ ...around, revisions: surroundingsOf().revisions }), 5, 'other settings')
  t.equal(steps({ ...around, namespaces: surroundingsOf().namespaces }), 5, 'other labels')
  t.end()
})
