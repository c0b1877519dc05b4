import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../../src/injection/json.ts'

type Use = (pod: JsonObject) => boolean

/** Every injected pod shows it. */
const always: Use = () => true

/** Pods with an annotation whose key has a part. */
const annotated =
  (part: string): Use =>
  (pod) =>
    Object.keys(objectAt(objectAt(pod, 'metadata'), 'annotations')).some((key) => key.includes(part))

const labelled =
  (part: string): Use =>
  (pod) =>
    Object.keys(objectAt(objectAt(pod, 'metadata'), 'labels')).some((key) => key.includes(part))

const ownedBy =
  (kind: string): Use =>
  (pod) =>
    listAt(objectAt(pod, 'metadata'), 'ownerReferences').some(
      (owner) => isObject(owner) && owner['kind'] === kind,
    )

const withContainer =
  (test: (container: JsonObject) => boolean): Use =>
  (pod) =>
    ['containers', 'initContainers'].some((list) =>
      listAt(objectAt(pod, 'spec'), list).filter(isObject).some(test),
    )

const either =
  (...uses: readonly Use[]): Use =>
  (pod) =>
    uses.some((use) => use(pod))

const isProbed = withContainer((item) =>
  ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle'].some((member) => isObject(item[member])),
)
const hasOtherPorts = withContainer((item) =>
  listAt(item, 'ports').some((port) => isObject(port) && /UDP|SCTP/.test(stringAt(port, 'protocol'))),
)
const hasProxy = withContainer((item) => item['name'] === 'istio-proxy')
const hasProxyConfig = annotated('proxy.istio.io/config')

/**
 * Which pods use what differs between some neighbours. What is not here, no random pod sees with the ConfigMaps as the
 * charts write them: what URLs say, what meshes and values may say, and what a second injection does.
 */
const uses: Readonly<Record<string, Use>> = {
  rules: annotated('istio.io'),
  defaults: hasProxyConfig,
  messages: hasProxyConfig,
  delimiters: always,
  overlay: always,
  exponentFloats: labelled('version'),
  foldsLines: annotated('enableCoreDump'),
  'decision.label': labelled('sidecar.istio.io/inject'),
  'decision.values': either(labelled('sidecar.istio.io/inject'), annotated('sidecar.istio.io/inject')),
  'annotations.ports': annotated('Ports'),
  'annotations.cidrs': annotated('IPRanges'),
  // Templates of 1.7 ask concurrency for its value, which was a number in 1.6.
  'mesh.defaultConfig': always,
  'mesh.checksDrain': hasProxyConfig,
  'mesh.checksStatusPort': hasProxyConfig,
  'proxyConfig.annotation': hasProxyConfig,
  'owner.detected': (pod) => stringAt(objectAt(pod, 'metadata'), 'generateName') !== '',
  'owner.emptyHashMatches': ownedBy('ReplicaSet'),
  'owner.rollouts': ownedBy('ReplicaSet'),
  'owner.cronJobSuffix': ownedBy('Job'),
  'owner.cronJobApiVersion': ownedBy('Job'),
  'owner.deploymentConfigs': ownedBy('ReplicationController'),
  'functions.countsAllPorts': hasOtherPorts,
  'functions.omitsBuiltIn': always,
  'probes.rewritten': isProbed,
  'probes.handlers': isProbed,
  'probes.initContainers': isProbed,
  'probes.lifecycle': isProbed,
  'probes.dump': always,
  'probes.dumpsNothing': always,
  'prometheus.keys': annotated('prometheus'),
  'prometheus.targets': annotated('prometheus'),
  'network.labelled': labelled('topology.istio.io/network'),
  'network.clusterFromValues': always,
  'lists.tlsModeLabel': always,
  'lists.canonicalLabels': always,
  'lists.revisionLabel': always,
  'lists.fsGroup': always,
  'merge.statusRevision': always,
  'merge.initSidecars': hasProxy,
  'merge.adjustsInitUser': hasProxy,
  'merge.dropsUser': hasProxy,
  'merge.nativeAnnotation': annotated('nativeSidecar'),
}

/** Whether a pod shows which of two neighbours it was injected by, if they differ in this trait. */
export function isUsed(change: string, pod: JsonObject): boolean {
  return uses[change]?.(pod) ?? false
}

/** Whether every pod does. */
export function isUsedByAll(change: string): boolean {
  return uses[change] === always
}
