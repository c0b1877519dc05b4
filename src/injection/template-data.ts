import type { Traits } from '../istio/traits.ts'
import { messageView, objectMetaType, podSpecType, structView } from '../schema/index.ts'
import type { Mesh } from './mesh.ts'
import type { Owner, Workload } from './owner.ts'
import type { PodRequest } from './pod-request.ts'
import { annotatedConfig, laidOver } from './proxy-config.ts'
import { RecordView } from './record-view.ts'
import type { InjectorValues } from './values.ts'

/** What a template is told about one pod. */
export interface DataSource {
  readonly request: PodRequest
  readonly owner: Owner
  /** The workload itself, where there is one at hand. */
  readonly workload: Workload | undefined
}

/** What it is told about the mesh, the same for every pod. */
export interface FixedData {
  readonly mesh: Mesh
  readonly traits: Traits
  readonly values: InjectorValues
  readonly revision: string
}

/** Istio's SidecarTemplateData. Every release's fields are offered to every template. */
export function templateData({ request, owner, workload }: DataSource, fixed: FixedData): RecordView {
  const { mesh, traits, values, revision } = fixed
  const { name, namespace } = owner
  const deployment = workload?.metadata ?? { ...request.metadata, name, namespace }
  const own = annotatedConfig(mesh, traits, request.annotations)
  const proxyConfig =
    own === undefined ? mesh.defaultConfig : laidOver(mesh.defaultConfig, own, traits.proxyConfig.metadata)
  const pointer = { pointer: true }
  return new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('*v1.TypeMeta', { Kind: owner.kind, APIVersion: owner.apiVersion }),
    DeploymentMeta: structView(objectMetaType, deployment, pointer),
    ObjectMeta: structView(objectMetaType, request.metadata, pointer),
    Spec: structView(podSpecType, request.spec, pointer),
    ProxyConfig: messageView(mesh.proxyType, proxyConfig),
    MeshConfig: messageView(mesh.type, mesh.config),
    Values: values,
    Revision: revision,
  })
}
