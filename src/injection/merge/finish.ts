import { marshalText } from '../../golang/json.ts'
import type { MergeTraits } from '../../istio/traits.ts'
import { annotatedStatusPort, boolAt } from '../annotation-values.ts'
import { holdsApplication } from '../hold.ts'
import { objectAt, stringMapAt, type JsonObject } from '../json.ts'
import { meshStatusPort } from '../mesh.ts'
import { clusterVariable, networkLabel, networkOf, networkVariable } from '../network.ts'
import type { PodRequest } from '../pod-request.ts'
import { statusKey } from '../status.ts'
import { urlVariables } from '../url-parameters.ts'
import { valueAt } from '../values.ts'
import { rewriteProbes } from './probers.ts'
import { mergePrometheus, prometheusVariable } from './prometheus.ts'
import { reorder } from './reorder.ts'
import type { MergeSettings } from './settings.ts'
import type { TemplateItems } from './template-items.ts'
import {
  changeSidecar,
  sidecarList,
  variableOf,
  withVariable,
  withVariables,
  type EnvVar,
} from './sidecar.ts'

interface Finish {
  readonly request: PodRequest
  readonly items: TemplateItems
}

/** What Istio does to a pod once the templates are merged in, in its order (spec C.7.8). */
export function finish(settings: MergeSettings, { request, items }: Finish, pod: JsonObject): JsonObject {
  const url = urlVariables(request.path, settings.traits)
  const network = networkOf(settings.traits, request.labels, url, settings.values)
  const placed = changeSidecar(pod, settings.traits.merge, (sidecar) =>
    withVariables(sidecar, placeVariables(settings, url, network)),
  )
  const scraped = withPrometheus(settings, placed)
  const probed = withProbes(settings, request, scraped)
  const labelled = withMetadata(settings, probed, network, items)
  const hold = holdsApplication(settings, request.annotations)
  return reorder(labelled, { hold, initSidecars: settings.traits.merge.initSidecars })
}

/** Where the sidecar is: cluster and network by the URL, or else the values, sorted by name. */
function placeVariables(
  { values, traits }: MergeSettings,
  url: ReadonlyMap<string, string>,
  network: string,
): EnvVar[] {
  const variables = new Map(url)
  const cluster = traits.network.clusterFromValues
    ? valueAt(values, 'global.multiCluster.clusterName')
    : undefined
  const given = variables.get(clusterVariable) ?? ''
  if (given === '' && typeof cluster === 'string' && cluster !== '') variables.set(clusterVariable, cluster)
  if (network !== '') variables.set(networkVariable, network)
  return [...variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }))
}

function withPrometheus({ traits, mesh }: MergeSettings, pod: JsonObject): JsonObject {
  const isEnabled = mesh.config['enablePrometheusMerge'] === true
  const options = { traits: traits.prometheus, isEnabled, statusPort: meshStatusPort(mesh) }
  const merge = mergePrometheus(pod, options)
  if (merge === undefined) return pod
  const { scraped } = merge
  const secured = traits.prometheus.targets ? withSecurePort(merge.pod, traits.merge) : merge.pod
  if (scraped === undefined) return secured
  return changeSidecar(secured, traits.merge, (sidecar) =>
    withVariable(sidecar, { name: prometheusVariable, value: scraped }),
  )
}

const securePortKey = 'prometheus.istio.io/secure-port'
const securePortVariable = 'ENVOY_SECURE_MERGED_METRICS_PORT'

/** From 1.31 Prometheus is told of the port where the sidecar gives the metrics to mutual TLS only, if it has one. */
function withSecurePort(pod: JsonObject, traits: MergeTraits): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const annotations = objectAt(metadata, 'annotations')
  const port = variableOf(pod, traits, securePortVariable)
  if (port === '' || port === '0' || Object.hasOwn(annotations, securePortKey)) return pod
  return { ...pod, metadata: { ...metadata, annotations: { ...annotations, [securePortKey]: port } } }
}

const rewriteKey = 'sidecar.istio.io/rewriteAppHTTPProbers'

function withProbes(
  { traits, mesh, values }: MergeSettings,
  request: PodRequest,
  pod: JsonObject,
): JsonObject {
  const annotations = stringMapAt(objectAt(pod, 'metadata'), 'annotations')
  const rewrites =
    boolAt(annotations, rewriteKey) ?? valueAt(values, 'sidecarInjectorWebhook.rewriteAppHTTPProbe') === true
  if (!rewrites || sidecarList(pod, traits.merge) === undefined) return pod
  const meshPort = meshStatusPort(mesh)
  const port = annotatedStatusPort(annotations) ?? meshPort
  const isAgain = Object.hasOwn(request.annotations, statusKey)
  return rewriteProbes({ traits, meshPort, port, isAgain }, pod)
}

function withMetadata(
  settings: MergeSettings,
  pod: JsonObject,
  network: string,
  items: TemplateItems,
): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const annotations = {
    ...objectAt(metadata, 'annotations'),
    [statusKey]: statusText(settings, items),
    ...Object.fromEntries(settings.injectedAnnotations),
  }
  const labels =
    network === '' ? {} : { labels: { ...objectAt(metadata, 'labels'), [networkLabel]: network } }
  return { ...pod, metadata: { ...metadata, ...labels, annotations } }
}

/** The value of the status annotation: names of what the templates added, by list, null for an empty one. */
function statusText({ traits, revision }: MergeSettings, { text }: TemplateItems): string {
  const suffix = traits.merge.statusRevision ? `,"revision":${marshalText(revision || 'default')}` : ''
  return `{${text}${suffix}}`
}
