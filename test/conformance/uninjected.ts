import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { isObject, listAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import type { Release } from '../../src/istio/release.ts'
import { workloadKinds } from '../../src/manifests/kinds.ts'
import { objectAtPath, withPath } from '../../src/manifests/paths.ts'
import { uninjectStream } from '../../src/manifests/uninject-stream.ts'
import type { Change } from '../../src/uninjection/change.ts'
import { nothingKnown, type Knowledge } from '../../src/uninjection/knowledge.ts'
import { uninject } from '../../src/uninjection/uninject.ts'
import { indistinct, ruleNames, type Injection } from '../uninjection/indistinct.ts'
import { firstDifference, type ConformanceCase } from './case.ts'
import { normalisedText } from './normalise.ts'

/* Compares what an injector was given with what uninjection makes of its answer. What came injected already is compared
   with what it was before that. */

export type Result = ReturnType<ConformanceCase['run']>

/** A pod before and after its injection. */
export function comparePods(
  release: Release,
  before: JsonObject,
  after: JsonObject,
  knowledge: Knowledge = nothingKnown,
): Result {
  const { pod: was } = uninject(before)
  const { pod: got, changes } = uninject(after, knowledge)
  return compare(got, was, (pod, but) => indistinct(isObject(pod) ? pod : {}, { release, changes }, but))
}

/** Manifests before and after kube-inject; undefined where it refuses them. */
export function compareManifests(release: Release, before: string, after: string | undefined): Result {
  if (after === undefined) return undefined
  const changes: Change[] = []
  const was = uninjected(before, () => {})
  const got = uninjected(after, (of) => changes.push(...of))
  const injection = { release, changes }
  return compare(got, was, (objects, but) =>
    (Array.isArray(objects) ? objects : []).map((object: Json) => indistinctObject(object, injection, but)),
  )
}

/** The documents of a stream without what was injected. */
function uninjected(stream: string, told: (changes: readonly Change[]) => void): Json {
  const text = uninjectStream(
    { injectedAnnotations: new Map(), changed: (_, changes) => told(changes) },
    stream,
  )
  return splitDocuments(text)
    .map((document) => read(document))
    .filter((document) => document !== null)
}

const zeros = 'zeros'

function compare(got: Json, was: Json, blurred: (json: Json, but?: string) => Json): Result {
  if (normalisedText(got) === normalisedText(was)) return undefined
  const difference = (but?: string): string | undefined =>
    firstDifference(normalisedText(blurred(got, but)), normalisedText(blurred(was, but)))
  return difference() ?? { reasons: [...ruleNames, zeros].filter((rule) => difference(rule) !== undefined) }
}

const kinds = workloadKinds()

/** An object with an indistinct pod template. */
function indistinctObject(object: Json, injection: Injection, but?: string): Json {
  if (!isObject(object)) return object
  if (object['kind'] === 'List') {
    return { ...object, items: listAt(object, 'items').map((item) => indistinctObject(item, injection, but)) }
  }
  const kind = kinds.get(stringAt(object, 'kind'))
  if (kind === undefined) return object
  const spec = objectAtPath(object, ['spec'])
  const plain = { ...object, spec: but === zeros ? spec : withoutZeros(spec) }
  const template = {
    metadata: objectAtPath(plain, kind.metadataPath),
    spec: objectAtPath(plain, kind.specPath),
  }
  const { metadata = {}, spec: podSpec = {} } = indistinct(template, injection, but)
  return withPath(withPath(plain, kind.metadataPath, metadata), kind.specPath, podSpec)
}

/** Go leaves out `paused: false` and the like, as if they were nothing. */
function withoutZeros(spec: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== 0 && value !== false))
}
