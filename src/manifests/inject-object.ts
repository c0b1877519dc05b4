import fastJsonPatch from 'fast-json-patch'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import type { Outcome, Skipped } from '../injection/outcome.ts'
import type { Workload } from '../injection/owner.ts'
import { complete, decode, SchemaError, structNamed } from '../schema/index.ts'
import { ManifestError } from './errors.ts'
import type { WorkloadKind } from './kinds.ts'
import { objectAtPath, withPath } from './paths.ts'

/** What kube-inject needs to inject an object. */
export interface ObjectInjection {
  readonly kinds: ReadonlyMap<string, WorkloadKind>
  /** Long lines are folded. */
  readonly foldsLines: boolean
  /** Injects a pod template. */
  readonly injectTemplate: (template: JsonObject, workload: Workload) => Outcome
  /** Told why an object was left alone. */
  readonly skipped: (workload: Workload, template: JsonObject, outcome: Skipped) => void
}

/** True for kinds that kube-inject reads and writes again, lists of them included. */
export function isKnownKind(injection: ObjectInjection, kind: string): boolean {
  return kind === 'List' || injection.kinds.has(kind)
}

/**
 * The object with a sidecar in its pod template, as Go writes it: canonical, with what Go always writes; members
 * that Go's types lack are kept. Throws ManifestError.
 */
export function injectObject(injection: ObjectInjection, object: JsonObject): JsonObject {
  const kind = stringAt(object, 'kind')
  if (kind === 'List') return injectList(injection, object)
  const workloadKind = injection.kinds.get(kind)
  return workloadKind === undefined ? object : injectWorkload(injection, workloadKind, object)
}

function injectList(injection: ObjectInjection, list: JsonObject): JsonObject {
  const items = listAt(list, 'items').map((item) => (isObject(item) ? injectObject(injection, item) : item))
  return asObject(complete(structNamed('v1.List'), { ...list, items }))
}

function injectWorkload(injection: ObjectInjection, kind: WorkloadKind, raw: JsonObject): JsonObject {
  const object = decoded(kind, raw)
  if (kind.needsTemplate && !isObject(objectAt(object, 'spec')['template'])) {
    throw new ManifestError('object-undecodable', 'spec.template is required value')
  }
  const template = {
    metadata: objectAtPath(object, kind.metadataPath),
    spec: objectAtPath(object, kind.specPath),
  }
  const workload = workloadOf(object)
  const outcome = injection.injectTemplate(template, workload)
  if (outcome.kind === 'failed')
    throw new ManifestError('injection-failed', outcome.error.message, { cause: outcome.error })
  if (outcome.kind === 'skipped') {
    injection.skipped(workload, template, outcome)
    return asObject(complete(kind.type, object))
  }
  const injected = applyPatch(template, outcome.patch)
  const withMetadata = withPath(object, kind.metadataPath, objectAt(injected, 'metadata'))
  return asObject(complete(kind.type, withPath(withMetadata, kind.specPath, objectAt(injected, 'spec'))))
}

function decoded(kind: WorkloadKind, raw: JsonObject): JsonObject {
  try {
    return asObject(decode(kind.type, raw, { unknown: 'keep' }))
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new ManifestError('object-undecodable', `error unmarshaling JSON: ${error.message}`, {
      cause: error,
    })
  }
}

function workloadOf(object: JsonObject): Workload {
  const metadata = objectAt(object, 'metadata')
  return {
    apiVersion: stringAt(object, 'apiVersion'),
    kind: stringAt(object, 'kind'),
    name: stringAt(metadata, 'name'),
    namespace: stringAt(metadata, 'namespace'),
    metadata,
  }
}

function applyPatch(document: JsonObject, patch: string): JsonObject {
  const operations: fastJsonPatch.Operation[] = JSON.parse(patch)
  return fastJsonPatch.applyPatch(document, operations, false, false).newDocument
}

function asObject(json: Json): JsonObject {
  return isObject(json) ? json : {}
}
