import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { statusKey } from '../injection/status.ts'
import { abridge, structNamed } from '../schema/index.ts'
import type { Change } from '../uninjection/change.ts'
import { uninject } from '../uninjection/uninject.ts'
import { workloadKinds, type WorkloadKind } from './kinds.ts'
import { objectAtPath, withPath } from './paths.ts'

/** How objects are uninjected. */
export interface ObjectUninjection {
  /** Annotations that the injector's config gives to every pod. */
  readonly injectedAnnotations: ReadonlyMap<string, string>
  /** Told what was done to an object. */
  readonly changed: (object: JsonObject, changes: readonly Change[]) => void
}

/** Every kind there is, whatever release and apiVersion. */
const kinds = workloadKinds()

/**
 * The object without what an injector put into its pod template, and without what kube-inject writes where there is
 * nothing (`status: {}`, `creationTimestamp: null`). The same object if it was never injected.
 */
export function uninjectObject(uninjection: ObjectUninjection, object: JsonObject): JsonObject {
  if (stringAt(object, 'kind') === 'List') return uninjectList(uninjection, object)
  const kind = kinds.get(stringAt(object, 'kind'))
  return kind === undefined ? object : uninjectWorkload(uninjection, kind, object)
}

function uninjectList(uninjection: ObjectUninjection, list: JsonObject): JsonObject {
  const items = listAt(list, 'items')
  const changed = items.map((item) => (isObject(item) ? uninjectObject(uninjection, item) : item))
  if (changed.every((item, index) => item === items[index])) return list
  return asObject(abridge(structNamed('v1.List'), { ...list, items: changed }))
}

function uninjectWorkload(
  uninjection: ObjectUninjection,
  kind: WorkloadKind,
  object: JsonObject,
): JsonObject {
  const metadataPath = annotatedPath(kind, object)
  const template = {
    metadata: objectAtPath(object, metadataPath),
    spec: objectAtPath(object, kind.specPath),
  }
  const { pod, changes } = uninject(template, {
    workload: stringAt(objectAt(object, 'metadata'), 'name'),
    selectedLabels: selectedLabels(objectAt(object, 'spec')),
    injectedAnnotations: uninjection.injectedAnnotations,
  })
  if (pod === template) return object
  uninjection.changed(object, changes)
  const withMetadata = withPath(object, metadataPath, objectAt(pod, 'metadata'))
  return abridged(kind, withPath(withMetadata, kind.specPath, objectAt(pod, 'spec')))
}

/**
 * Where the annotations of the injector are: kube-inject gives a CronJob's to the job template, and who writes an injected
 * pod into a manifest to the pod template.
 */
function annotatedPath({ metadataPath, specPath }: WorkloadKind, object: JsonObject): readonly string[] {
  const own = [...specPath.slice(0, -1), 'metadata']
  const isAnnotated = Object.hasOwn(objectAt(objectAtPath(object, own), 'annotations'), statusKey)
  return isAnnotated ? own : metadataPath
}

/** The keys of the labels that a workload selects its pods by, as an expression or as a plain map (ReplicationController). */
function selectedLabels(spec: JsonObject): ReadonlySet<string> {
  const { matchLabels, matchExpressions, ...plain } = objectAt(spec, 'selector')
  const expressions = listAt({ matchExpressions }, 'matchExpressions').filter(isObject)
  return new Set([
    ...Object.keys(plain),
    ...Object.keys(isObject(matchLabels) ? matchLabels : {}),
    ...expressions.map((expression) => stringAt(expression, 'key')),
  ])
}

/** A status that a cluster wrote stays as it is. */
function abridged({ type }: WorkloadKind, object: JsonObject): JsonObject {
  const short = asObject(abridge(type, object))
  return short['status'] === undefined ? short : { ...short, status: object['status'] }
}

function asObject(json: Json): JsonObject {
  return isObject(json) ? json : {}
}
