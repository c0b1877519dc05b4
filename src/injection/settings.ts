import { createHash } from 'node:crypto'
import { istioFunctions } from '../functions/istio/index.ts'
import { compileTemplate, describe, TemplateError, type Template } from '../gotemplate/index.ts'
import { annotationRules } from '../istio/annotation-rules.ts'
import { detectRelease, type Detection } from '../istio/detect.ts'
import type { Release } from '../istio/release.ts'
import { manualTraitsOf, traitsOf, type Traits } from '../istio/traits.ts'
import { structNamed, type StructType } from '../schema/index.ts'
import type { AnnotationRules } from './annotations.ts'
import { TextCache } from './cache.ts'
import { parseConfig, type InjectorConfig } from './config.ts'
import type { DecisionRules } from './decide.ts'
import type { Decision } from './decision.ts'
import { SettingsError, InjectionError } from './errors.ts'
import { injectLists } from './lists/inject.ts'
import { overlayReader, type ListOverlay } from './lists/overlay.ts'
import { parseMesh, type Mesh } from './mesh.ts'
import type { Outcome } from './outcome.ts'
import type { Workload } from './owner.ts'
import type { PodRequest } from './pod-request.ts'
import { templateData, type DataSource } from './template-data.ts'

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
  const detection = detect(source, config)
  const traits = traitsOf(detection.release)
  const mesh = parseMesh(source.mesh ?? '', detection.release, traits)
  const { release } = detection
  const lists = listSettings({ source, config, release, traits, mesh })
  const manualTraits = manualTraitsOf(release)
  const manualLists = listSettings({ source, config, release, traits: manualTraits, mesh })
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

function detect(source: SettingsSource, config: InjectorConfig): Detection {
  const template = [config.template, ...config.templates.values()].join('\n')
  const detection = detectRelease({ named: source.istioVersion, tag: undefined, template })
  if (detection !== undefined) return detection
  throw new SettingsError(
    'release-unknown',
    `--istioVersion ${source.istioVersion} names no Istio release, such as 1.30.3`,
  )
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
  readonly release: Release
  readonly traits: Traits
  readonly mesh: Mesh
}

function listSettings({ source, config, release, traits, mesh }: Parts): ListSettings {
  const template = compile(config.template, source, traits, mesh)
  const reader = overlayReader(traits)
  const overlays = new TextCache<ListOverlay>(overlayCacheSize)
  return {
    traits,
    annotationRules: { rules: annotationRules(release), traits, proxyConfigFault: () => undefined },
    mesh,
    version: createHash('sha256').update(config.template).digest('hex'),
    revision: source.revision ?? '',
    injectedAnnotations: config.injectedAnnotations,
    containerType: structNamed('v1.Container', traits.kubernetesMinor),
    setsFsGroup: setsFsGroup(traits, mesh),
    render: (data) =>
      overlays.get(execute(template, config.template, data, mesh), (text) => reader.read(text)),
  }
}

/** Rendered texts are 3 to 10 KB: this holds those of some hundred workloads. */
const overlayCacheSize = 2 * 1024 * 1024

function setsFsGroup(traits: Traits, { config }: Mesh): boolean {
  if (traits.fsGroup !== 'sds-token-mount') return false
  return (
    config['enableSdsTokenMount'] === true &&
    typeof config['sdsUdsPath'] === 'string' &&
    config['sdsUdsPath'] !== ''
  )
}

function compile(text: string, source: SettingsSource, traits: Traits, mesh: Mesh): Template {
  const functions = istioFunctions({
    noDuration: traits.noDuration,
    countsAllPorts: traits.countsAllPorts,
    multusNamespaces: traits.multusNamespaces,
    proxyConfigType: mesh.proxyType,
    builtInProxyConfig: undefined,
    environment: source.environment ?? new Map(),
  })
  try {
    return compileTemplate(text, { name: 'inject', delimiters: traits.delimiters, functions })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const detail = (): string => describe(error, text)
    throw new SettingsError('template-invalid', error.message, { cause: error, detail })
  }
}

function execute(template: Template, text: string, data: DataSource, mesh: Mesh): string {
  try {
    return template.execute(templateData(data, mesh))
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const detail = (): string => describe(error, text)
    throw new InjectionError('template-failed', error.message, { cause: error, detail })
  }
}
