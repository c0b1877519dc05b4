import { createHash } from 'node:crypto'
import { annotationRules } from '../../istio/annotation-rules.ts'
import type { Traits } from '../../istio/traits.ts'
import { structNamed, type StructType } from '../../schema/index.ts'
import type { AnnotationRules } from '../annotations.ts'
import type { Mesh } from '../mesh.ts'
import { proxyConfigFault } from '../proxy-config.ts'
import { compileRenderer } from '../render.ts'
import type { SettingsParts } from '../settings-parts.ts'
import { ShapeCache } from '../shape/cache.ts'
import type { InjectorValues } from '../values.ts'
import { setsFsGroup } from './fs-group.ts'
import { listReader, type ListOverlay } from './overlay.ts'
import { listData, type ListDataSource } from './template-data.ts'

/** What injection by lists (up to 1.8) needs. */
export interface ListSettings {
  readonly traits: Traits
  readonly annotationRules: AnnotationRules
  readonly mesh: Mesh
  readonly values: InjectorValues
  /** SHA-256 of the template, in hex: `version` of the status annotation. */
  readonly version: string
  readonly revision: string
  readonly injectedAnnotations: ReadonlyMap<string, string>
  readonly containerType: StructType
  /** The pod's fsGroup becomes the proxy's. */
  readonly setsFsGroup: boolean
  /** Renders and reads the template for one pod. Throws InjectionError. */
  readonly render: (source: ListDataSource) => ListOverlay
}

/** Compiles what injection by lists needs. Throws SettingsError. */
export function listSettings(parts: SettingsParts): ListSettings {
  const { config, mesh, release, revision, traits, values } = parts
  const render = compileRenderer(config.template, parts, {
    always: { Values: values, MeshConfig: mesh.views.config, Revision: revision },
    usualProxyConfig: mesh.views.defaultConfig,
  })
  const reader = listReader(traits)
  const overlays = new ShapeCache<ListOverlay>(reader)
  return {
    traits,
    annotationRules: {
      rules: annotationRules(release),
      traits,
      proxyConfigFault: (text) => proxyConfigFault(mesh, traits, text),
    },
    mesh,
    values,
    version: createHash('sha256').update(config.template).digest('hex'),
    revision,
    injectedAnnotations: traits.annotations.injected ? config.injectedAnnotations : new Map(),
    containerType: structNamed('v1.Container', traits.kubernetesMinor),
    setsFsGroup: setsFsGroup(parts),
    render: (source) => {
      const { watch, onRendered } = source.request
      const { shape, trace } = render(listData(source, parts), watch)
      onRendered?.('sidecar', trace.text)
      return overlays.get(shape, trace)
    },
  }
}
