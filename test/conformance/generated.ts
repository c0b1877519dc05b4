import fastJsonPatch from 'fast-json-patch'
import { inject } from '../../src/injection/inject.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { firstDifference, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'
import { normalisedText } from './normalise.ts'

interface PodRow {
  readonly id: string
  readonly namespace: string
  readonly pod: JsonObject
}

interface AnswerRow {
  readonly id: string
  readonly allowed: boolean
  readonly message: string
  readonly pod?: Json
}

/** Generated pods as a release's own injector answered them; the release is left to detection. */
export function generatedPods(root: Folder, tag: string): Suite {
  const name = `generated/${tag}`
  const folder = root.in(name)
  const source: SettingsSource = {
    config: folder.text('config'),
    values: folder.optional('values'),
    mesh: folder.text('mesh'),
    revision: Number(tag.split('.')[1]) <= 8 ? '' : 'default',
  }
  const pods = new Map(
    root
      .in('generated')
      .jsonLines<PodRow>('pods.jsonl')
      .map((row) => [row.id, row]),
  )
  return {
    name,
    cases: folder.jsonLines<AnswerRow>('answers.jsonl.gz').map((answer) => ({
      id: `${name}#${answer.id}`,
      run: () => {
        const row = pods.get(answer.id)
        if (row === undefined) return 'no such pod'
        if (isExcused(tag, row)) return undefined
        const outcome = inject(settingsOf(source), { pod: row.pod, namespace: row.namespace, path: '' })
        return compare(row.pod, outcome, answer)
      },
    })),
  }
}

/** What the data's own description excuses: see docs/differences.md. */
function isExcused(tag: string, { pod, namespace }: PodRow): boolean {
  const minor = Number(tag.split('.')[1])
  if (minor === 0 && namespace === 'kube-system' && stringAt(objectAt(pod, 'metadata'), 'namespace') === '')
    return true
  if (minor > 8) return false
  return listAt(objectAt(pod, 'spec'), 'containers').some(
    (item) => isObject(item) && stringAt(item, 'name') === 'istio-proxy',
  )
}

function compare(pod: JsonObject, outcome: Outcome, answer: AnswerRow): string | undefined {
  if (outcome.kind === 'failed') {
    return answer.allowed ? `refused: ${outcome.error.message} ${String(outcome.error.cause)}` : undefined
  }
  if (!answer.allowed) return `allowed, want refused: ${answer.message}`
  const got = outcome.kind === 'injected' ? patched(pod, outcome.patch) : pod
  return firstDifference(normalisedText(got), normalisedText(answer.pod ?? pod))
}

/** The pod with a patch applied. */
export function patched(pod: JsonObject, patch: string): JsonObject {
  return fastJsonPatch.applyPatch(pod, JSON.parse(patch), false, false).newDocument
}
