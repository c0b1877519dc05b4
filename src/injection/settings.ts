import { createHash } from 'node:crypto'
import { detectRelease, type Detection } from '../istio/detect.ts'
import { manualTraitsOf, traitsOf } from '../istio/trait-rows.ts'
import type { Traits } from '../istio/traits.ts'
import { parseConfig, type InjectorConfig } from './config.ts'
import type { DecisionRules } from './decide.ts'
import type { Decision } from './decision.ts'
import { SettingsError } from './errors.ts'
import type { Json } from './json.ts'
import { injectLists } from './lists/inject.ts'
import { listSettings } from './lists/settings.ts'
import { injectByMerge } from './merge/inject.ts'
import { manualMergeSettings, mergeSettings } from './merge/settings.ts'
import { parseMesh } from './mesh.ts'
import { environmentOf, nativeByDefault } from './native-sidecars.ts'
import type { Outcome } from './outcome.ts'
import type { Workload } from './owner.ts'
import type { PodRequest } from './pod-request.ts'
import { ReplicaCache } from './replicas.ts'
import { proxyConfigResources } from './proxy-config-resources.ts'
import type { SettingsParts } from './settings-parts.ts'
import { atOnce, type Steps } from './steps.ts'
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
  /** The revision that injects, for templates and labels. Default: "". */
  readonly revision?: string | undefined
  /** What the template function `env` reads, and istiod's own settings. Default: nothing. */
  readonly environment?: ReadonlyMap<string, string> | undefined
  /** Sidecars are native: init containers that are restarted (from 1.19). Default: as the release decides. */
  readonly nativeSidecars?: boolean | undefined
  /** The kubelets' version, e.g. `v1.32.4`, for releases that decide by it. Default: one that can. */
  readonly nodeVersion?: string | undefined
  /** ProxyConfig resources (networking.istio.io). Default: none. */
  readonly proxyConfigs?: readonly Json[] | undefined
  /** The clock, for templates that ask for the time: milliseconds since 1970. Default: one that stands still there. */
  readonly now?: (() => number) | undefined
}

/** One immutable, compiled snapshot of everything that injection needs; made whole or not at all. */
export interface Settings {
  readonly detection: Detection
  readonly traits: Traits
  readonly decision: DecisionRules
  /** SHA-256 of the templates, in hex; of the one template of releases up to 1.8 it is `version` of their status annotation. */
  readonly templateHash: string
  /** Worth telling the operator, though the settings work. */
  readonly warnings: readonly string[]
  /** Injects a pod that is to be injected, as the webhook does. Throws InjectionError. */
  readonly injectPod: (request: PodRequest, decision: Decision) => Outcome
  /** Injects the pod template of a workload, as kube-inject does, and with its traits. */
  readonly manual: ManualSettings
  /** Outcomes for pods of workloads that came before. */
  readonly replicas: ReplicaCache
}

/** How `istioctl kube-inject` of the release works where it differs from the webhook. */
export interface ManualSettings {
  readonly traits: Traits
  /** Without a workload its owner is found from the pod. Throws InjectionError. */
  readonly injectPod: (request: PodRequest, decision: Decision, workload: Workload | undefined) => Outcome
}

/** Compiles settings. Throws SettingsError. */
export function compileSettings(source: SettingsSource): Settings {
  return atOnce(settingsInSteps(source))
}

/** The same in steps, for whoever has something else to do meanwhile. */
export function* settingsInSteps(source: SettingsSource): Steps<Settings> {
  const config = parseConfig(source.config ?? '')
  yield
  const values = parseValues(source.values ?? '')
  yield
  const detection = detect(source, config, values)
  const { release } = detection
  const traits = traitsOf(release)
  const mesh = parseMesh(source.mesh ?? '', release, traits)
  yield
  const environment = environmentOf(source)
  const parts: SettingsParts = {
    release,
    traits,
    config,
    values: traits.values ? values : {},
    mesh,
    resources: proxyConfigResources(source.proxyConfigs ?? [], rootNamespaceOf(mesh.config['rootNamespace'])),
    revision: source.revision ?? '',
    environment,
    now: source.now ?? (() => 0),
    native: nativeByDefault(traits.merge.native, environment, source.nodeVersion),
  }
  const injectors = traits.overlay === 'lists' ? byLists(parts) : yield* byMerge(parts)
  return {
    ...injectors,
    detection,
    traits,
    decision: decisionRules(source, config),
    templateHash: hashOf(config),
    warnings: [...config.warnings, ...detection.warnings],
    replicas: new ReplicaCache(),
  }
}

type Injectors = Pick<Settings, 'injectPod' | 'manual'>

function byLists(parts: SettingsParts): Injectors {
  const settings = listSettings(parts)
  const traits = manualTraitsOf(parts.release)
  const manual = listSettings({ ...parts, traits })
  return {
    injectPod: (request, decision) => injectLists(settings, request, decision),
    manual: {
      traits,
      injectPod: (request, decision, workload) => injectLists(manual, request, decision, workload),
    },
  }
}

function* byMerge(parts: SettingsParts): Steps<Injectors> {
  const settings = yield* mergeSettings(parts)
  const manual = manualMergeSettings(settings)
  return {
    injectPod: (request, decision) => injectByMerge(settings, request, decision),
    manual: {
      traits: parts.traits,
      injectPod: (request, decision, workload) => injectByMerge(manual, request, decision, workload),
    },
  }
}

function detect(source: SettingsSource, config: InjectorConfig, values: InjectorValues): Detection {
  const isMerged = config.templates.size > 0
  const template = isMerged ? [...config.templates.values()].join('\n') : config.template
  const hasValues = Object.keys(values).length > 0
  const detection = detectRelease({
    named: source.istioVersion,
    tag: tagOf(values),
    template,
    isMerged,
    hasValue: hasValues ? (path) => valueAt(values, path) !== undefined : undefined,
  })
  if (detection !== undefined) return detection
  throw new SettingsError(
    'release-unknown',
    `--istioVersion ${source.istioVersion} names no Istio release, such as 1.30.3`,
  )
}

function hashOf({ template, templates }: InjectorConfig): string {
  const text =
    templates.size > 0 ? JSON.stringify([...templates].sort(([a], [b]) => (a < b ? -1 : 1))) : template
  return createHash('sha256').update(text).digest('hex')
}

/** global.tag, which YAML may have taken for a number. */
function tagOf(values: InjectorValues): string | undefined {
  const tag = valueAt(values, 'global.tag')
  return typeof tag === 'string' || typeof tag === 'number' ? String(tag) : undefined
}

function rootNamespaceOf(value: Json | undefined): string {
  return typeof value === 'string' && value !== '' ? value : 'istio-system'
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
