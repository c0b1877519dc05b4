import { isObject, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { subjectOf, type Subject } from '../reviews/subject.ts'
import { wholePod } from '../reviews/whole-pod.ts'

/** As little as a pod can be: what becomes of it is the namespace's doing. */
const plainPod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'plain' },
  spec: { containers: [{ name: 'main', image: 'main:1' }] },
}

/** A namespace, for which a pod stands that asks for nothing. */
function subjectOfNamespace(name: string): Subject {
  return { kind: 'Namespace', name: `${name}/${name}`, pod: plainPod, namespace: name, isMade: true }
}

/** What an object is asked about as; undefined for one that has nothing to do with pods. Throws ReviewError. */
export function subjectFor(json: Json, namespace: string): Subject | undefined {
  if (isObject(json) && json['kind'] === 'Namespace') {
    return subjectOfNamespace(stringAt(objectAt(json, 'metadata'), 'name'))
  }
  const subject = subjectOf(json, namespace)
  return subject && { ...subject, pod: wholePod(subject.pod) }
}
