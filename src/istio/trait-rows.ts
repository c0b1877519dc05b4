import { fold, holds, type Row } from './history.ts'
import type { Release } from './release.ts'
import type { Traits } from './traits.ts'

/** Istio 0.8 and 1.0. */
const base: Traits = {
  delimiters: ['[[', ']]'],
  overlay: 'lists',
  values: false,
  exponentFloats: false,
  foldsLines: true,
  kubernetesMinor: 10,
  mesh: {
    unknownFields: 'error',
    mixerAddress: true,
    defaultConfig: 'rewritten',
    mergesLists: false,
    checksDrain: true,
    checksZipkinAddress: true,
    checksStatusPort: false,
  },
  url: { form: 'none', lists: false, slashes: false },
  decision: {
    values: 'words',
    label: false,
    selectors: false,
    systemNamespaces: ['kube-system', 'kube-public'],
    wishes: true,
  },
  annotations: {
    errors: 'first',
    interceptionModes: ['REDIRECT', 'TPROXY'],
    ports: 'int16',
    cidrs: 'net',
    portErrorsShowNumber: true,
    injected: false,
  },
  proxyConfig: { annotation: undefined, layers: 'straight', metadata: 'replace', zeroDurations: false },
  owner: {
    detected: false,
    emptyHashMatches: true,
    cronJobSuffix: undefined,
    cronJobApiVersion: 'batch/v1beta1',
    deploymentConfigs: false,
    rollouts: false,
    manualPods: false,
  },
  functions: {
    sprig: false,
    render: false,
    stringMaps: false,
    toJson: 'istio',
    omitsBuiltIn: false,
    noDuration: '1s',
    countsAllPorts: true,
    multusNamespaces: false,
  },
  probes: {
    rewritten: [],
    handlers: ['httpGet'],
    lifecycle: false,
    initContainers: false,
    dump: 'http-get',
    dumpsNothing: true,
    httpsToHttp: false,
    skipStatusPort: false,
    statusPort: 'argument',
    annotation: false,
    again: 'append',
  },
  prometheus: { keys: 'never', skipStatusPort: false, skipUnscraped: false, targets: false },
  network: { labelled: false, clusterFromValues: false },
  lists: {
    errorPrefix: '',
    defaults: true,
    requestNamespace: false,
    concurrency: false,
    tokenMount: false,
    fsGroup: 'never',
    fsGroupKeepsContext: false,
    fsGroupIsSeen: false,
    revisionLabel: 'never',
    tlsModeLabel: false,
    canonicalLabels: false,
    validationFirst: false,
    holds: false,
    holdsByProxyConfig: 'never',
    order: ['removes', 'adds', 'annotations'],
    removesPrevious: true,
    secrets: true,
    redirectAnnotations: false,
  },
  merge: {
    nulls: 'zero',
    directives: 'keep',
    skipsInjected: false,
    initSidecars: false,
    adjustsInitUser: false,
    dropsUser: false,
    takesBackUser: false,
    statusRevision: false,
    native: 'never',
    nativeAnnotation: false,
    estimates: false,
    variant: 'ignored',
    namedDeployment: false,
    manualSkipsInjected: true,
  },
}

/** What each release changed, in code (spec B.1, C). */
const rows: readonly Row<Traits>[] = [
  { from: '1.0.3', set: { annotations: { errors: 'bulleted', ports: 'uint16' } } },
  {
    from: '1.1',
    set: {
      kubernetesMinor: 13,
      mesh: { unknownFields: 'ignore', mixerAddress: false, checksZipkinAddress: false },
      decision: { selectors: true },
      annotations: { interceptionModes: ['REDIRECT', 'TPROXY', 'NONE'] },
      probes: { rewritten: ['readinessProbe', 'livenessProbe'] },
      lists: {
        defaults: false,
        requestNamespace: true,
        concurrency: true,
        tokenMount: true,
        fsGroup: 'sds-token-mount',
        order: ['removes', 'adds', 'dns', 'security-context', 'annotations', 'probes'],
      },
    },
  },
  {
    from: '1.2',
    set: {
      delimiters: ['{{', '}}'],
      values: true,
      kubernetesMinor: 14,
      annotations: { errors: 'indented' },
      functions: { render: true },
      probes: { httpsToHttp: true, annotation: true },
    },
  },
  {
    from: '1.3',
    set: {
      owner: { detected: true },
      lists: {
        errorPrefix: 'failed parsing generated injected YAML (check Istio sidecar injector configuration): ',
        fsGroup: 'sds-path',
        fsGroupIsSeen: true,
      },
    },
  },
  {
    from: '1.4',
    set: {
      exponentFloats: true,
      kubernetesMinor: 16,
      annotations: { injected: true },
      functions: { countsAllPorts: false },
      lists: {
        tlsModeLabel: true,
        fsGroupKeepsContext: true,
        order: ['removes', 'adds', 'dns', 'security-context', 'annotations', 'labels', 'probes'],
      },
    },
  },
  { from: '1.5', set: { kubernetesMinor: 17, probes: { dump: 'probe' }, lists: { canonicalLabels: true } } },
  {
    from: '1.6',
    set: {
      kubernetesMinor: 18,
      proxyConfig: { annotation: 'istio.io/proxyConfig' },
      owner: { cronJobSuffix: /-\d{10}$/ },
      functions: { omitsBuiltIn: true },
      probes: { statusPort: 'mesh' },
      prometheus: { keys: 'exact' },
      lists: { revisionLabel: 'absent', validationFirst: true },
    },
  },
  {
    from: '1.6.1',
    set: { proxyConfig: { annotation: 'proxy.istio.io/config' }, url: { form: 'positions' } },
  },
  {
    from: '1.7',
    set: {
      mesh: { defaultConfig: 'merged' },
      probes: { rewritten: ['readinessProbe', 'livenessProbe', 'startupProbe'] },
      lists: { holds: true },
    },
  },
  {
    from: '1.7.1',
    set: {
      lists: { order: ['probes', 'removes', 'adds', 'dns', 'security-context', 'annotations', 'labels'] },
    },
  },
  {
    from: '1.8',
    set: {
      kubernetesMinor: 19,
      url: { form: 'pairs' },
      owner: { emptyHashMatches: false },
      functions: { sprig: true },
      probes: { dumpsNothing: false },
      network: { labelled: true },
      lists: { fsGroup: 'feature', holdsByProxyConfig: 'always' },
    },
  },
  {
    from: '1.9',
    set: {
      overlay: 'pod',
      foldsLines: false,
      kubernetesMinor: 20,
      decision: { systemNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'] },
      probes: { skipStatusPort: true },
      prometheus: { skipStatusPort: true },
      network: { clusterFromValues: true },
      lists: { holdsByProxyConfig: 'annotated' },
    },
  },
  { from: '1.9.1', set: { lists: { holdsByProxyConfig: 'always' } } },
  {
    from: '1.10',
    set: {
      foldsLines: true,
      kubernetesMinor: 21,
      url: { lists: true },
      proxyConfig: { metadata: 'merge' },
      owner: { cronJobSuffix: /-\d{8,10}$/ },
    },
  },
  {
    from: '1.11',
    set: {
      mesh: { checksStatusPort: true },
      annotations: { portErrorsShowNumber: false },
      merge: { statusRevision: true, estimates: true },
    },
  },
  {
    from: '1.12',
    set: {
      kubernetesMinor: 22,
      mesh: { mergesLists: true },
      decision: { label: true },
      probes: { handlers: ['httpGet', 'tcpSocket'] },
    },
  },
  { from: '1.12.9', set: { owner: { deploymentConfigs: true } } },
  {
    from: '1.13',
    set: {
      kubernetesMinor: 23,
      proxyConfig: { layers: 'proto-merge' },
      probes: { handlers: ['httpGet', 'tcpSocket', 'grpc'] },
      prometheus: { keys: 'sanitised', skipUnscraped: true },
      merge: { nulls: 'drop' },
    },
  },
  { from: '1.14', set: { kubernetesMinor: 24, functions: { render: false, noDuration: '0s' } } },
  { from: '1.15', set: { url: { slashes: true }, proxyConfig: { zeroDurations: true } } },
  {
    from: '1.16',
    set: { kubernetesMinor: 25, proxyConfig: { layers: 'fields' }, annotations: { cidrs: 'netip' } },
  },
  {
    from: '1.17',
    set: {
      kubernetesMinor: 26,
      mesh: { checksDrain: false },
      probes: { again: 'join-existing' },
      merge: { skipsInjected: true, manualSkipsInjected: false },
    },
  },
  {
    from: '1.18',
    set: { kubernetesMinor: 27, functions: { stringMaps: true }, merge: { estimates: false } },
  },
  {
    from: '1.19',
    set: {
      kubernetesMinor: 28,
      functions: { toJson: 'sprig' },
      probes: { initContainers: true },
      merge: { directives: 'drop', initSidecars: true, native: 'environment' },
    },
  },
  { from: '1.20.1', set: { merge: { dropsUser: true } } },
  { from: '1.21', set: { kubernetesMinor: 29, owner: { manualPods: true } } },
  {
    from: ['1.20.7', '1.21.3', '1.22.1', '1.23'],
    set: { merge: { adjustsInitUser: true, dropsUser: false } },
  },
  {
    from: '1.22',
    set: {
      kubernetesMinor: 30,
      owner: { cronJobApiVersion: 'batch/v1', rollouts: true },
      merge: { namedDeployment: true, variant: 'unsaid' },
    },
  },
  { from: '1.24', set: { kubernetesMinor: 31, merge: { nativeAnnotation: true, takesBackUser: true } } },
  { from: '1.25', set: { kubernetesMinor: 32, probes: { lifecycle: true } } },
  { from: ['1.23.6', '1.24.6', '1.25.5', '1.26'], set: { functions: { multusNamespaces: true } } },
  {
    from: '1.27',
    set: {
      kubernetesMinor: 33,
      decision: { values: 'exact' },
      probes: { again: 'join' },
      merge: { native: 'auto' },
    },
  },
  { from: '1.28', set: { kubernetesMinor: 34 } },
  { from: '1.30', set: { kubernetesMinor: 35 } },
  {
    from: '1.31',
    set: { kubernetesMinor: 36, prometheus: { targets: true }, merge: { variant: 'empty' } },
  },
]

/** The traits of a release's webhook. */
export function traitsOf(at: Release): Traits {
  return fold(base, rows, at)
}

/** What `istioctl kube-inject` did otherwise than the webhook up to 1.7 (spec A.11). */
const manualRows: readonly Row<Traits>[] = [
  {
    from: '0.8',
    set: {
      decision: { wishes: false },
      prometheus: { keys: 'never' },
      lists: {
        defaults: false,
        tokenMount: false,
        removesPrevious: false,
        secrets: false,
        canonicalLabels: false,
      },
    },
  },
  { from: '1.3', set: { lists: { redirectAnnotations: true } } },
  { from: '1.6', set: { lists: { revisionLabel: 'always' } } },
  { from: '1.7', set: { prometheus: { keys: 'exact' }, lists: { secrets: true } } },
]

/** The traits of a release's `istioctl kube-inject`: from 1.8 on the webhook's. */
export function manualTraitsOf(at: Release): Traits {
  const traits = traitsOf(at)
  return holds('1.8', at) ? traits : fold(traits, manualRows, at)
}
