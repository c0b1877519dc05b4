/**
 * There and back: for random pods and the ConfigMaps of every release, uninjection gives the pod that was injected, but
 * for what the injected pod cannot tell (test/uninjection/indistinct.ts). `RUNS=200 SEED=2` says how many pods and which.
 */
import fastCheck from 'fast-check'
import t from 'tap'
import { inject, injectTemplate } from '../../src/injection/inject.ts'
import { isObject, type Json, type JsonObject } from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import { compileSettings, type Settings } from '../../src/injection/settings.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { uninject } from '../../src/uninjection/uninject.ts'
import { patched } from '../conformance/generated.ts'
import { firstDifference } from '../conformance/case.ts'
import { normalisedText } from '../conformance/normalise.ts'
import { indistinct } from '../uninjection/indistinct.ts'
import { unexplainedLoss } from '../uninjection/losses.ts'
import { mutateValue, seeded, type Random } from './mutate.ts'
import { randomPod } from './pods.ts'
import { allReleases } from './release-settings.ts'

const numRuns = Number(process.env['RUNS'] ?? 8)
const seed = Number(process.env['SEED'] ?? 1)

/** A template as 1.9 and later have it, for those who do not have Istio's. */
const mergedConfig = `
policy: enabled
templates:
  sidecar: |
    metadata:
      labels:
        security.istio.io/tlsMode: {{ index .ObjectMeta.Labels "security.istio.io/tlsMode" | default "istio" }}
      annotations:
        istio.io/rev: {{ .Revision | default "default" }}
    spec:
      initContainers:
      - name: istio-init
        image: docker.io/istio/proxyv2:1.30.3
      containers:
      - name: istio-proxy
        image: docker.io/istio/proxyv2:1.30.3
        args: [proxy, sidecar]
      volumes:
      - name: istio-envoy
        emptyDir: {medium: Memory}
`

const values = '{"sidecarInjectorWebhook":{"rewriteAppHTTPProbe":true}}'

/** Every injector there is, by name. */
const injectors: readonly (readonly [name: string, settings: Settings])[] = [
  ['the example', compileSettings({ config: exampleConfig, mesh: exampleMesh, values: undefined })],
  ['a merged template', compileSettings({ config: mergedConfig, mesh: undefined, values })],
  ...allReleases().map(({ tag, settings }): [string, Settings] => [`Istio ${tag}`, settings]),
]

/** The pod as an injector leaves it; undefined if it is not injected. */
type Way = (settings: Settings, pod: JsonObject) => Outcome

const ways: readonly (readonly [name: string, way: Way])[] = [
  ['the webhook', (settings, pod) => inject(settings, { pod, namespace: 'shop', path: '' })],
  ['kube-inject', (settings, pod) => injectTemplate(settings, pod, workload)],
]

const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'web',
  namespace: 'shop',
  metadata: { name: 'web' },
}

function injected(way: Way, settings: Settings, pod: JsonObject): JsonObject | undefined {
  const outcome = way(settings, pod)
  return outcome.kind === 'injected' ? patched(structuredClone(pod), outcome.patch) : undefined
}

/** What is wrong with the way there and back; undefined if nothing is. */
function fault(
  way: Way,
  settings: Settings,
  pod: JsonObject,
  count: (isEqual: boolean) => void,
): string | undefined {
  const there = injected(way, settings, pod)
  if (there === undefined) return undefined
  const { pod: back, changes } = uninject(there)
  const { release } = settings.detection
  count(normalisedText(back) === normalisedText(pod))
  if (uninject(back).pod !== back) return 'a second time changes something'
  const loss = unexplainedLoss(pod, changes)
  if (loss !== undefined) return `${loss} is lost`
  return firstDifference(
    normalisedText(indistinct(back, { release, changes })),
    normalisedText(indistinct(pod, { release, changes })),
  )
}

const seeds = fastCheck.integer({ min: 1, max: 2 ** 31 - 1 })

for (const [name, way] of ways) {
  t.test(`${name} there and kube-uninject back`, (t) => {
    let [equal, total] = [0, 0]
    const count = (isEqual: boolean): void => {
      total++
      if (isEqual) equal++
    }
    for (const [index, [injector, settings]] of injectors.entries()) {
      const isPodAgain = fastCheck.property(seeds, (podSeed) => {
        const difference = fault(way, settings, randomPod(seeded(podSeed)), count)
        if (difference !== undefined) throw new Error(`${injector}: ${difference}`)
      })
      fastCheck.assert(isPodAgain, { numRuns, seed: seed + index })
    }
    t.comment(
      `${equal} of ${total} pods are equal to the last member, the others but for what cannot be told`,
    )
    t.ok(equal > total / 4)
    t.end()
  })
}

function spoiled(random: Random, pod: Json): Json {
  return random(3) === 0 ? pod : spoiled(random, mutateValue(random, pod))
}

t.test('pods that were never injected stay as they are', (t) => {
  fastCheck.assert(
    fastCheck.property(seeds, (podSeed) => {
      const pod = randomPod(seeded(podSeed))
      return uninject(pod).pod === pod
    }),
    { numRuns: numRuns * 20, seed },
  )
  t.end()
})

t.test('injected pods that somebody spoiled are taken as they are', (t) => {
  const [, webhook] = ways[0]!
  for (const [, settings] of injectors.filter((_, index) => index < 2 || index % 8 === 0)) {
    const isTaken = fastCheck.property(seeds, (podSeed) => {
      const random = seeded(podSeed)
      const pod = spoiled(random, injected(webhook, settings, randomPod(random)) ?? {})
      if (!isObject(pod)) return
      uninject(uninject(pod).pod)
    })
    fastCheck.assert(isTaken, { numRuns: numRuns * 5, seed })
  }
  t.end()
})
