import { parseReview } from '../admission/review.ts'
import { isObject, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { podOfWorkload } from './workload-pod.ts'

/** A pod that somebody asks about. */
export interface Subject {
  /** `Deployment` */
  readonly kind: string
  /** `shop/web`; a star stands for the generated end of a name. */
  readonly name: string
  /** As `request.object`. */
  readonly pod: Json | undefined
  readonly namespace: string
  /** The pod is not what was given but what a controller would make of it. */
  readonly isMade: boolean
}

/**
 * The pod that an object is, holds or would make: a Pod, a workload, or an AdmissionReview with a pod in it. Undefined
 * for what has nothing to do with pods. `namespace` is that of objects which name none. Throws ReviewError.
 */
export function subjectOf(json: Json, namespace: string): Subject | undefined {
  if (!isObject(json)) return undefined
  const kind = stringAt(json, 'kind')
  if (kind === 'AdmissionReview') return subjectOfReview(json)
  const metadata = objectAt(json, 'metadata')
  const own = stringAt(metadata, 'namespace') || namespace
  const subject = { kind, name: nameOf(metadata, own), namespace: own }
  if (kind === 'Pod') return { ...subject, pod: json, isMade: false }
  const pod = podOfWorkload(json)
  return pod === undefined ? undefined : { ...subject, pod, isMade: true }
}

function subjectOfReview(json: JsonObject): Subject {
  const { object, namespace } = parseReview(JSON.stringify(json))
  return { kind: 'Pod', name: podName(object, namespace), pod: object, namespace, isMade: false }
}

/** A pod's name with its namespace: `shop/web-7d9c4f5b6-*`. */
export function podName(pod: Json | undefined, namespace: string): string {
  const metadata = isObject(pod) ? objectAt(pod, 'metadata') : {}
  return nameOf(metadata, stringAt(metadata, 'namespace') || namespace)
}

function nameOf(metadata: JsonObject, namespace: string): string {
  return `${namespace}/${stringAt(metadata, 'name') || `${stringAt(metadata, 'generateName')}*`}`
}
