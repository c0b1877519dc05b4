import { check, podType, SchemaError } from '../schema/index.ts'
import { InjectionError } from './errors.ts'
import { isObject, objectAt, stringAt, stringMapAt, type JsonObject, type StringMap } from './json.ts'
import type { InjectionRequest, RenderListener } from './outcome.ts'
import type { Watch } from './watched-pod.ts'

/** A pod that was read, with the parts that every stage looks at. */
export interface PodRequest {
  /** As received: what the patch is for. */
  readonly received: JsonObject
  /** As it is injected; differs where a platform has a say first. */
  readonly pod: JsonObject
  readonly metadata: JsonObject
  readonly spec: JsonObject
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** The pod's own namespace, or the request's where that is empty. */
  readonly namespace: string
  /** The URL path below `/inject`. */
  readonly path: string
  /** The annotations of the namespace object, where the caller knows them. */
  readonly namespaceAnnotations: StringMap
  /** Told when a template reads what differs between replicas; undefined if nobody wants to know. */
  readonly watch: Watch | undefined
  /** Told of the texts that templates render; undefined if nobody wants to know. */
  readonly onRendered: RenderListener | undefined
}

/**
 * Reads request.object as a Pod: every field that a Pod has must be of its type, others may be anything.
 * Throws InjectionError `pod-undecodable` with the text of Go's decoder.
 */
export function readPod(request: InjectionRequest, watch: Watch | undefined): PodRequest {
  const { pod } = request
  if (pod === undefined || pod === null)
    throw new InjectionError('pod-undecodable', 'unexpected end of JSON input')
  if (!isObject(pod)) {
    throw new InjectionError(
      'pod-undecodable',
      'json: cannot unmarshal a value that is no object into type v1.Pod',
    )
  }
  try {
    check(podType, pod)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new InjectionError('pod-undecodable', error.message, { cause: error })
  }
  const metadata = objectAt(pod, 'metadata')
  return {
    received: pod,
    pod,
    metadata,
    spec: objectAt(pod, 'spec'),
    labels: stringMapAt(metadata, 'labels'),
    annotations: stringMapAt(metadata, 'annotations'),
    namespace: stringAt(metadata, 'namespace') || request.namespace,
    path: request.path,
    namespaceAnnotations: request.namespaceAnnotations ?? {},
    watch,
    onRendered: request.onRendered,
  }
}
