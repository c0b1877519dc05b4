import type { GoStruct } from '../../gotemplate/index.ts'
import type { Traits } from '../../istio/traits.ts'
import { messageView, objectMetaType, podSpecType, structView } from '../../schema/index.ts'
import type { JsonObject } from '../json.ts'
import type { Owner, Workload } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { annotatedConfig, laidOver } from '../proxy-config.ts'
import { RecordView } from '../record-view.ts'
import type { SettingsParts } from '../settings-parts.ts'
import { watchedMetadata, watchedOwnerMetadata, watchedSpec } from '../watched-pod.ts'

/** What a template is told about one pod. */
export interface ListDataSource {
  readonly request: PodRequest
  readonly owner: Owner
  /** The workload itself, where there is one at hand. */
  readonly workload: Workload | undefined
}

/** Istio's SidecarTemplateData up to 1.8. Every release's fields are offered to every template. */
export function listData({ request, owner, workload }: ListDataSource, parts: SettingsParts): GoStruct {
  const { mesh, traits, values, revision } = parts
  const { name, namespace } = owner
  const metadata = shownMetadata(request, traits)
  const deployment = workload?.metadata ?? { ...metadata, name, namespace }
  const own = annotatedConfig(mesh, traits, request.annotations)
  const proxyConfig =
    own === undefined
      ? mesh.views.defaultConfig
      : messageView(mesh.proxyType, laidOver(mesh.defaultConfig, own, traits.proxyConfig.metadata))
  const pointer = { pointer: true }
  return new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('*v1.TypeMeta', { Kind: owner.kind, APIVersion: owner.apiVersion }),
    DeploymentMeta: structView(objectMetaType, watchedOwnerMetadata(deployment, request.watch), pointer),
    ObjectMeta: structView(objectMetaType, watchedMetadata(metadata, request.watch), pointer),
    Spec: structView(podSpecType, watchedSpec(request.spec, request.watch), pointer),
    ProxyConfig: proxyConfig,
    MeshConfig: mesh.views.config,
    Values: values,
    Revision: revision,
  })
}

/** The pod's metadata, with the request's namespace where it has none of its own (from 1.1). */
function shownMetadata({ metadata, namespace }: PodRequest, traits: Traits): JsonObject {
  if (!traits.lists.requestNamespace || namespace === '' || metadata['namespace'] === namespace)
    return metadata
  return { ...metadata, namespace }
}
