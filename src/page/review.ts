import { allowed } from '../admission/answer.ts'
import { ReviewError } from '../admission/errors.ts'
import { noticeOf } from '../admission/notice.ts'
import { write } from '../goyaml/index.ts'
import { isObject, stringAt, type Json } from '../injection/json.ts'
import { formatRelease } from '../istio/release.ts'
import type { Judgement } from '../coverage/judge.ts'
import { readDocuments } from '../reviews/documents.ts'
import { InputError } from '../reviews/errors.ts'
import { faultOf } from '../reviews/fault.ts'
import { itemsOf } from '../reviews/items.ts'
import { sideBySide } from '../reviews/side-by-side.ts'
import { podName, subjectOf, type Subject } from '../reviews/subject.ts'
import { tryPod, type Trial } from '../reviews/trial.ts'
import type { Choice } from '../revisions/choose.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { Selection } from '../selection/select.ts'
import type { ReviewAnswer, ReviewedBy, ReviewedPod, ReviewedWebhook, ReviewQuestion } from './answers.ts'
import { judged, type Known } from './known.ts'

/** All of BookInfo has 14; the webhook's own requests wait for each of them. */
const mostPods = 50

/** What would become of the pods of a text. */
export function reviewText(revisions: Revisions, question: ReviewQuestion, known: Known): ReviewAnswer {
  let objects: readonly Json[]
  try {
    objects = readDocuments(question.text, 'the text')
      .flatMap(itemsOf)
      .map(({ json }) => json)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const { detail, line, column } = error
    return { kind: 'unreadable', detail, line, column }
  }
  const ignored: string[] = []
  const pods = objects.slice(0, mostPods).flatMap((json) => {
    const reviewed = reviewObject(revisions, json, { question, known })
    if (reviewed === undefined) ignored.push(titleOf(json, question.namespace))
    return reviewed ?? []
  })
  return { kind: 'reviewed', pods, ignored, leftOut: Math.max(0, objects.length - mostPods) }
}

function titleOf(json: Json, namespace: string): string {
  const kind = isObject(json) ? stringAt(json, 'kind') : ''
  return kind === '' ? 'something without a kind' : `${kind} ${podName(json, namespace)}`
}

interface Asked {
  readonly question: ReviewQuestion
  readonly known: Known
}

function reviewObject(revisions: Revisions, json: Json, asked: Asked): ReviewedPod | undefined {
  const { namespaceLabels, namespace, revision } = asked.question
  let subject: Subject | undefined
  try {
    subject = subjectOf(json, namespace)
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error
    return unreadable(json, namespace, error)
  }
  if (subject === undefined) return undefined
  const judgement =
    revision === undefined
      ? judged(asked.known, subject.pod, { namespace: subject.namespace, labels: namespaceLabels })
      : undefined
  const kept = judgement && keptOut(judgement)
  if (kept !== undefined) return { ...titled(subject), ...kept }
  const trial = tryPod(revisions, {
    pod: subject.pod,
    namespace: subject.namespace,
    namespaceLabels,
    namespaceAnnotations: asked.known.annotationsOf(subject.namespace),
    revision,
    choice: judgement?.choice,
  })
  return { ...titled(subject), ...described(trial, subject, revisions), ...webhookOf(judgement?.by) }
}

function unreadable(json: Json, namespace: string, { code, message }: ReviewError): ReviewedPod {
  return {
    kind: 'AdmissionReview',
    name: podName(json, namespace),
    isMade: false,
    verdict: 'refused',
    reason: code,
    message,
    warnings: [],
    rendered: [],
  }
}

/** What becomes of a pod that comes to no injector; undefined for one that does. */
function keptOut({ by, choice, decision }: Judgement): Described | undefined {
  const webhook = webhookOf(by)
  if (choice === undefined) {
    const { reason, message, field, warnings } = decision
    return { ...webhook, verdict: 'skipped', reason, message, field, warnings, rendered: [] }
  }
  if (by === undefined || !decision.inject) return undefined
  const { entry, field, because } = by
  const said = { ...webhook, reason: 'match-condition', field, warnings: [], rendered: [] }
  switch (by.kind) {
    case 'left-out':
      return {
        ...said,
        verdict: 'skipped',
        message: `webhook ${entry.name} leaves the pod out, as ${because}`,
      }
    case 'passed-over':
      return { ...said, verdict: 'skipped', message: `webhook ${entry.name} is passed over, as ${because}` }
    case 'refused':
      return { ...said, verdict: 'refused', message: `the API server refuses the pod, as ${because}` }
    default:
      return undefined
  }
}

function webhookOf(by: Selection | undefined): { readonly webhook?: ReviewedWebhook } {
  if (by === undefined) return {}
  const { entry, kind, because } = by
  return { webhook: { name: entry.name, configuration: entry.configuration, kind, because } }
}

type Described = Omit<ReviewedPod, 'kind' | 'name' | 'isMade'>

function titled({ kind, name, isMade }: Subject) {
  return { kind, name, isMade }
}

function described(
  { choice, outcome, injected, rendered }: Trial,
  { pod = null }: Subject,
  revisions: Revisions,
): Described {
  const by = byOf(choice, revisions)
  const common = { ...(by === undefined ? {} : { by }), rendered }
  if (outcome.kind === 'failed') {
    const { detail, source, line } = faultOf(outcome.error, rendered)
    return {
      ...common,
      verdict: 'failed',
      reason: outcome.error.code,
      message: detail.trimEnd(),
      advice: outcome.error.advice,
      ...(source === undefined ? {} : { fault: { source, line } }),
      warnings: outcome.decision?.warnings ?? [],
    }
  }
  const { reason, message, field, warnings } = outcome.decision
  const decided = { ...common, reason, message, field, warnings }
  if (outcome.kind === 'skipped' || injected === undefined) {
    // As the webhook answers, and kubectl prints them.
    const { warnings } = allowed(outcome.decision, noticeOf(outcome.decision, pod))
    return { ...decided, warnings, verdict: 'skipped' }
  }
  const after = write(injected)
  const rows = sideBySide(write(pod), after)
  const { patch } = outcome
  return {
    ...decided,
    verdict: 'injected',
    injected: after,
    patch,
    ...(rows === undefined ? {} : { rows }),
  }
}

function byOf(choice: Choice, { sole }: Revisions): ReviewedBy | undefined {
  if (choice.kind === 'unchosen') return undefined
  const { name, settings } = choice.revision
  const release = formatRelease(settings.detection.release)
  return { revision: name, release, ...(sole === undefined ? { says: choice.source.says } : {}) }
}
