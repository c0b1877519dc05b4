import fastJsonPatch from 'fast-json-patch'
import { inject } from '../../src/injection/inject.ts'
import type { Json, JsonObject } from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
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
  return { release: tag, name, data: name, cases: () => casesOf(root, name, tag) }
}

function casesOf(root: Folder, name: string, tag: string): ConformanceCase[] {
  const folder = root.in(name)
  const source: SettingsSource = {
    config: folder.text('config'),
    values: folder.optional('values'),
    mesh: folder.text('mesh'),
    revision: Number(tag.split('.')[1]) <= 8 ? '' : 'default',
  }
  const rows: readonly PodRow[] = root.in('generated').jsonLines('pods.jsonl')
  const pods = new Map(rows.map((row) => [row.id, row]))
  const answers: readonly AnswerRow[] = folder.jsonLines('answers.jsonl.gz')
  return answers.map((answer) => ({
    id: `${name}#${answer.id}`,
    run: () => {
      const row = pods.get(answer.id)
      if (row === undefined) return 'no such pod'
      const outcome = inject(settingsOf(source), { pod: row.pod, namespace: row.namespace, path: '' })
      return compare(row.pod, outcome, answer)
    },
  }))
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
