import { createHash } from 'node:crypto'
import { annotationRules } from '../istio/annotation-rules.ts'
import { detectRelease, type Detection } from '../istio/detect.ts'
import type { Release } from '../istio/release.ts'
import { manualTraitsOf, traitsOf } from '../istio/trait-rows.ts'
import type { Traits } from '../istio/traits.ts'
import { structNamed, type StructType } from '../schema/index.ts'
import type { AnnotationRules } from './annotations.ts'
import { TextCache } from './cache.ts'
import { parseConfig, type InjectorConfig } from './config.ts'
import type { DecisionRules } from './decide.ts'
import type { Decision } from './decision.ts'
import { SettingsError } from './errors.ts'
import { injectLists } from './lists/inject.ts'
import { overlayReader, type ListOverlay } from './lists/overlay.ts'
import { parseMesh, type Mesh } from './mesh.ts'
import type { Outcome } from './outcome.ts'
import type { Workload } from './owner.ts'
import type { PodRequest } from './pod-request.ts'
import { proxyConfigFault } from './proxy-config.ts'
import { compileRenderer } from './render.ts'
import { templateData, type DataSource, type FixedData } from './template-data.ts'
import { parseValues, valueAt, type InjectorValues } from './values.ts'

/** The texts that settings are made of, as the ConfigMaps' keys or the files have them; undefined where there is none. */
export interface SettingsSource {
  /** Key `config` of ConfigMap istio-sidecar-injector. */
  readonly config: string | undefined
  /** Key `values` of the same, from Istio 1.2. */
  readonly values: string | undefined
  /** Key `mesh` of ConfigMap istio. */
  readonly mesh: string | undefined
  /** `--istioVersion`: the release to be, whatever the texts look like. Default: detected. */
  readonly istioVersion?: string | undefined
  /** Sidecars are native: init containers that are restarted (from 1.19). Default: as the release decides by itself. */
  readonly nativeSidecars?: boolean | undefined
  /** The revision that injects, for templates and labels. Default: "". */
  readonly revision?: string | undefined
  /** What the template function `env` reads. Default: nothing. */
  readonly environment?: ReadonlyMap<string, string> | undefined
}

/** One immutable, compiled snapshot of everything that injection needs; made whole or not at all. */
export interface Settings {
  readonly detection: Detection
  readonly traits: Traits
  readonly decision: DecisionRules
  /** Worth telling the operator, though the settings work. */
  readonly warnings: readonly string[]
  /** Injects a pod that is to be injected, as the webhook does. Throws InjectionError. */
  readonly injectPod: (request: PodRequest, decision: Decision) => Outcome
  /** Injects the pod template of a workload, as kube-inject does, and with its traits. */
  readonly manual: ManualSettings
}

/** How `istioctl kube-inject` of the release works where it differs from the webhook. */
export interface ManualSettings {
  readonly traits: Traits
  /** Throws InjectionError. */
  readonly injectPod: (request: PodRequest, decision: Decision, workload: Workload) => Outcome
}

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
  readonly render: (source: DataSource) => ListOverlay
}

/** Compiles settings. Throws SettingsError. */
export function compileSettings(source: SettingsSource): Settings {
  const config = parseConfig(source.config ?? '')
  const values = parseValues(source.values ?? '')
  const detection = detect(source, config, values)
  const traits = traitsOf(detection.release)
  const mesh = parseMesh(source.mesh ?? '', detection.release, traits)
  const { release } = detection
  const lists = listSettings({ source, config, values, release, traits, mesh })
  const manualTraits = manualTraitsOf(release)
  const manualLists = listSettings({ source, config, values, release, traits: manualTraits, mesh })
  return {
    detection,
    traits,
    decision: decisionRules(source, config),
    warnings: [...config.warnings, ...detection.warnings],
    injectPod: (request, decision) => injectLists(lists, request, decision),
    manual: {
      traits: manualTraits,
      injectPod: (request, decision, workload) => injectLists(manualLists, request, decision, workload),
    },
  }
}

function detect(source: SettingsSource, config: InjectorConfig, values: InjectorValues): Detection {
  const template = [config.template, ...config.templates.values()].join('\n')
  const detection = detectRelease({ named: source.istioVersion, tag: tagOf(values), template })
  if (detection !== undefined) return detection
  throw new SettingsError(
    'release-unknown',
    `--istioVersion ${source.istioVersion} names no Istio release, such as 1.30.3`,
  )
}

/** global.tag, which YAML may have taken for a number. */
function tagOf(values: InjectorValues): string | undefined {
  const tag = valueAt(values, 'global.tag')
  return typeof tag === 'string' || typeof tag === 'number' ? String(tag) : undefined
}

function decisionRules(source: SettingsSource, config: InjectorConfig): DecisionRules {
  return {
    policy: config.policy,
    missing: isBlank(source.config) ? missingConfig : undefined,
    neverInjectSelectors: config.neverInjectSelectors,
    alwaysInjectSelectors: config.alwaysInjectSelectors,
  }
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}

/** Why an empty config is so common, and the three ways out (docs/empty-config.md). */
export const missingConfig =
  'the injector config is empty or missing. Istio 1.0.0 does not create ConfigMap istio-sidecar-injector when ' +
  'installed with sidecarInjectorWebhook.enabled=false, and `kubectl get configmap … > inject-config.yaml` then leaves ' +
  'an empty file. Ways out: upgrade to Istio 1.0.1 or later, which always creates it; render it with `helm template ' +
  'install/kubernetes/helm/istio -x templates/sidecar-injector-configmap.yaml`; or give a config of your own with ' +
  '--injectConfigFile'

/** Everything that was read, for what is compiled from it. */
interface Parts {
  readonly source: SettingsSource
  readonly config: InjectorConfig
  readonly values: InjectorValues
  readonly release: Release
  readonly traits: Traits
  readonly mesh: Mesh
}

function listSettings({ source, config, values, release, traits, mesh }: Parts): ListSettings {
  const environment = source.environment ?? new Map<string, string>()
  const render = compileRenderer(config.template, { traits, mesh, environment })
  const reader = overlayReader(traits)
  const fixed: FixedData = { mesh, traits, values, revision: source.revision ?? '' }
  const overlays = new TextCache<ListOverlay>(overlayCacheSize)
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
    revision: source.revision ?? '',
    injectedAnnotations: config.injectedAnnotations,
    containerType: structNamed('v1.Container', traits.kubernetesMinor),
    setsFsGroup: setsFsGroup(traits, mesh, environment),
    render: (data) => overlays.get(render(templateData(data, fixed)), (text) => reader.read(text)),
  }
}

/** Rendered texts are 3 to 10 KB: this holds those of some hundred workloads. */
const overlayCacheSize = 2 * 1024 * 1024

/** Whether the pod's fsGroup becomes the proxy's, so that it can read its token or socket (spec B.1). */
function setsFsGroup(traits: Traits, { config }: Mesh, environment: ReadonlyMap<string, string>): boolean {
  const hasPath = typeof config['sdsUdsPath'] === 'string' && config['sdsUdsPath'] !== ''
  switch (traits.lists.fsGroup) {
    case 'never':
      return false
    case 'sds-token-mount':
      return hasPath && config['enableSdsTokenMount'] === true
    case 'sds-path':
      return hasPath
    case 'feature':
      return (environment.get('ENABLE_LEGACY_FSGROUP_INJECTION') ?? 'true') === 'true'
  }
}
