import { listOf, objectOf, valueOf, type MapValue, type UnknownValue, type Value } from '../cel/value.ts'
import { defaultContainer, defaultVolume } from '../injection/lists/defaults.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'

/** Whose controllers make pods, and the account that each of them has where they have one each (as on EKS). */
const accounts: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  DaemonSet: 'daemon-set-controller',
  ReplicationController: 'replication-controller',
  Job: 'job-controller',
}

/** What the API server fills in before webhooks are called. */
const defaults: JsonObject = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  serviceAccount: 'default',
  securityContext: {},
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
}

/**
 * The pod as it came to the webhooks when it was created, from one that is there or would be. What cannot be told from what
 * there is now, is unknown: what plug-ins of the API server add to a pod before webhooks see it, and what came afterwards.
 */
export function received(pod: JsonObject, namespace: string): MapValue {
  const isStored = stringAt(objectAt(pod, 'metadata'), 'creationTimestamp') !== ''
  const spec = specOf(objectAt(pod, 'spec'))
  const more = isStored ? lostSpec(pod) : addedSpec(spec)
  return objectOf([
    ['apiVersion', 'v1'],
    ['kind', 'Pod'],
    ['metadata', metadataOf(pod, namespace)],
    ['spec', merged(isStored ? valueOf(spec) : withAdditions(spec), more)],
    ['status', valueOf({})],
  ])
}

function metadataOf(pod: JsonObject, namespace: string): Value {
  const {
    uid: _,
    resourceVersion: __,
    creationTimestamp: ___,
    managedFields: ____,
    generation: _____,
    selfLink: ______,
    ...metadata
  } = objectAt(pod, 'metadata')
  return merged(valueOf({ ...metadata, namespace, name: nameOf(pod) }), [
    // Since Kubernetes 1.18 the API server has written down by then who has set what.
    ['managedFields', unknown('who has set what', true)],
    // Some releases have it there as null.
    ['creationTimestamp', unknown('what is there before a pod is created')],
  ])
}

/** The name that the pod was created with: none if the API server has made it, of five letters at the end. */
function nameOf(pod: JsonObject): Json | undefined {
  const metadata = objectAt(pod, 'metadata')
  const name = stringAt(metadata, 'name')
  const generateName = stringAt(metadata, 'generateName')
  // The longest name that is generated has 63 letters.
  const isMade =
    generateName !== '' && name.startsWith(generateName.slice(0, 58)) && /[a-z0-9]{5}$/.test(name)
  return name === '' || isMade ? undefined : name
}

/** Go leaves out what is false or nothing; Kubernetes' defaults are there. */
function specOf(spec: JsonObject): JsonObject {
  const { hostNetwork, ...others } = spec
  const { volumes, initContainers } = spec
  const hasHostNetwork = hostNetwork === true
  const containers = (list: readonly Json[]): readonly Json[] =>
    list.map((item) => (isObject(item) ? containerOf(item, hasHostNetwork) : item))
  const account = stringAt(spec, 'serviceAccountName') || stringAt(spec, 'serviceAccount') || 'default'
  return {
    ...defaults,
    ...others,
    serviceAccountName: account,
    serviceAccount: account,
    ...(hasHostNetwork ? { hostNetwork } : {}),
    ...(volumes === undefined
      ? {}
      : { volumes: listAt(spec, 'volumes').map((item) => (isObject(item) ? defaultVolume(item) : item)) }),
    ...(initContainers === undefined ? {} : { initContainers: containers(listAt(spec, 'initContainers')) }),
    containers: containers(listAt(spec, 'containers')),
  }
}

/** On the host's network ports of the container are those of the host. */
function containerOf(container: JsonObject, hasHostNetwork: boolean): JsonObject {
  const { startupProbe, ...others } = defaultContainer({ resources: {}, ...container })
  // Its defaults are those of the other probes.
  const probe = defaultContainer({ readinessProbe: startupProbe })['readinessProbe']
  const ports = listAt(others, 'ports').map((port) =>
    hasHostNetwork && isObject(port) ? { hostPort: port['containerPort'], ...port } : port,
  )
  return {
    ...others,
    ...(isObject(startupProbe) ? { startupProbe: probe } : {}),
    ...(others['ports'] === undefined ? {} : { ports }),
  }
}

type Member = readonly [key: string, value: Value]

function unknown(what: string, isThere = false): UnknownValue {
  return { kind: 'unknown', why: `it asks for ${what}`, isThere }
}

const token = unknown('volumes, of which the API server adds one')
const toleration = unknown('tolerations, of which the API server adds some')
const resources = unknown('resources, which a LimitRange may set')

/** What the API server's plug-ins may add to a new pod where there is nothing: ServiceAccount, DefaultTolerationSeconds, Priority. */
function addedSpec(spec: JsonObject): readonly Member[] {
  const members: readonly Member[] = [
    ['volumes', token],
    ['tolerations', toleration],
    ['imagePullSecrets', unknown('imagePullSecrets, which the ServiceAccount may have')],
    ['priority', unknown('priority', true)],
    ['preemptionPolicy', unknown('preemptionPolicy', true)],
    ['priorityClassName', unknown('priorityClassName, which a PriorityClass may set')],
    ['nodeSelector', unknown('nodeSelector, which a RuntimeClass or the namespace may set')],
    ['overhead', unknown('overhead')],
  ]
  return members.filter(([key]) => spec[key] === undefined && !(key === 'volumes' && hasNoToken(spec)))
}

/** The same where there is something. */
function withAdditions(spec: JsonObject): Value {
  const lists = ['containers', 'initContainers'].filter((key) => spec[key] !== undefined)
  return merged(valueOf(spec), [
    ...lists.map((key): Member => [
      key,
      { ...listOf(listAt(spec, key).map((item) => newContainer(item, hasNoToken(spec)))), isObject: true },
    ]),
    ...open(spec, 'volumes', hasNoToken(spec) ? undefined : token),
    ...open(spec, 'tolerations', toleratesAll(spec) ? undefined : toleration),
  ])
}

function newContainer(container: Json, hasNoToken: boolean): Value {
  if (!isObject(container)) return valueOf(container)
  const given = objectAt(container, 'resources')
  const quantities = ['limits', 'requests'].map((key): Member => [
    key,
    given[key] === undefined ? resources : merged(valueOf(given[key]), limited(objectAt(given, key))),
  ])
  const mounts =
    hasNoToken || container['volumeMounts'] !== undefined ? [] : [['volumeMounts', token] as const]
  return merged(valueOf(container), [
    ['resources', merged(valueOf(given), quantities)],
    ...mounts,
    ...open(container, 'volumeMounts', hasNoToken ? undefined : token),
  ])
}

/** What a LimitRange is usually about. */
function limited(quantities: JsonObject): readonly Member[] {
  return ['cpu', 'memory', 'ephemeral-storage']
    .filter((name) => quantities[name] === undefined)
    .map((name) => [name, resources])
}

/** A list with what may come behind it. */
function open(parent: JsonObject, key: string, more: UnknownValue | undefined): readonly Member[] {
  if (parent[key] === undefined || more === undefined) return []
  return [[key, { ...listOf([...listAt(parent, key).map(valueOf), more]), isObject: true }]]
}

function hasNoToken(spec: JsonObject): boolean {
  return spec['automountServiceAccountToken'] === false
}

function toleratesAll(spec: JsonObject): boolean {
  return listAt(spec, 'tolerations')
    .filter(isObject)
    .some(
      (each) => each['key'] === undefined && each['operator'] === 'Exists' && each['effect'] === undefined,
    )
}

/** What a pod that is there may have had, or not: the scheduler chooses a node unless somebody has. */
function lostSpec(pod: JsonObject): readonly Member[] {
  const has = objectAt(pod, 'spec')['nodeName'] !== undefined
  return has && !isMirror(pod) ? [['nodeName', unknown('nodeName, which the scheduler sets')]] : []
}

/** A map with more members, in place of those of their names. */
function merged(map: Value, members: readonly Member[]): Value {
  if (typeof map !== 'object' || map?.kind !== 'map') return map
  return { ...map, entries: new Map<Value, Value>([...map.entries, ...members]) }
}

/** The image of a static pod: the kubelet makes it, and runs what its file says. */
export function isMirror(pod: JsonObject): boolean {
  return Object.hasOwn(objectAt(objectAt(pod, 'metadata'), 'annotations'), 'kubernetes.io/config.mirror')
}

/** `request` as conditions see it. Who creates a pod is known where a controller of Kubernetes' does. */
export function requestOf(pod: JsonObject, namespace: string): MapValue {
  const kind = { group: '', version: 'v1', kind: 'Pod' }
  const resource = { group: '', version: 'v1', resource: 'pods' }
  const name = nameOf(pod)
  return objectOf([
    ['kind', valueOf(kind)],
    ['resource', valueOf(resource)],
    ['requestKind', valueOf(kind)],
    ['requestResource', valueOf(resource)],
    // Go leaves out what is empty.
    ...(name === undefined ? [] : [['name', valueOf(name)] as const]),
    ['namespace', namespace],
    ['operation', 'CREATE'],
    ['dryRun', false],
    ['userInfo', userOf(pod)],
    ['options', unknown('the options of the request', true)],
  ])
}

function userOf(pod: JsonObject): Value {
  const controller = listAt(objectAt(pod, 'metadata'), 'ownerReferences')
    .filter(isObject)
    .find((owner) => owner['controller'] === true)
  const kind = controller === undefined ? '' : stringAt(controller, 'kind')
  const account = Object.hasOwn(accounts, kind) ? accounts[kind] : undefined
  if (account === undefined) return { kind: 'unknown', why: 'it asks who creates the pod', isThere: true }
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated']
  return objectOf([
    ['username', `system:serviceaccount:kube-system:${account}`],
    ['groups', valueOf(groups)],
    ['uid', unknown('the uid of who creates the pod', true)],
    ['extra', unknown('more of who creates the pod')],
  ])
}
