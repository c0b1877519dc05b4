import { messageView, objectMetaType, podSpecType, structView } from '../schema/index.ts'
import { RecordView } from './record-view.ts'
import type { JsonObject } from './json.ts'
import type { Mesh } from './mesh.ts'
import type { Owner, Workload } from './owner.ts'
import type { PodRequest } from './pod-request.ts'

/** What a template is told about one pod. */
export interface DataSource {
  readonly request: PodRequest
  readonly owner: Owner
  /** The workload itself, where there is one at hand. */
  readonly workload: Workload | undefined
  /** The pod's securityContext as the release shows it to the template. */
  readonly securityContext: JsonObject | undefined
}

/** Istio's SidecarTemplateData. Every release's fields are offered to every template. */
export function templateData({ request, owner, workload }: DataSource, mesh: Mesh): RecordView {
  const { name, namespace } = owner
  const deployment = workload?.metadata ?? { ...request.metadata, name, namespace }
  const pointer = { pointer: true }
  return new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('*v1.TypeMeta', { Kind: owner.kind, APIVersion: owner.apiVersion }),
    DeploymentMeta: structView(objectMetaType, deployment, pointer),
    ObjectMeta: structView(objectMetaType, request.metadata, pointer),
    Spec: structView(podSpecType, request.spec, pointer),
    ProxyConfig: messageView(mesh.proxyType, mesh.defaultConfig),
    MeshConfig: messageView(mesh.type, mesh.config),
  })
}
