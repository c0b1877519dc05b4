import { basename } from 'node:path'
import { read } from '../../src/goyaml/index.ts'
import { parseConfig } from '../../src/injection/config.ts'
import { isObject, type JsonObject } from '../../src/injection/json.ts'
import { holds } from '../../src/istio/history.ts'
import { release as releaseOf, type Release } from '../../src/istio/release.ts'
import { nothingKnown } from '../../src/uninjection/knowledge.ts'
import { sidecarOf } from '../../src/uninjection/sidecar.ts'
import type { ConformanceCase, Suite, Untold } from './case.ts'
import type { Folder } from './data.ts'
import { patched } from './generated.ts'
import { compareManifests, comparePods, type Result } from './uninjected.ts'

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
    run: () => compareManifests(row.release, folder.text('input.yaml'), folder.optional('expected.yaml')),
  }
}

function bookinfoRow(row: Row, folder: Folder, root: Folder): ConformanceCase {
  const original = root.in('releases/bookinfo/1.0.0/platform/kube').text('bookinfo.yaml')
  return {
    id: row.id,
    run: () => compareManifests(row.release, original, folder.optional('bookinfo-injected.yaml')),
  }
}

/** The whole table of 1.30.3: by kube-inject, and pod by pod by the webhook. */
function latestRow(row: Row, folder: Folder): ConformanceCase {
  return {
    id: row.id,
    run: () => {
      const answer = folder.in('kube-inject').optional('actual.yaml')
      const manifests = compareManifests(row.release, folder.text('input.yaml'), answer)
      const pods = folder
        .in('webhook')
        .folders()
        .map((part) => folder.in('webhook', part))
        .filter((part) => part.has('patched.pod.json'))
        .map((part) =>
          comparePods(row.release, part.json('request.object.json'), part.json('patched.pod.json')),
        )
      const reason = alsoUntold.get(basename(folder.path))
      if (reason !== undefined) return { reasons: [reason] }
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
    const result = comparePods(row.release, pod, after, knowledge)
    return typeof result === 'string' && isMiscounted(row, pod) ? miscounted : result
  } catch (error) {
    if (isMiscounted(row, pod)) return miscounted
    throw error
  }
}

const miscounted: Untold = { reasons: ['probes-of-another-container'] }

/** Up to 1.7.0 Istio's patch takes a sidecar out first and then changes probes of containers by their old places. */
function isMiscounted({ release }: Row, pod: JsonObject): boolean {
  return !holds('1.7.1', release) && sidecarOf(pod) !== undefined
}

/** What no rule of indistinct.ts can know. */
const alsoUntold: ReadonlyMap<string, string> = new Map([
  ['52-custom-template', 'custom-templates'],
  ['60-hello-openshift-custom-injection', 'openshift-users'],
])

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
        run: () => comparePods(releaseOf(tag), pod, after.get(id) ?? pod),
      }))
    },
  }
}
