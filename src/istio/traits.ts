/**
 * What differs between Istio's releases in code, as opposed to their templates: one value per release, chosen
 * when settings are compiled and read at the point where it matters. The values are in trait-rows.ts.
 */
export interface Traits {
  /** What encloses template actions. */
  readonly delimiters: readonly [string, string]
  /** Rendered text is lists of things to append (up to 1.8), or a partial Pod to merge (from 1.9). */
  readonly overlay: 'lists' | 'pod'
  /** Templates see the `values` key of the ConfigMap. */
  readonly values: boolean
  /** YAML reads `1e3` as a number; before 1.4 only `1e+3` was one. */
  readonly exponentFloats: boolean
  /** Long lines of YAML that is written are folded; not by the library of 1.9. */
  readonly foldsLines: boolean
  /** Minor of the Kubernetes library: Pod fields of an overlay that are newer were unknown and vanish. */
  readonly kubernetesMinor: number
  readonly mesh: MeshTraits
  readonly url: UrlTraits
  readonly decision: DecisionTraits
  readonly annotations: AnnotationTraits
  readonly proxyConfig: ProxyConfigTraits
  readonly owner: OwnerTraits
  readonly functions: FunctionTraits
  readonly probes: ProbeTraits
  readonly prometheus: PrometheusTraits
  readonly network: NetworkTraits
  readonly lists: ListTraits
  readonly merge: MergeTraits
}

/** How the mesh config is read. */
export interface MeshTraits {
  /** Fields that the release does not know: an error in 1.0 only. */
  readonly unknownFields: 'error' | 'ignore'
  /** mixerAddress stands for both of Mixer's servers. */
  readonly mixerAddress: boolean
  /**
   * How the mesh's defaultConfig meets the built-in one: `rewritten` without its zeros, or `merged`, under its
   * camelCase name only and with zeros.
   */
  readonly defaultConfig: 'rewritten' | 'merged'
  /** extensionProviders are merged with the built-in ones by name, and trustDomainAliases are a set. */
  readonly mergesLists: boolean
  /** Drain and parent shutdown times are checked against each other. */
  readonly checksDrain: boolean
  /** zipkinAddress is looked at, which later is `tracing.zipkin.address`. */
  readonly checksZipkinAddress: boolean
  /** ProxyConfig.statusPort must be a port. */
  readonly checksStatusPort: boolean
}

/** What follows /inject in the URL. */
export interface UrlTraits {
  /** Nothing, cluster and network by position, or names and values. */
  readonly form: 'none' | 'positions' | 'pairs'
  /** It may be a list, `:ENV:key=value`. */
  readonly lists: boolean
  /** `--slash--` in a value is a slash. */
  readonly slashes: boolean
}

/** How is decided whether a pod is injected. */
export interface DecisionTraits {
  /** `words`: y, yes, true, on in any case, all else is no; `exact`: true and false, all else is ignored. */
  readonly values: 'words' | 'exact'
  /** The label sidecar.istio.io/inject counts, before the annotation. */
  readonly label: boolean
  /** neverInjectSelector and alwaysInjectSelector count. */
  readonly selectors: boolean
  /** Namespaces where nothing is ever injected. */
  readonly systemNamespaces: readonly string[]
  /** The pod's own wish, its namespace and the policy count, beside host networking. */
  readonly wishes: boolean
}

/** How annotations are validated. */
export interface AnnotationTraits {
  /** `first`: stops at the first error; the others collect all, in the two layouts of hashicorp/go-multierror. */
  readonly errors: 'first' | 'bulleted' | 'indented'
  /** Values that sidecar.istio.io/interceptionMode may have. */
  readonly interceptionModes: readonly string[]
  /** Ports are signed 16-bit numbers without trimming (1.0.0 to 1.0.2), or unsigned and trimmed. */
  readonly ports: 'int16' | 'uint16'
  /** CIDR blocks by net.ParseCIDR or, stricter, by netip.ParsePrefix. */
  readonly cidrs: 'net' | 'netip'
  /** The texts of port errors show the parsed number (up to 1.10) or the text. */
  readonly portErrorsShowNumber: boolean
  /** injectedAnnotations of the config are set. */
  readonly injected: boolean
}

/** How a pod's own ProxyConfig meets the mesh's (spec C.2). */
export interface ProxyConfigTraits {
  /** The annotation that holds it. */
  readonly annotation: string | undefined
  /** Straight over the mesh's, or layer by layer from the built-in one on: by protobuf's merge, or field by field. */
  readonly layers: 'straight' | 'proto-merge' | 'fields'
  /** How proxyMetadata meets: the upper one's replaces, or is merged by key. */
  readonly metadata: 'replace' | 'merge'
  /** A duration of zero replaces a default in protobuf's merge (1.15, not in 1.13). */
  readonly zeroDurations: boolean
}

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
  /** kube-inject finds the owner of bare Pods by the same rules. */
  readonly manualPods: boolean
}

/** What templates can call, and what it means. */
export interface FunctionTraits {
  /** Sprig's functions are there, too. */
  readonly sprig: boolean
  /** `render` is there (up to 1.13). */
  readonly render: boolean
  /** `omit`, `strdict` and `toJsonMap` are Istio's own (from 1.18); before, omit was Sprig's. */
  readonly stringMaps: boolean
  /** `toJson` is Istio's, over map[string]string (up to 1.18), or Sprig's. */
  readonly toJson: 'istio' | 'sprig'
  /** protoToJSON leaves out what Istio builds in. */
  readonly omitsBuiltIn: boolean
  /** formatDuration of nothing. */
  readonly noDuration: '1s' | '0s'
  /** Ports that are not TCP count in port lists. */
  readonly countsAllPorts: boolean
  /** appendMultusNetwork understands `namespace/name`. */
  readonly multusNamespaces: boolean
}

/** Which probes of the application go through pilot-agent, and how. */
export interface ProbeTraits {
  readonly rewritten: readonly ProbeName[]
  /** Ways to probe that are rewritten. */
  readonly handlers: readonly ProbeHandler[]
  /** Hooks of the container's lifecycle are rewritten, too. */
  readonly lifecycle: boolean
  /** Probes of init containers as well. */
  readonly initContainers: boolean
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
  /** On a second injection: the variable is written anew, joined with the old one, or left alone without one. */
  readonly again: 'append' | 'join-existing' | 'join'
}

export type ProbeName = 'readinessProbe' | 'livenessProbe' | 'startupProbe'
export type ProbeHandler = 'httpGet' | 'tcpSocket' | 'grpc'

/** How Prometheus is sent to pilot-agent, which merges the application's metrics. */
export interface PrometheusTraits {
  /** Not at all; if the annotations have exactly these keys; or any that sanitise to them. */
  readonly keys: 'never' | 'exact' | 'sanitised'
  /** A pod whose port is the status port already is left alone. */
  readonly skipStatusPort: boolean
  /** A pod that says scrape: false is left alone. */
  readonly skipUnscraped: boolean
  /** The application's port is checked, and prometheus.istio.io/scrape-targets and secure-port are known (1.31). */
  readonly targets: boolean
}

/** Clusters and networks. */
export interface NetworkTraits {
  /** The pod's label, the URL and the values say which network it is in, and a label says so. */
  readonly labelled: boolean
  /** values.global.multiCluster.clusterName tells the sidecar its cluster. */
  readonly clusterFromValues: boolean
}

/** Appending lists, up to 1.8. */
export interface ListTraits {
  /** What stands before the error of rendered text that cannot be read. */
  readonly errorPrefix: string
  /** Kubernetes' defaults are written into what is added. */
  readonly defaults: boolean
  /** Templates see the request's namespace in a pod that has none. */
  readonly requestNamespace: boolean
  /** --concurrency is added to the sidecar's arguments. */
  readonly concurrency: boolean
  /** The sidecar gets a container's mount of the service account token. */
  readonly tokenMount: boolean
  /**
   * When the pod's fsGroup becomes the proxy's, 1337 (spec B.1): if the mesh mounts tokens for SDS, has a path of SDS,
   * or by ENABLE_LEGACY_FSGROUP_INJECTION of istiod's environment.
   */
  readonly fsGroup: 'never' | 'sds-token-mount' | 'sds-path' | 'feature'
  /** The fsGroup is set inside an existing securityContext, rather than in its place. */
  readonly fsGroupKeepsContext: boolean
  /** The template sees it. */
  readonly fsGroupIsSeen: boolean
  /** The label istio.io/rev: not set, set where the pod has none, or in its place (kube-inject of 1.6 and 1.7). */
  readonly revisionLabel: 'never' | 'absent' | 'always'
  readonly tlsModeLabel: boolean
  readonly canonicalLabels: boolean
  /** istio-validation goes before other init containers. */
  readonly validationFirst: boolean
  /** The sidecar can go before other containers (holdApplicationUntilProxyStarts), if the values say so. */
  readonly holds: boolean
  /**
   * … which the ProxyConfig of mesh or pod can say, too: never, only where the pod has one (in 1.9.0 the mesh's counts
   * with the pod's, not alone), or always.
   */
  readonly holdsByProxyConfig: 'never' | 'annotated' | 'always'
  /** The order of the patch. */
  readonly order: readonly PatchStep[]
  /** What an earlier injection put in is taken out first. */
  readonly removesPrevious: boolean
  /** imagePullSecrets of the template are added. */
  readonly secrets: boolean
  /** The template's podRedirectAnnot overwrites annotations (kube-inject only). */
  readonly redirectAnnotations: boolean
}

/** A part of the ordered patch of releases up to 1.8. */
export type PatchStep = 'removes' | 'adds' | 'dns' | 'security-context' | 'annotations' | 'labels' | 'probes'

/** Merging a partial Pod, from 1.9. */
export interface MergeTraits {
  /** Nulls in newly added maps of strings are the zero value (up to 1.12), or dropped. */
  readonly nulls: 'zero' | 'drop'
  /** Directives of new items enter the pod that templates make (up to 1.18). */
  readonly directives: 'keep' | 'drop'
  /** Containers that the status names are not taken for the user's own (from 1.17). */
  readonly skipsInjected: boolean
  /** An init container istio-proxy is a sidecar, too: found, told and put in order as one (from 1.19). */
  readonly initSidecars: boolean
  /** istio-init runs as what the user's own proxy needs (from 1.20.7). */
  readonly adjustsInitUser: boolean
  /** Of a proxy with image `auto` user and group are dropped where the template has a user that is not 1337. */
  readonly dropsUser: boolean
  /** On OpenShift the user that the platform gave the user's own proxy is taken back (from 1.24). */
  readonly takesBackUser: boolean
  /** The status has the revision. */
  readonly statusRevision: boolean
  /** Native sidecars: never, if the environment says so, or of themselves on nodes that can (spec B.8). */
  readonly native: 'never' | 'environment' | 'auto'
  /** The annotation sidecar.istio.io/nativeSidecar counts. */
  readonly nativeAnnotation: boolean
  /** `.EstimatedConcurrency` counts CPUs (1.11 to 1.17). */
  readonly estimates: boolean
  /** global.variant is the image type where nothing says one (from 1.22), or says an empty one (from 1.31). */
  readonly variant: 'ignored' | 'unsaid' | 'empty'
  /** `.DeploymentMeta` is a name and a namespace (from 1.22). */
  readonly namedDeployment: boolean
  /** kube-inject leaves workloads alone that have a sidecar and a status (up to 1.16). */
  readonly manualSkipsInjected: boolean
}
