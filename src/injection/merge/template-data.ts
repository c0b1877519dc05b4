import { goScalar, type GoStruct, type Value } from '../../gotemplate/index.ts'
import { messageView, objectMetaType, podSpecType, structView } from '../../schema/index.ts'
import { estimatedConcurrency } from '../estimated-concurrency.ts'
import { objectAt, type JsonObject } from '../json.ts'
import { meshStatusPort } from '../mesh.ts'
import { defaultProxyUser, openShiftUser } from '../open-shift.ts'
import { ownerOf, type Owner, type Workload } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { proxyImage, proxyInitImage } from '../proxy-image.ts'
import { RecordView } from '../record-view.ts'
import { watchedMetadata, watchedOwnerMetadata, watchedSpec } from '../watched-pod.ts'
import type { SettingsParts } from '../settings-parts.ts'
import type { Overrides } from './overrides.ts'
import type { MergeSettings } from './settings.ts'
import { stripped } from './strip.ts'

/** The pod that templates' data is made of. */
export interface MergeDataSource {
  readonly request: PodRequest
  /** What kube-inject has the pod's template from. */
  readonly workload: Workload | undefined
  /** The user's own containers as an earlier injection kept them. */
  readonly overrides: Overrides
}

/** Istio's SidecarTemplateData for one pod, and the ProxyConfig in it. Every release's fields are offered. */
export function mergeData(
  settings: MergeSettings,
  { request, workload, overrides }: MergeDataSource,
): { readonly data: GoStruct; readonly config: JsonObject } {
  const { traits, mesh, values, known } = settings
  const { labels, annotations, namespace } = request
  const pod = withNamespace(stripped(request.pod, meshStatusPort(mesh), overrides), namespace)
  const owner = workload ?? ownerOf(request.pod, namespace, traits.owner)
  const config = settings.configOf({ namespace, labels, annotations })
  const runs = settings.isOpenShift ? openShiftUser(request.namespaceAnnotations) : defaultProxyUser
  const data = new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('v1.TypeMeta', { Kind: owner.kind, APIVersion: owner.apiVersion }),
    DeploymentMeta: deploymentMeta(settings, { request, pod, owner, workload }),
    ObjectMeta: structView(objectMetaType, watchedMetadata(objectAt(pod, 'metadata'), request.watch)),
    Spec: structView(podSpecType, watchedSpec(objectAt(pod, 'spec'), request.watch)),
    ProxyConfig: configView(settings, config),
    MeshConfig: known.MeshConfig,
    Values: known.Values,
    Revision: known.Revision,
    NativeSidecars: known.NativeSidecars,
    ProxyImage: proxyImage(values, config, annotations, traits.merge),
    ProxyInitImage: proxyInitImage(values, annotations, traits.merge),
    ProxyUID: int64(runs.user),
    ProxyGID: int64(runs.group),
    InboundTrafficPolicyMode: known.InboundTrafficPolicyMode,
    CompliancePolicy: known.CompliancePolicy,
    EstimatedConcurrency: traits.merge.estimates ? estimatedConcurrency(config, annotations, values) : 0n,
  })
  return { data, config }
}

/** The view of a config; that of pods without one of their own is made once. */
function configView({ mesh, baseConfig }: MergeSettings, config: JsonObject): Value {
  return config === baseConfig.config ? baseConfig.view : messageView(mesh.proxyType, config)
}

/** Templates see the request's namespace where the pod has none. */
function withNamespace(pod: JsonObject, namespace: string): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  return metadata['namespace'] === namespace ? pod : { ...pod, metadata: { ...metadata, namespace } }
}

interface OwnerSource {
  readonly request: PodRequest
  readonly pod: JsonObject
  readonly owner: Owner
  readonly workload: Workload | undefined
}

function deploymentMeta({ traits }: MergeSettings, { request, pod, owner, workload }: OwnerSource): Value {
  const { name, namespace } = owner
  if (traits.merge.namedDeployment) {
    return new RecordView(
      'types.NamespacedName',
      { Namespace: namespace, Name: name },
      `${namespace}/${name}`,
    )
  }
  const metadata = workload?.metadata ?? { ...objectAt(pod, 'metadata'), name, namespace }
  return structView(objectMetaType, watchedOwnerMetadata(metadata, request.watch))
}

function int64(number: number): Value {
  return goScalar('int64', 'int64', BigInt(number))
}

/** The fields of templates' data that are the same for every pod. */
export type KnownFields = Readonly<ReturnType<typeof knownFields>>

/** Makes them. */
export function knownFields({ mesh, values, revision, native, environment }: SettingsParts) {
  return {
    MeshConfig: mesh.views.config,
    Values: values,
    Revision: revision,
    NativeSidecars: native,
    InboundTrafficPolicyMode: inboundMode(mesh.config),
    CompliancePolicy: environment.get('COMPLIANCE_POLICY') ?? '',
  }
}

function inboundMode(mesh: JsonObject): 'localhost' | 'passthrough' {
  return objectAt(mesh, 'inboundTrafficPolicy')['mode'] === 'LOCALHOST' ? 'localhost' : 'passthrough'
}
