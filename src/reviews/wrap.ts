import { isObject, type Json } from '../injection/json.ts'
import { subjectOf } from './subject.ts'

/**
 * The AdmissionReview that the API server would send for a pod, or for one that a workload makes, as JSON text. What is
 * neither stays as it is: whoever answers it says why it is no review.
 */
export function wrapReview(json: Json, namespace: string): string {
  if (isObject(json) && json['kind'] === 'AdmissionReview') return JSON.stringify(json)
  const subject = subjectOf(json, namespace)
  if (subject === undefined) return JSON.stringify(json)
  const request = {
    uid: 'review',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: subject.namespace,
    operation: 'CREATE',
    object: subject.pod,
    dryRun: true,
  }
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
}
