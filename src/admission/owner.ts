import { isObject, listAt, objectAt, stringAt } from '../injection/json.ts'
import type { Review } from './types.ts'

/** Who hears of what becomes of a pod: its controller, or the pod itself. */
export interface PodOwner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Empty for a pod, which has none yet. */
  readonly uid: string
}

/** The object to tell of a pod that is to be created; undefined for a pod without a name that nobody controls. */
export function ownerOfReview({ object }: Review): PodOwner | undefined {
  const metadata = isObject(object) ? objectAt(object, 'metadata') : {}
  for (const reference of listAt(metadata, 'ownerReferences')) {
    if (!isObject(reference) || reference['controller'] !== true) continue
    const [apiVersion, kind] = [stringAt(reference, 'apiVersion'), stringAt(reference, 'kind')]
    return { apiVersion, kind, name: stringAt(reference, 'name'), uid: stringAt(reference, 'uid') }
  }
  const name = stringAt(metadata, 'name')
  return name === '' ? undefined : { apiVersion: 'v1', kind: 'Pod', name, uid: stringAt(metadata, 'uid') }
}
