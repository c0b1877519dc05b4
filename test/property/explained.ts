/** Random namespaces and pods that meet the revisions of random-explain.test.ts: what is said of injection is asked of them. */
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { chance, pick, type Random } from './mutate.ts'
import { randomPod } from './pods.ts'

/** Revisions and tags, and names that are neither. */
const revisions = ['1-0', '1-10', '1-20', 'prod', 'default', 'old', 'nobody', '']
const wishes = ['true', 'true', 'false', 'false', 'True', 'yes', 'no', 'off', 'maybe', '', 'y', 'n']
const odd = 'sidecar.istio.io/inject'

/** Labels by which namespaces are selected or not, each of which may be missing. */
export function namespaceLabels(random: Random): Readonly<Record<string, string>> {
  return {
    ...(chance(random, 60)
      ? {
          'istio-injection': pick(random, [
            'enabled',
            'enabled',
            'enabled',
            'enabled',
            'disabled',
            'true',
            '',
          ]),
        }
      : {}),
    ...(chance(random, 35) ? { 'istio.io/rev': pick(random, revisions) } : {}),
    ...(chance(random, 15) ? { 'istio.io/dataplane-mode': pick(random, ['ambient', 'none']) } : {}),
    ...(chance(random, 10) ? { [odd]: pick(random, ['true', 'false']) } : {}),
  }
}

/** A pod to be created in one of the namespaces, which the API server may refuse. */
export function explainedPod(random: Random, namespaces: readonly string[], index: number): JsonObject {
  const pod = chance(random, 40) ? randomPod(random) : smallPod(random)
  const metadata = objectAt(pod, 'metadata')
  const { name: _, ...rest } = metadata
  const isNamed = metadata['name'] !== undefined
  const annotations = { ...objectAt(metadata, 'annotations'), ...annotationsOf(random) }
  return {
    ...pod,
    metadata: {
      ...rest,
      ...(isNamed
        ? { name: `pod-${index}` }
        : { generateName: `${stringAt(metadata, 'generateName')}${index}-` }),
      namespace: pick(random, namespaces),
      labels: { ...objectAt(metadata, 'labels'), ...labelsOf(random) },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  }
}

/** A workload whose pods ask for something, or for nothing. */
export function explainedWorkload(random: Random, namespaces: readonly string[], index: number): JsonObject {
  const pod = smallPod(random)
  const kind = pick(random, ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'])
  const match = { app: `workload-${index}` }
  // API servers want a node of mirrors.
  const { 'kubernetes.io/config.mirror': _, ...annotations } = annotationsOf(random)
  const template = {
    metadata: { labels: { ...labelsOf(random), ...match }, annotations },
    spec: {
      ...objectAt(pod, 'spec'),
      ...(kind === 'Job' ? { restartPolicy: 'Never' } : { restartPolicy: 'Always' }),
    },
  }
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name: `workload-${index}`, namespace: pick(random, namespaces) },
    spec: {
      ...(kind === 'Job' ? { backoffLimit: 0 } : { selector: { matchLabels: match } }),
      ...(kind === 'StatefulSet' ? { serviceName: 'none' } : {}),
      template,
    },
  }
}

/** Is there an owner that the API server has not got, so that the pod would be collected as garbage? */
export function hasOwner(pod: JsonObject): boolean {
  return listAt(objectAt(pod, 'metadata'), 'ownerReferences').some(isObject)
}

function labelsOf(random: Random): Record<string, Json> {
  return {
    ...(chance(random, 25) ? { [odd]: pick(random, wishes) } : {}),
    ...(chance(random, 35) ? { 'istio.io/rev': pick(random, revisions) } : {}),
    ...(chance(random, 15) ? { batch: pick(random, ['yes', 'no']) } : {}),
    ...(chance(random, 15) ? { must: pick(random, ['yes', 'no']) } : {}),
    ...(chance(random, 5) ? { 'istio.io/dataplane-mode': 'ambient' } : {}),
  }
}

const annotationRows: readonly (readonly [key: string, percent: number, values: readonly string[]])[] = [
  [odd, 30, [...wishes, ' true', 'TRUE']],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', 6, ['10.0.0.0/8', '10.0.0.0/33', 'everything', '*']],
  ['traffic.sidecar.istio.io/includeInboundPorts', 6, ['80', '80,http', '*', '']],
  ['inject.istio.io/templates', 5, ['sidecar', 'gateway', 'nobody', 'sidecar,nobody', '']],
  ['proxy.istio.io/config', 5, ['concurrency: 2', 'concurrency: [', 'holdApplicationUntilProxyStarts: true']],
  ['sidecar.istio.io/proxyCPU', 5, ['100m', 'lots']],
  ['sidecar.istio.io/proxyImage', 4, ['example.com/proxy:dev']],
  // Copied from an injected pod, along with the rest.
  ['sidecar.istio.io/status', 4, ['{"containers":["istio-proxy"],"revision":"old"}', 'injected', '']],
  ['kubernetes.io/config.mirror', 1, ['mirror']],
]

function annotationsOf(random: Random): Record<string, Json> {
  return Object.fromEntries(
    annotationRows
      .filter(([, percent]) => chance(random, percent))
      .map(([key, , values]) => [key, pick(random, values)]),
  )
}

function smallPod(random: Random): JsonObject {
  const app = {
    name: 'app',
    image: pick(random, ['app:1', 'auto', 'registry:5000/app']),
    ...(chance(random, 6) ? { env: hugeEnvironment } : {}),
  }
  const own = { name: 'istio-proxy', image: pick(random, ['own:1', 'auto']) }
  const init = { name: pick(random, ['init', 'istio-init', 'istio-validation']), image: 'init:1' }
  const native = { ...own, restartPolicy: 'Always' }
  const hasOwn = chance(random, 10)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: chance(random, 75) ? { name: 'small' } : { generateName: pick(random, ['made-', 'web-']) },
    spec: {
      containers: hasOwn ? [app, own] : [app],
      ...(chance(random, 15)
        ? { initContainers: !hasOwn && chance(random, 20) ? [init, native] : [init] }
        : {}),
      ...(chance(random, 12) ? { hostNetwork: chance(random, 80) } : {}),
      ...(chance(random, 20) ? { restartPolicy: pick(random, ['Always', 'Never', 'OnFailure']) } : {}),
      ...(chance(random, 10) ? { serviceAccountName: 'web' } : {}),
    },
  }
}

/** Some 150 kB. */
const hugeEnvironment = Array.from({ length: 300 }, (_, index) => ({
  name: `VARIABLE_${index}`,
  value: 'x'.repeat(480),
}))
