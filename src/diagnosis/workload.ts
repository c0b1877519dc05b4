import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { numberAt, textsAt } from './members.ts'
import { labelsOf } from './selection.ts'

/** Where the API server sends calls of a Service to. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly ready: boolean
  /** Empty if it is no pod's. */
  readonly pod: string
  readonly node: string
}

/** A pod of the injector. */
export interface InjectorPod {
  readonly name: string
  readonly object: JsonObject
  readonly node: string
  readonly address: string
  readonly ready: boolean
  readonly phase: string
  readonly hostNetwork: boolean
  readonly args: readonly string[]
  /** Why a container waits, e.g. `ImagePullBackOff`, with the kubelet's words. */
  readonly waiting: readonly { readonly reason: string; readonly message: string }[]
  readonly restarts: number
  /** Why it is on no node; undefined if it is. */
  readonly unschedulable: string | undefined
}

/** Reads the EndpointSlices of a Service, for the port that a Service calls by this name. */
export function readEndpoints(
  slices: readonly JsonObject[],
  service: string,
  portName: string,
): readonly Endpoint[] {
  return slices
    .filter((slice) => labelsOf(slice)['kubernetes.io/service-name'] === service)
    .flatMap((slice) => {
      const port = listAt(slice, 'ports').find((each) => (textAt(each, 'name') ?? '') === portName)
      const number = numberAt(port, 'port')
      return number !== undefined
        ? listAt(slice, 'endpoints').flatMap((endpoint) => readEndpoint(endpoint, number))
        : []
    })
}

function readEndpoint(endpoint: Json, port: number): Endpoint[] {
  const target = objectAt(endpoint, 'targetRef')
  return textsAt(endpoint, 'addresses').map((address) => ({
    address,
    port,
    // Not said is ready.
    ready: objectAt(endpoint, 'conditions')['ready'] !== false,
    pod: textAt(target, 'kind') === 'Pod' ? (textAt(target, 'name') ?? '') : '',
    node: textAt(endpoint, 'nodeName') ?? '',
  }))
}

/** Reads a pod of the injector. */
export function readPod(object: JsonObject): InjectorPod {
  const spec = objectAt(object, 'spec')
  const status = objectAt(object, 'status')
  const conditions = listAt(status, 'conditions')
  const statuses = [...listAt(status, 'initContainerStatuses'), ...listAt(status, 'containerStatuses')]
  const scheduled = conditions.find((each) => textAt(each, 'type') === 'PodScheduled')
  return {
    name: textAt(object['metadata'], 'name') ?? '',
    object,
    node: textAt(spec, 'nodeName') ?? '',
    address: textAt(status, 'podIP') ?? '',
    ready: conditions.some((each) => textAt(each, 'type') === 'Ready' && textAt(each, 'status') === 'True'),
    phase: textAt(status, 'phase') ?? '',
    hostNetwork: spec['hostNetwork'] === true,
    args: listAt(spec, 'containers').flatMap((container) => textsAt(container, 'args')),
    waiting: statuses.flatMap((each) => {
      const waiting = objectAt(objectAt(each, 'state'), 'waiting')
      const reason = textAt(waiting, 'reason')
      return reason === undefined ? [] : [{ reason, message: textAt(waiting, 'message') ?? '' }]
    }),
    restarts: statuses.reduce<number>((sum, each) => sum + (numberAt(each, 'restartCount') ?? 0), 0),
    unschedulable: textAt(scheduled, 'status') === 'False' ? (textAt(scheduled, 'message') ?? '') : undefined,
  }
}

/** The port of a pod's container by this name, or the number that the name is. */
export function portNameOf(pod: InjectorPod, port: number): string | undefined {
  const ports = listAt(objectAt(pod.object, 'spec'), 'containers').flatMap((each) => listAt(each, 'ports'))
  return textAt(
    ports.find((each) => isObject(each) && each['containerPort'] === port),
    'name',
  )
}

/** The value of a flag, `--name=value`; undefined if it is not given. */
export function flagOf(pods: readonly InjectorPod[], name: string): string | undefined {
  for (const { args } of pods) {
    const found = args.find((arg) => arg.startsWith(`--${name}=`))
    if (found !== undefined) return found.slice(name.length + 3)
  }
  return undefined
}

/** What EKS and others say of a node. */
export interface NodeFacts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly isFargate: boolean
  readonly isHybrid: boolean
  readonly addresses: readonly string[]
  /** `i-0abc…`, of `aws:///eu-west-1a/i-0abc…`. */
  readonly instance: string | undefined
  readonly region: string | undefined
  /** Hybrid nodes name their cluster: `eks-hybrid:///eu-west-1/shop/mi-0ab…`. */
  readonly hybridCluster: string | undefined
}

/** Reads a Node. */
export function readNode(object: JsonObject): NodeFacts {
  const labels = labelsOf(object)
  const name = textAt(object['metadata'], 'name') ?? ''
  const compute = labels['eks.amazonaws.com/compute-type']
  const provider = textAt(object['spec'], 'providerID') ?? ''
  const [, zone, instance] = /^aws:\/\/\/([^/]*)\/(?:.*\/)?(i-[0-9a-f]+)$/.exec(provider) ?? []
  const [, hybridRegion, hybridCluster] = /^eks-hybrid:\/\/\/([^/]+)\/([^/]+)\//.exec(provider) ?? []
  return {
    name,
    labels,
    isFargate: compute === 'fargate' || name.startsWith('fargate-ip-'),
    isHybrid: compute === 'hybrid',
    addresses: listAt(object['status'], 'addresses').flatMap((each) => textAt(each, 'address') ?? []),
    instance,
    region: labels['topology.kubernetes.io/region'] ?? zone?.replace(/[a-z]$/, '') ?? hybridRegion,
    hybridCluster,
  }
}
