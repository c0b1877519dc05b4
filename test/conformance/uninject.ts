import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { parseConfig } from '../../src/injection/config.ts'
import { isObject, listAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { holds } from '../../src/istio/history.ts'
import { release as releaseOf, type Release } from '../../src/istio/release.ts'
import { workloadKinds } from '../../src/manifests/kinds.ts'
import { objectAtPath, withPath } from '../../src/manifests/paths.ts'
import { uninjectStream } from '../../src/manifests/uninject-stream.ts'
import type { Change } from '../../src/uninjection/change.ts'
import { nothingKnown, type Knowledge } from '../../src/uninjection/knowledge.ts'
import { sidecarOf } from '../../src/uninjection/sidecar.ts'
import { uninject } from '../../src/uninjection/uninject.ts'
import { indistinct } from '../uninjection/indistinct.ts'
import { firstDifference, untold, type ConformanceCase, type Suite } from './case.ts'
import type { Folder } from './data.ts'
import { patched } from './generated.ts'
import { normalisedText } from './normalise.ts'

/* What Istio's own injectors made, taken apart again and compared with what they were given. */

const patchTags = ['1.0.0', '1.1.0', '1.2.0', '1.4.0', '1.5.0', '1.8.0']
const workloadTags = ['1.5.0', '1.8.0', '1.9.0', '1.12.0', '1.16.0', '1.18.0', '1.20.0', '1.24.0', '1.27.0']

/** All that Istio injected, of every release that there is something of. */
export function uninjectSuites(root: Folder, generatedTags: readonly string[]): readonly Suite[] {
  const suite = (release: string, data: string, caseOf: CaseOf): Suite => ({
    release,
    name: `uninject ${data}`,
    data,
    cases: () =>
      root
        .in(data)
        .folders()
        .map((row) =>
          caseOf({ id: `uninject/${data}/${row}`, release: releaseOf(release) }, root.in(data, row)),
        ),
  })
  const workloads = (tag: string, table: string): Suite => suite(tag, `corpus/${tag}/${table}`, manifestRow)
  return [
    workloads('1.0.0', 'kube-inject'),
    suite('1.0.0', 'releases/istio-1.0.0', (row, folder) => bookinfoRow(row, folder, root)),
    ...patchTags.map((tag) => suite(tag, `corpus/${tag}/webhook-patch`, patchRow)),
    ...workloadTags.map((tag) => workloads(tag, 'default')),
    ...workloadTags
      .filter((tag) => root.has(`corpus/${tag}/options`))
      .map((tag) => workloads(tag, 'options')),
    ...['injection', 'injection-old-nodes'].map((table) =>
      suite('1.30.3', `corpus/1.30.3/${table}`, latestRow),
    ),
    ...generatedTags.map((tag) => generated(root, tag)),
  ]
}

interface Row {
  readonly id: string
  readonly release: Release
}

type CaseOf = (row: Row, folder: Folder) => ConformanceCase

/** Manifests before and after a kube-inject; rows without an answer are those that it refuses. */
function manifestRow(row: Row, folder: Folder): ConformanceCase {
  return {
    id: row.id,
    run: () => compareManifests(row, folder.text('input.yaml'), folder.optional('expected.yaml')),
  }
}

function bookinfoRow(row: Row, folder: Folder, root: Folder): ConformanceCase {
  const original = root.in('releases/bookinfo/1.0.0/platform/kube').text('bookinfo.yaml')
  return { id: row.id, run: () => compareManifests(row, original, folder.optional('bookinfo-injected.yaml')) }
}

/** The whole table of 1.30.3: by kube-inject, and pod by pod by the webhook. */
function latestRow(row: Row, folder: Folder): ConformanceCase {
  return {
    id: row.id,
    run: () => {
      const answer = folder.in('kube-inject').optional('actual.yaml')
      const manifests = compareManifests(row, folder.text('input.yaml'), answer)
      const pods = folder
        .in('webhook')
        .folders()
        .map((part) => folder.in('webhook', part))
        .filter((part) => part.has('patched.pod.json'))
        .map((part) => comparePods(row, part.json('request.object.json'), part.json('patched.pod.json')))
      if (alsoUntold.has(row.id)) return untold
      const results: readonly Result[] = [manifests, ...pods]
      return results.find((one) => typeof one === 'string') ?? results.find((one) => one !== undefined)
    },
  }
}

/** Patches of the webhook up to 1.8. */
function patchRow(row: Row, folder: Folder): ConformanceCase {
  return {
    id: row.id,
    run: () => {
      const input = read(folder.text('input.yaml'))
      const { metadata, spec } = isObject(input) ? input : {}
      return compareWithPatch(row, { metadata: metadata ?? {}, spec: spec ?? {} }, folder)
    },
  }
}

interface PatchCase {
  readonly templateFileIsWholeInjectorConfig?: boolean
}

function compareWithPatch(row: Row, pod: JsonObject, folder: Folder): Result {
  const { templateFileIsWholeInjectorConfig: isConfig = false }: PatchCase = folder.json('case.json')
  const { injectedAnnotations } = parseConfig(isConfig ? folder.text('sidecar-template.txt') : '')
  const knowledge = { ...nothingKnown, injectedAnnotations }
  try {
    const after = patched(structuredClone(pod), folder.text('expected.patch.json'))
    const result = comparePods(row, pod, after, knowledge)
    return typeof result === 'string' && isMiscounted(row, pod) ? untold : result
  } catch (error) {
    if (isMiscounted(row, pod)) return untold
    throw error
  }
}

/** Up to 1.7.0 Istio's patch takes a sidecar out first and then changes probes of containers by their old places. */
function isMiscounted({ release }: Row, pod: JsonObject): boolean {
  return !holds('1.7.1', release) && sidecarOf(pod) !== undefined
}

interface PodRow {
  readonly id: string
  readonly pod: JsonObject
}

function generated(root: Folder, tag: string): Suite {
  const data = `generated/${tag}`
  return {
    release: tag,
    name: `uninject ${data}`,
    data,
    cases: () => {
      const rows: readonly PodRow[] = root.in('generated').jsonLines('pods.jsonl')
      const answers: readonly Partial<PodRow>[] = root.in(data).jsonLines('answers.jsonl.gz')
      const after = new Map(answers.map(({ id, pod }) => [id, pod]))
      return rows.map(({ id, pod }) => ({
        id: `uninject/${data}#${id}`,
        run: () => comparePods({ id, release: releaseOf(tag) }, pod, after.get(id) ?? pod),
      }))
    },
  }
}

type Result = ReturnType<ConformanceCase['run']>

/** What no rule of indistinct.ts can know: annotations of a custom template, and the user that OpenShift gave a sidecar. */
const alsoUntold: ReadonlySet<string> = new Set(
  ['52-custom-template', '60-hello-openshift-custom-injection'].map(
    (row) => `uninject/corpus/1.30.3/injection/${row}`,
  ),
)

/** A pod before and after; one that was injected before is compared with what it was before that. */
function comparePods(
  { release }: Row,
  before: JsonObject,
  after: JsonObject,
  knowledge: Knowledge = nothingKnown,
): Result {
  const { pod: was } = uninject(before)
  const { pod: got, changes } = uninject(after, knowledge)
  return compare(got, was, (pod) => (isObject(pod) ? indistinct(pod, release, changes) : pod))
}

function compareManifests({ release }: Row, before: string, after: string | undefined): Result {
  if (after === undefined) return undefined
  const changes: Change[] = []
  const was = uninjected(before, () => {})
  const got = uninjected(after, (of) => changes.push(...of))
  const blurred = (objects: Json): Json =>
    Array.isArray(objects)
      ? objects.map((object: Json) => indistinctObject(object, release, changes))
      : objects
  return compare(got, was, blurred)
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

function compare(got: Json, was: Json, blurred: (json: Json) => Json): Result {
  if (normalisedText(got) === normalisedText(was)) return undefined
  return firstDifference(normalisedText(blurred(got)), normalisedText(blurred(was))) ?? untold
}

const kinds = workloadKinds()

/** An object with an indistinct pod template; Go leaves out `paused: false` and the like, as if it were nothing. */
function indistinctObject(object: Json, release: Release, changes: readonly Change[]): Json {
  if (!isObject(object)) return object
  if (object['kind'] === 'List') {
    return {
      ...object,
      items: listAt(object, 'items').map((item) => indistinctObject(item, release, changes)),
    }
  }
  const kind = kinds.get(stringAt(object, 'kind'))
  if (kind === undefined) return object
  const { paused, minReadySeconds, ...spec } = objectAtPath(object, ['spec'])
  const zeros = {
    ...(paused === true ? { paused } : {}),
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
  }
  const plain = { ...object, spec: { ...spec, ...zeros } }
  const template = {
    metadata: objectAtPath(plain, kind.metadataPath),
    spec: objectAtPath(plain, kind.specPath),
  }
  const { metadata = {}, spec: podSpec = {} } = indistinct(template, release, changes)
  return withPath(withPath(plain, kind.metadataPath, metadata), kind.specPath, podSpec)
}
