import { objectMetaType, podSpecType, messageView, structView } from '../schema/index.ts'
import { RecordView } from './data.ts'
import type { JsonObject } from './json.ts'
import type { Mesh } from './mesh.ts'
import type { Owner } from './owner.ts'
import type { PodRequest } from './pod-request.ts'

/** What a template is told about one pod. */
export interface DataSource {
  readonly request: PodRequest
  readonly owner: Owner
  /** The pod's securityContext as the release shows it to the template. */
  readonly securityContext: JsonObject | undefined
}

/** Istio's SidecarTemplateData. Every release's fields are offered to every template. */
export function templateData({ request, owner }: DataSource, mesh: Mesh): RecordView {
  return new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('*v1.TypeMeta', { Kind: owner.kind, APIVersion: owner.apiVersion }),
    DeploymentMeta: structView(
      objectMetaType,
      { ...request.metadata, name: owner.name, namespace: owner.namespace },
      { pointer: true },
    ),
    ObjectMeta: structView(objectMetaType, request.metadata, { pointer: true }),
    Spec: structView(podSpecType, request.spec, { pointer: true }),
    ProxyConfig: messageView(mesh.proxyType, mesh.defaultConfig),
    MeshConfig: messageView(mesh.type, mesh.config),
  })
}
