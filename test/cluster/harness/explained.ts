import { readFileSync } from 'node:fs'
import { listAt, isObject, objectAt, stringAt, type JsonObject } from '../../../src/injection/json.ts'
import type { Exchange } from './api.ts'
import type { Cluster } from './cluster.ts'
import { metricsPage } from './metrics.ts'
import { until } from './wait.ts'

/** What became of a pod, by the API server's answer and its audit log. */
export interface Happened {
  readonly namespace: string
  readonly name: string
  /** Its labels and annotations, for messages. */
  readonly wishes: object
  /** `invalid`: the API server itself did not take it. */
  readonly outcome: 'injected' | 'not-injected' | 'refused' | 'invalid'
  /** The webhooks that were called, in their order. */
  readonly called: readonly string[]
  /** The injector's own word, where one was called. */
  readonly decision: string | undefined
  readonly reason: string | undefined
  readonly revision: string | undefined
  readonly warnings: readonly string[]
  readonly isStored: boolean
  /** A container istio-proxy came with it. */
  readonly hasOwnProxy: boolean
  /** And a status that names it: nothing tells it from one that was injected. */
  readonly isCopy: boolean
}

const statusKey = 'sidecar.istio.io/status'

type Annotations = Readonly<Record<string, string>>

/** The audit log's annotations of answers, by the id that each has. */
export async function auditedPods(
  cluster: Cluster,
  answers: readonly Exchange[],
): Promise<ReadonlyMap<string, Annotations>> {
  return until('the audit log has all', 20, () => {
    const found = new Map<string, Annotations>()
    for (const line of readFileSync(cluster.controlPlane.auditLog, 'utf8').split('\n')) {
      if (!line.includes('"pods"') || !line.endsWith('}')) continue
      const { auditID, annotations = {} } = JSON.parse(line)
      found.set(auditID, annotations)
    }
    return Promise.resolve(answers.every(({ auditId }) => found.has(auditId)) && found)
  })
}

/** Puts together what became of a pod. Throws if the audit log contradicts what is stored. */
export function happened(
  pod: JsonObject,
  answer: Exchange | undefined,
  audited: ReadonlyMap<string, Annotations>,
  { dryRun }: { readonly dryRun: boolean },
): Happened {
  if (answer === undefined) throw new Error('the pod was not created')
  const metadata = objectAt(pod, 'metadata')
  const stored: JsonObject = JSON.parse(answer.body)
  const annotations = audited.get(answer.auditId) ?? {}
  const of = (name: string): string | undefined =>
    Object.entries(annotations).find(([key]) => key.endsWith(`sidecar-injector.istio.io/${name}`))?.[1]
  const isCreated = answer.status < 300
  const decision = of('decision')
  const isRefused = stringAt(stored, 'message').includes('denied the request')
  const isInjected = isCreated && containerCount(stored) > containerCount(pod)
  if (isCreated && isInjected !== (decision === 'injected') && !hasProxy(pod)) {
    throw new Error(`the audit log has ${decision} of ${JSON.stringify(stored)}`)
  }
  return {
    namespace: stringAt(metadata, 'namespace'),
    name: stringAt(objectAt(stored, 'metadata'), 'name') || stringAt(metadata, 'name'),
    wishes: { labels: metadata['labels'], annotations: metadata['annotations'] },
    outcome: !isCreated
      ? isRefused
        ? 'refused'
        : 'invalid'
      : decision === 'injected'
        ? 'injected'
        : 'not-injected',
    called: calledOf(annotations),
    decision,
    reason: of('reason'),
    revision: of('revision'),
    warnings: answer.warnings.map((text) => text.replaceAll('\\"', '"')),
    isStored: isCreated && !dryRun,
    hasOwnProxy: hasProxy(pod),
    isCopy: hasProxy(pod) && stringAt(objectAt(metadata, 'annotations'), statusKey).includes('istio-proxy'),
  }
}

/** `mutation.webhook.admission.k8s.io/round_0_index_3`: one for each call. */
function calledOf(annotations: Annotations): readonly string[] {
  return Object.entries(annotations)
    .flatMap(([key, value]) => {
      const index = /^mutation\.webhook\.admission\.k8s\.io\/round_0_index_(\d+)$/.exec(key)?.[1]
      if (index === undefined) return []
      const { webhook }: { webhook: string } = JSON.parse(value)
      return [{ webhook, index: Number(index) }]
    })
    .sort((a, b) => a.index - b.index)
    .map(({ webhook }) => webhook)
}

function containers(pod: JsonObject): readonly JsonObject[] {
  const spec = objectAt(pod, 'spec')
  return [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].filter(isObject)
}

/** With init containers. */
export function containerCount(pod: JsonObject): number {
  return containers(pod).length
}

function hasProxy(pod: JsonObject): boolean {
  return containers(pod).some((container) => stringAt(container, 'name') === 'istio-proxy')
}

/** What the replicas have counted together, by decision and reason. */
export async function decisionsCounted(cluster: Cluster): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const line = /^eks_sidecar_injector_decisions_total\{decision="([\w-]+)",reason="([\w-]+)".*\} (\d+)$/gm
  for (const { address } of cluster.kubelet.pods()) {
    for (const [, decision = '', reason = '', count] of (await metricsPage(address)).matchAll(line)) {
      const key = `${decision} ${reason}`
      counts.set(key, (counts.get(key) ?? 0) + Number(count))
    }
  }
  return counts
}
