/**
 * Mutated AdmissionReviews against the whole way from bytes to bytes. `MUTATIONS=10000 SEED=1` says how many and which;
 * what fails is printed with its seed.
 */
import t from 'tap'
import { handleReview } from '../../src/admission/handle.ts'
import type { Json } from '../../src/injection/json.ts'
import { inject } from '../../src/injection/inject.ts'
import { compileSettings, type Settings } from '../../src/injection/settings.ts'
import { distinct } from '../../bench/server/pods.ts'
import { reviewOf } from '../server/harness.ts'
import { mutateBytes, mutateValue, pick, seeded, type Random } from './mutate.ts'
import { runs, sources } from './samples.ts'

const { mutations, seed } = runs(2000)

const rich = {
  metadata: {
    name: 'web-0',
    labels: { app: 'web', 'sidecar.istio.io/inject': 'true' },
    annotations: {
      'sidecar.istio.io/status':
        '{"version":"1","initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":null}',
      'sidecar.istio.io/proxyCPU': '10m',
      'traffic.sidecar.istio.io/includeInboundPorts': '80,443',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8',
      'status.sidecar.istio.io/port': '15020',
      'proxy.istio.io/config': '{"concurrency":2}',
    },
  },
  spec: {
    initContainers: [{ name: 'istio-init', image: 'i' }],
    containers: [
      {
        name: 'web',
        image: 'w:1',
        ports: [{ containerPort: 80 }],
        livenessProbe: { httpGet: { port: 80, path: '/' } },
      },
      {
        name: 'istio-proxy',
        image: 'p',
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      },
    ],
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }],
    imagePullSecrets: [{ name: 's' }],
    securityContext: { fsGroup: 1 },
    serviceAccountName: 'web',
  },
}
const reviews = [distinct(1), reviewOf(rich), reviewOf(rich, {}, 'v1beta1')]

for (const [name, source] of sources) {
  t.test(`${mutations} mutated reviews get documented answers from ${name}`, async (t) => {
    const settings = compileSettings(source)
    const wrong: string[] = []
    for (let index = 0; index < mutations && wrong.length < 5; index++) {
      const fault = check(settings, mutated(index))
      if (fault !== undefined) wrong.push(`${fault}: MUTATIONS=${index + 1} SEED=${seed}`)
    }
    t.same(wrong, [])
  })
}

/** A third of them in their bytes, a sixth anywhere, the others in the pod only. */
function mutated(index: number): Buffer {
  const random = seeded(seed * 1_000_003 + index)
  const text = reviews[index % reviews.length] ?? ''
  const where = random(6)
  if (where < 2) return mutateBytes(random, Buffer.from(text))
  let review = JSON.parse(text)
  for (let changes = 1 + random(3); changes > 0; changes--) {
    if (where === 2) review = mutateValue(random, review)
    else review.request.object = mutateMembers(random, review.request.object)
  }
  return Buffer.from(JSON.stringify(review))
}

/** Changes metadata or spec below their own level, where most of the rules are. */
function mutateMembers(random: Random, pod: Record<string, Json>): Record<string, Json> {
  const member = pick(random, ['metadata', 'spec', 'spec'])
  return { ...pod, [member]: mutateValue(random, pod[member] ?? null) }
}

/** What is wrong with the answer to a body; undefined if it is one of those that are documented. */
function check(settings: Settings, body: Buffer): string | undefined {
  const {
    status,
    contentType,
    body: text,
    defect,
  } = handleReview((request) => inject(settings, request), body, '')
  if (defect !== undefined) return `a defect: ${String(defect.cause)}`
  if (status === 400) return text === 'the body is not JSON\n' ? undefined : 'an undocumented text'
  if (status !== 200 || contentType !== 'application/json') return `status ${status}`

  const { kind, apiVersion, response } = JSON.parse(text)
  const { uid, allowed, patch, patchType, status: refusal, auditAnnotations } = response
  if (kind !== 'AdmissionReview' || !/^admission\.k8s\.io\/v1(?:beta1)?$/.test(apiVersion))
    return 'no AdmissionReview'
  if (typeof uid !== 'string' || typeof allowed !== 'boolean') return 'no uid or no verdict'
  if (typeof auditAnnotations?.decision !== 'string' || typeof auditAnnotations.reason !== 'string')
    return 'no reason'
  if (!allowed && (refusal.code < 400 || refusal.message.length < 10 || /\n\s+at /.test(refusal.message)))
    return 'a bad refusal'
  if (patch !== undefined && (patchType !== 'JSONPatch' || !allowed)) return 'a patch without its type'
  if (patch !== undefined && !Array.isArray(JSON.parse(Buffer.from(patch, 'base64').toString())))
    return 'no patch'
  return undefined
}
