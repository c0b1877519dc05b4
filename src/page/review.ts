import { allowed } from '../admission/answer.ts'
import { ReviewError } from '../admission/errors.ts'
import { noticeOf } from '../admission/notice.ts'
import { isObject, stringAt, type Json } from '../injection/json.ts'
import { formatRelease } from '../istio/release.ts'
import { readDocuments } from '../reviews/documents.ts'
import { InputError } from '../reviews/errors.ts'
import { faultOf } from '../reviews/fault.ts'
import { itemsOf } from '../reviews/items.ts'
import { shownTexts } from '../reviews/shown-text.ts'
import { sideBySide } from '../reviews/side-by-side.ts'
import { podName, subjectOf, type Subject } from '../reviews/subject.ts'
import { tryPod, type Trial } from '../reviews/trial.ts'
import type { Choice } from '../revisions/choose.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { ReviewAnswer, ReviewedBy, ReviewedPod, ReviewQuestion } from './answers.ts'
import { excessOf } from './bounds.ts'
import { judged, type Known } from './known.ts'
import { keptOut, pathOf, unknownOf, webhookOf, type Described } from './selected.ts'
import { pause } from './turns.ts'

/** All of BookInfo has 14. */
const mostPods = 50

/** What would become of the pods of a text. The webhook's own requests come in between, from pod to pod and within one. */
export async function reviewText(
  revisions: Revisions,
  question: ReviewQuestion,
  known: Known,
): Promise<ReviewAnswer> {
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
  const asked = objects.slice(0, mostPods)
  const excess = excessOf(asked)
  if (excess !== undefined) return { kind: 'unreadable', detail: excess, line: 0, column: 0 }
  const ignored: string[] = []
  const pods: ReviewedPod[] = []
  for (const json of asked) {
    await pause()
    const reviewed = await reviewObject(revisions, json, { question, known })
    if (reviewed === undefined) ignored.push(titleOf(json, question.namespace))
    else pods.push(reviewed)
  }
  return { kind: 'reviewed', pods, ignored, leftOut: objects.length - asked.length }
}

function titleOf(json: Json, namespace: string): string {
  const kind = isObject(json) ? stringAt(json, 'kind') : ''
  return kind === '' ? 'something without a kind' : `${kind} ${podName(json, namespace)}`
}

interface Asked {
  readonly question: ReviewQuestion
  readonly known: Known
}

async function reviewObject(
  revisions: Revisions,
  json: Json,
  asked: Asked,
): Promise<ReviewedPod | undefined> {
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
    path: pathOf(judgement?.by),
  })
  const reviewed = await described(trial, subject, revisions)
  const warnings = [...unknownOf(judgement?.by), ...reviewed.warnings]
  return { ...titled(subject), ...reviewed, ...webhookOf(judgement?.by), warnings }
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

function titled({ kind, name, isMade }: Subject) {
  return { kind, name, isMade }
}

async function described(
  { choice, outcome, injected, rendered }: Trial,
  { pod = null }: Subject,
  revisions: Revisions,
): Promise<Described> {
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
  await pause()
  const [before, after] = shownTexts(pod, injected)
  await pause()
  const rows = sideBySide(before, after)
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
