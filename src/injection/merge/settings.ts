import { annotationRules } from '../../istio/annotation-rules.ts'
import type { Traits } from '../../istio/traits.ts'
import type { GoStruct, Value } from '../../gotemplate/index.ts'
import { messageView } from '../../schema/index.ts'
import type { AnnotationRules } from '../annotations.ts'
import type { JsonObject } from '../json.ts'
import type { Mesh } from '../mesh.ts'
import type { PodRequest } from '../pod-request.ts'
import { configFinder, manualConfigFinder, proxyConfigFault, type ConfigFinder } from '../proxy-config.ts'
import { compileRenderer, type Renderer } from '../render.ts'
import type { SettingsParts } from '../settings-parts.ts'
import { ShapeCache } from '../shape/cache.ts'
import type { Steps } from '../steps.ts'
import type { InjectorValues } from '../values.ts'
import { knownFields, type KnownFields } from './template-data.ts'
import { overlayMerger, type OverlayMerger, type PodOverlay } from './overlay.ts'

/** Who is told of a rendering. */
type Watchers = Pick<PodRequest, 'watch' | 'onRendered'>

/** What injection by merge (from 1.9) needs. */
export interface MergeSettings {
  readonly traits: Traits
  readonly annotationRules: AnnotationRules
  readonly mesh: Mesh
  readonly values: InjectorValues
  readonly revision: string
  readonly templates: ReadonlyMap<string, Renderer>
  readonly defaultTemplates: readonly string[]
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly injectedAnnotations: ReadonlyMap<string, string>
  /** Sidecars are native unless the pod says otherwise. */
  readonly native: boolean
  readonly isOpenShift: boolean
  readonly known: KnownFields
  readonly merger: OverlayMerger
  readonly configOf: ConfigFinder
  /** The ProxyConfig of pods without one of their own, and its view for templates. */
  readonly baseConfig: { readonly config: JsonObject; readonly view: Value }
  /** Renders and reads a template for one pod. Throws InjectionError. */
  readonly render: (template: string, data: GoStruct, request: Watchers) => PodOverlay
}

/** Where Istio looks for the sidecar's template if the config does not say. */
const sidecarTemplate = ['sidecar']

/** Compiles what injection by merge needs. Throws SettingsError. */
export function* mergeSettings(parts: SettingsParts): Steps<MergeSettings> {
  const { config, environment, mesh, native, release, resources, revision, traits, values } = parts
  const known = knownFields(parts)
  const configOf = configFinder(mesh, traits, resources)
  const baseConfig = baseConfigOf(mesh, configOf)
  const knownData = { always: known, usualProxyConfig: baseConfig.view }
  const templates = new Map<string, Renderer>()
  for (const [name, text] of config.templates) {
    templates.set(name, compileRenderer(text, parts, knownData, `templates.${name}`))
    yield
  }
  const merger = overlayMerger(traits)
  const overlays = new ShapeCache<PodOverlay>(merger.reader)
  return {
    traits,
    annotationRules: {
      rules: annotationRules(release),
      traits,
      proxyConfigFault: (text) => proxyConfigFault(mesh, traits, text),
    },
    mesh,
    values,
    revision,
    templates,
    defaultTemplates: config.defaultTemplates.length === 0 ? sidecarTemplate : config.defaultTemplates,
    aliases: config.aliases,
    injectedAnnotations: config.injectedAnnotations,
    native,
    isOpenShift: environment.get('PLATFORM') === 'openshift',
    known,
    merger,
    configOf,
    baseConfig,
    render: (name, data, { watch, onRendered }) => {
      const render = templates.get(name)
      if (render === undefined) throw new TypeError(`there is no template ${name}`)
      const { shape, trace } = render(data, watch)
      onRendered?.(name, trace.text)
      return overlays.get(`${name} ${shape}`, trace)
    },
  }
}

/** The same for kube-inject, which knows the sidecar template only, and no aliases or annotations of the operator's. */
export function manualMergeSettings(settings: MergeSettings): MergeSettings {
  const configOf = manualConfigFinder(settings.mesh, settings.traits)
  return {
    ...settings,
    defaultTemplates: sidecarTemplate,
    aliases: new Map(),
    injectedAnnotations: new Map(),
    configOf,
    baseConfig: baseConfigOf(settings.mesh, configOf),
  }
}

function baseConfigOf(mesh: Mesh, configOf: ConfigFinder): MergeSettings['baseConfig'] {
  const config = configOf({ namespace: '', labels: {}, annotations: {} })
  return { config, view: messageView(mesh.proxyType, config) }
}
