import { fold, holds, type Row } from './history.ts'
import type { Release } from './release.ts'

/** How the workload behind a pod is found (spec B.7). */
export interface OwnerTraits {
  /** Owner references count at all; before 1.3 templates saw the pod itself. */
  readonly detected: boolean
  /** A ReplicaSet whose pod has no pod-template-hash counts as a Deployment's, too. */
  readonly emptyHashMatches: boolean
  /** The end of a Job's name that says that a CronJob made it. */
  readonly cronJobSuffix: RegExp | undefined
  readonly cronJobApiVersion: string
  readonly deploymentConfigs: boolean
  readonly rollouts: boolean
}

/** Which probes of the application go through pilot-agent, and how. */
export interface ProbeTraits {
  readonly rewritten: readonly ('readinessProbe' | 'livenessProbe' | 'startupProbe')[]
  /** What stands for a probe in ISTIO_KUBE_APP_PROBERS, and is replaced in the pod: its httpGet, or all of it. */
  readonly dump: 'http-get' | 'probe'
  /** The variable is `{}` where there is nothing to probe, rather than absent. */
  readonly dumpsNothing: boolean
  /** pilot-agent is asked by HTTP even where the application's own probe is HTTPS. */
  readonly httpsToHttp: boolean
  /** Probes that go to the status port already are not dumped. */
  readonly skipStatusPort: boolean
  /** Where the port of pilot-agent comes from: the sidecar's argument --statusPort, or mesh and annotation. */
  readonly statusPort: 'argument' | 'mesh'
  /** The annotation sidecar.istio.io/rewriteAppHTTPProbers counts. */
  readonly annotation: boolean
}

/** A part of the ordered patch of releases up to 1.8. */
export type PatchStep = 'removes' | 'adds' | 'dns' | 'security-context' | 'annotations' | 'labels' | 'probes'

/**
 * What differs between Istio's releases in code, as opposed to their templates: one value per release, chosen
 * when settings are compiled and read at the point where it matters. Adding a release is adding a row below.
 */
export interface Traits {
  // Reading the ConfigMaps
  /** What encloses template actions. */
  readonly delimiters: readonly [string, string]
  /** Rendered text is a list of things to append (up to 1.8), or a partial Pod to merge (from 1.9). */
  readonly overlay: 'lists' | 'pod'
  /** Templates see the `values` key of the ConfigMap. */
  readonly values: boolean
  /** injectedAnnotations of the config are set. */
  readonly injectsAnnotations: boolean
  /** Mesh fields that the release does not know: an error in 1.0 only. */
  readonly unknownMeshFields: 'error' | 'ignore'
  /** mixerAddress stands for both of Mixer's servers. */
  readonly mixerAddress: boolean
  /** Zeros in the mesh's defaultConfig count, or are the same as nothing. */
  readonly meshZeros: 'dropped' | 'applied'
  /** Drain and parent shutdown times are checked against each other. */
  readonly checksDrain: boolean
  /** ProxyConfig.statusPort must be a port. */
  readonly checksStatusPort: boolean
  /** YAML reads `1e3` as a number; before 1.4 only `1e+3` was one. */
  readonly exponentFloats: boolean
  /** Minor of the Kubernetes library: Pod fields of an overlay that are newer were unknown and vanish. */
  readonly kubernetesMinor: number

  // Reading the request
  /** What follows /inject in the URL: nothing, cluster and network by position, or names and values. */
  readonly urlParameters: 'none' | 'positions' | 'pairs'
  /** The URL may be a list, `:ENV:key=value`. */
  readonly urlLists: boolean
  /** `--slash--` in a URL's value is a slash. */
  readonly urlSlashes: boolean
  /** The annotation in which a pod has a ProxyConfig of its own. */
  readonly proxyConfigAnnotation: string | undefined
  /** How that annotation's proxyMetadata meets the mesh's. */
  readonly proxyMetadata: 'replace' | 'merge'

  // Deciding
  /** `words`: y, yes, true, on in any case, all else is no; `exact`: true and false, all else is ignored. */
  readonly injectValues: 'words' | 'exact'
  /** The label sidecar.istio.io/inject counts, before the annotation. */
  readonly injectLabel: boolean
  /** neverInjectSelector and alwaysInjectSelector count. */
  readonly selectors: boolean
  /** Namespaces where nothing is ever injected. */
  readonly systemNamespaces: readonly string[]

  // Validating annotations
  /** `first`: stops at the first error; the others collect all, in the two layouts of hashicorp/go-multierror. */
  readonly annotationErrors: 'first' | 'bulleted' | 'indented'
  /** Values that sidecar.istio.io/interceptionMode may have. */
  readonly interceptionModes: readonly string[]
  /** Ports are signed 16-bit numbers without trimming (1.0.0 to 1.0.2), or unsigned and trimmed. */
  readonly ports: 'int16' | 'uint16'
  /** CIDR blocks by net.ParseCIDR or, stricter, by netip.ParsePrefix. */
  readonly cidrs: 'net' | 'netip'
  /** The texts of port errors show the parsed number (up to 1.10) or the text. */
  readonly portErrorsShowNumber: boolean

  // Rendering
  readonly owner: OwnerTraits
  /** What stands before the error of rendered text that cannot be read. */
  readonly overlayErrorPrefix: string
  /** Sprig's functions are there, too. */
  readonly sprig: boolean
  /** The template function `render` is there (up to 1.13). */
  readonly render: boolean
  /** protoToJSON leaves out what Istio builds in. */
  readonly omitsBuiltIn: boolean
  /** formatDuration of nothing. */
  readonly noDuration: '1s' | '0s'
  /** Ports that are not TCP count in port lists. */
  readonly countsAllPorts: boolean
  /** appendMultusNetwork understands `namespace/name`. */
  readonly multusNamespaces: boolean

  // Appending lists, up to 1.8
  /** Kubernetes' defaults are written into what is added. */
  readonly defaultsInjected: boolean
  /** --concurrency is added to the sidecar's arguments. */
  readonly concurrencyArgument: boolean
  /** The sidecar gets a container's mount of the service account token. */
  readonly copiesTokenMount: boolean
  /** When the pod's fsGroup becomes the proxy's, 1337 (spec B.1). */
  readonly fsGroup: 'never' | 'sds-token-mount' | 'sds-path' | 'feature'
  /** The fsGroup is set inside an existing securityContext, rather than in its place. */
  readonly fsGroupKeepsContext: boolean
  readonly probes: ProbeTraits
  readonly labels: { readonly revision: boolean; readonly tlsMode: boolean; readonly canonical: boolean }
  /** istio-validation goes before other init containers. */
  readonly validationFirst: boolean
  /** The sidecar can go before other containers (holdApplicationUntilProxyStarts). */
  readonly holds: boolean
  /** … which the ProxyConfig of mesh or pod can say, too. */
  readonly holdsByProxyConfig: boolean
  /** Prometheus is sent to pilot-agent, which merges the application's metrics. */
  readonly prometheus: 'never' | 'exact-keys' | 'sanitised-keys'
  /** The pod's network label, the URL and the values say which network it is in, and a label says so. */
  readonly networks: boolean
  readonly patchOrder: readonly PatchStep[]
  /** What an earlier injection put in is taken out first. */
  readonly removesPrevious: boolean
  /** imagePullSecrets of the template are added. */
  readonly addsSecrets: boolean
  /** The pod's own label or annotation, its namespace and the policy decide. */
  readonly decides: boolean
  /** The template's podRedirectAnnot overwrites annotations (kube-inject only). */
  readonly redirectsAnnotations: boolean
  /** The proxy's group is set before the template sees the pod. */
  readonly fsGroupIsSeen: boolean
}

const noOwner: OwnerTraits = {
  detected: false,
  emptyHashMatches: true,
  cronJobSuffix: undefined,
  cronJobApiVersion: 'batch/v1beta1',
  deploymentConfigs: false,
  rollouts: false,
}

const owner13: OwnerTraits = { ...noOwner, detected: true }

const probes10: ProbeTraits = {
  rewritten: [],
  dump: 'http-get',
  dumpsNothing: true,
  httpsToHttp: false,
  skipStatusPort: false,
  statusPort: 'argument',
  annotation: false,
}

const probes11: ProbeTraits = { ...probes10, rewritten: ['readinessProbe', 'livenessProbe'] }
const probes12: ProbeTraits = { ...probes11, httpsToHttp: true, annotation: true }
const probes15: ProbeTraits = { ...probes12, dump: 'probe' }
const probes16: ProbeTraits = { ...probes15, statusPort: 'mesh' }
const probes17: ProbeTraits = { ...probes16, rewritten: ['readinessProbe', 'livenessProbe', 'startupProbe'] }

const base: Traits = {
  delimiters: ['[[', ']]'],
  overlay: 'lists',
  values: false,
  injectsAnnotations: false,
  unknownMeshFields: 'error',
  mixerAddress: true,
  meshZeros: 'dropped',
  checksDrain: true,
  checksStatusPort: false,
  exponentFloats: false,
  kubernetesMinor: 10,
  urlParameters: 'none',
  urlLists: false,
  urlSlashes: false,
  proxyConfigAnnotation: undefined,
  proxyMetadata: 'replace',
  injectValues: 'words',
  injectLabel: false,
  selectors: false,
  systemNamespaces: ['kube-system', 'kube-public'],
  annotationErrors: 'first',
  interceptionModes: ['REDIRECT', 'TPROXY'],
  ports: 'int16',
  cidrs: 'net',
  portErrorsShowNumber: true,
  owner: noOwner,
  overlayErrorPrefix: '',
  sprig: false,
  render: false,
  omitsBuiltIn: false,
  noDuration: '1s',
  countsAllPorts: true,
  multusNamespaces: false,
  defaultsInjected: true,
  concurrencyArgument: false,
  copiesTokenMount: false,
  fsGroup: 'never',
  fsGroupKeepsContext: false,
  probes: probes10,
  labels: { revision: false, tlsMode: false, canonical: false },
  validationFirst: false,
  holds: false,
  holdsByProxyConfig: false,
  prometheus: 'never',
  networks: false,
  patchOrder: ['removes', 'adds', 'annotations'],
  removesPrevious: true,
  addsSecrets: true,
  decides: true,
  redirectsAnnotations: false,
  fsGroupIsSeen: false,
}

const rows: readonly Row<Traits>[] = [
  { from: '1.0.3', set: { annotationErrors: 'bulleted', ports: 'uint16' } },
  {
    from: '1.1',
    set: {
      kubernetesMinor: 13,
      unknownMeshFields: 'ignore',
      mixerAddress: false,
      selectors: true,
      interceptionModes: ['REDIRECT', 'TPROXY', 'NONE'],
      defaultsInjected: false,
      concurrencyArgument: true,
      copiesTokenMount: true,
      fsGroup: 'sds-token-mount',
      probes: probes11,
      patchOrder: ['removes', 'adds', 'dns', 'security-context', 'annotations', 'probes'],
    },
  },
  {
    from: '1.2',
    set: {
      kubernetesMinor: 14,
      delimiters: ['{{', '}}'],
      values: true,
      render: true,
      annotationErrors: 'indented',
      probes: probes12,
    },
  },
  {
    from: '1.3',
    set: {
      owner: owner13,
      overlayErrorPrefix:
        'failed parsing generated injected YAML (check Istio sidecar injector configuration): ',
      fsGroup: 'sds-path',
      fsGroupIsSeen: true,
    },
  },
  {
    from: '1.4',
    set: {
      kubernetesMinor: 16,
      exponentFloats: true,
      injectsAnnotations: true,
      countsAllPorts: false,
      labels: { revision: false, tlsMode: true, canonical: false },
      fsGroupKeepsContext: true,
      patchOrder: ['removes', 'adds', 'dns', 'security-context', 'annotations', 'labels', 'probes'],
    },
  },
  {
    from: '1.5',
    set: {
      kubernetesMinor: 17,
      labels: { revision: false, tlsMode: true, canonical: true },
      probes: probes15,
    },
  },
  {
    from: '1.6',
    set: {
      kubernetesMinor: 18,
      omitsBuiltIn: true,
      proxyConfigAnnotation: 'istio.io/proxyConfig',
      owner: { ...owner13, cronJobSuffix: /-\d{10}$/ },
      labels: { revision: true, tlsMode: true, canonical: true },
      probes: probes16,
      prometheus: 'exact-keys',
      validationFirst: true,
    },
  },
  { from: '1.6.1', set: { proxyConfigAnnotation: 'proxy.istio.io/config', urlParameters: 'positions' } },
  { from: '1.7', set: { meshZeros: 'applied', holds: true, probes: probes17 } },
  {
    from: '1.7.1',
    set: {
      patchOrder: ['probes', 'removes', 'adds', 'dns', 'security-context', 'annotations', 'labels'],
    },
  },
  {
    from: '1.8',
    set: {
      kubernetesMinor: 19,
      sprig: true,
      owner: { ...owner13, cronJobSuffix: /-\d{10}$/, emptyHashMatches: false },
      fsGroup: 'feature',
      holdsByProxyConfig: true,
      urlParameters: 'pairs',
      networks: true,
      probes: { ...probes17, dumpsNothing: false },
    },
  },
]

/** The traits of a release's webhook. */
export function traitsOf(at: Release): Traits {
  return fold(base, rows, at)
}

/** What `istioctl kube-inject` did otherwise than the webhook up to 1.7 (spec A.11). */
const manual10: Partial<Traits> = {
  defaultsInjected: false,
  copiesTokenMount: false,
  removesPrevious: false,
  addsSecrets: false,
  decides: false,
  prometheus: 'never',
}

const manualRows: readonly Row<Partial<Traits>>[] = [
  { from: '1.3', set: { redirectsAnnotations: true } },
  { from: '1.5', set: { labels: { revision: false, tlsMode: true, canonical: false } } },
  { from: '1.6', set: { labels: { revision: true, tlsMode: true, canonical: false } } },
  { from: '1.7', set: { prometheus: 'exact-keys', addsSecrets: true } },
]

/** The traits of a release's `istioctl kube-inject`. */
export function manualTraitsOf(at: Release): Traits {
  const traits = traitsOf(at)
  return holds('1.8', at) ? traits : { ...traits, ...fold(manual10, manualRows, at) }
}
