import fastJsonPatch from 'fast-json-patch'
import { noticeOf } from '../admission/notice.ts'
import type { Judgement } from '../coverage/judge.ts'
import { findingBy, unlabelled } from '../coverage/pod-coverage.ts'
import { sidecarIn } from '../coverage/sidecar.ts'
import { workloadOf } from '../coverage/workload.ts'
import { isObject, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import type { Outcome } from '../injection/outcome.ts'
import { formatRelease } from '../istio/release.ts'
import type { Subject } from '../reviews/subject.ts'
import { uninject } from '../uninjection/uninject.ts'
import { adviceOn, type Advised } from './advice.ts'
import { blockedBy, decided } from './decided.ts'
import { eventsOf, type EventTarget } from './events.ts'
import type { Explanation, PodsLine, WebhookLine } from './explanation.ts'
import { look, type Look } from './look.ts'
import { podLines, podsOf } from './pods.ts'
import type { World } from './world.ts'

/** What is the matter with an object, by everything that was seen. Never throws. */
export function explain(subject: Subject, world: World): Explanation {
  const { surroundings } = world
  const pod = isObject(subject.pod) ? subject.pod : {}
  const metadata = objectAt(pod, 'metadata')
  const exists = !subject.isMade && stringAt(metadata, 'creationTimestamp') !== ''
  const sidecar = exists ? sidecarIn(pod) : undefined
  // What comes to the webhook is the pod without a sidecar.
  const original = sidecar === undefined ? pod : unlabelled(uninject(pod).pod)

  const seen = look(original, subject.namespace, world)
  const pods = podsOf(subject, world)
  const events = eventsOf(world.events, targetsOf(subject, pod))
  const blocked = exists ? undefined : blockedBy(events, pods, seen.judgement)
  const finding =
    exists && seen.judgement !== undefined ? findingBy(pod, sidecar, seen.judgement, surroundings) : undefined
  const { verdict, reason, message, field } = decided(seen.now, finding, blocked)
  const selections = seen.judgement?.selections ?? []
  const choice = seen.judgement?.choice
  const lines = podLines(pods, surroundings)
  const chosen = choice?.kind === 'chosen' ? choice.revision : undefined
  return {
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name.slice(subject.name.indexOf('/') + 1),
    exists,
    verdict,
    reason,
    message,
    field,
    revision: chosen?.name,
    release:
      chosen &&
      `Istio ${formatRelease(chosen.settings.detection.release)}: ${chosen.settings.detection.because}`,
    templateHash: chosen?.settings.templateHash,
    now: seen.now,
    webhooks: selections.map(webhookLine),
    pods: lines,
    evidence: [...(finding?.evidence ?? []), ...countersOf(seen.judgement, world), ...rivals(selections)],
    events,
    warnings: warningsOf(seen, original),
    advice: advices([reason], lines, {
      namespace: subject.namespace,
      workload: workloadFor(subject, pod),
      selections,
    }),
    notKnown: notKnown(subject, world),
    change: changeOf(seen.outcome, original, sidecar === undefined ? original : pod),
  }
}

function webhookLine({ entry, kind, field, because }: Judgement['selections'][number]): WebhookLine {
  const { configuration, name, failurePolicy } = entry
  return { configuration, name, kind, field, because, failurePolicy }
}

/** Two injectors that are both called: the second finds the first one's sidecar. */
function rivals(selections: Judgement['selections']): readonly string[] {
  const called = selections
    .filter(({ kind }) => kind === 'called')
    .map(({ entry }) => `${entry.configuration}/${entry.name}`)
  return called.length < 2
    ? []
    : [`${called.length} webhooks would inject the pod, one after the other: ${called.join(', ')}`]
}

function countersOf(judgement: Judgement | undefined, { failedOpen }: World): readonly string[] {
  return (judgement?.selections ?? []).flatMap(({ entry, kind }) => {
    const count = failedOpen.get(entry.name) ?? 0
    if (kind !== 'called' || count === 0) return []
    return [
      `calls of webhook ${entry.name} that failed and were ignored, as one API server counts since its start: ${count}`,
    ]
  })
}

/** What kubectl would show; the webhook's answer has the same. One that is not called gives none. */
function warningsOf({ outcome, judgement }: Look, pod: Json): readonly string[] {
  const kind = judgement?.by?.kind
  if (kind !== undefined && kind !== 'called' && kind !== 'unknown') return []
  if (outcome === undefined || outcome.kind === 'failed') return outcome?.decision?.warnings ?? []
  const notice = outcome.kind === 'skipped' ? noticeOf(outcome.decision, pod) : undefined
  return [...(notice === undefined ? [] : [notice.message]), ...outcome.decision.warnings]
}

function changeOf(
  outcome: Outcome | undefined,
  original: JsonObject,
  before: JsonObject,
): Explanation['change'] {
  if (outcome?.kind !== 'injected') return undefined
  const patch: fastJsonPatch.Operation[] = JSON.parse(outcome.patch)
  return { before, after: fastJsonPatch.applyPatch<Json>(original, patch, false, false).newDocument }
}

function targetsOf(subject: Subject, pod: JsonObject): readonly EventTarget[] {
  const { namespace, kind } = subject
  const own = { kind, name: subject.name.slice(subject.name.indexOf('/') + 1), namespace }
  const [ownerKind, ownerName] = workloadOf(pod)?.split('/') ?? []
  if (subject.isMade || ownerKind === undefined || ownerName === undefined) return [own]
  return [own, { kind: ownerKind, name: ownerName, namespace }]
}

function workloadFor(subject: Subject, pod: JsonObject): string | undefined {
  if (subject.isMade && subject.kind !== 'Namespace')
    return `${subject.kind}/${subject.name.slice(subject.name.indexOf('/') + 1)}`
  return workloadOf(pod)
}

/** What to do about the object, and about pods of it that are not what a new one would be. */
function advices(
  reasons: readonly Explanation['reason'][],
  pods: readonly PodsLine[],
  advised: Advised,
): readonly string[] {
  const wrong = pods.filter(({ state }) => state !== 'injected').map(({ reason }) => reason)
  return [...new Set([...reasons, ...wrong].flatMap((reason) => adviceOn(reason, advised)))]
}

/** What is not known of this object, and in general. */
function notKnown(
  { namespace }: Subject,
  { surroundings, unreadable, notKnown: more, isEks }: World,
): readonly string[] {
  const lines = [...more]
  const { webhooks, namespaces } = surroundings
  if (webhooks === undefined)
    lines.push("webhook configurations: those of Istio's charts are taken for there")
  if (!namespaces.has(namespace)) {
    lines.push(
      `namespace ${namespace}: ${webhooks === undefined ? 'its pods are taken for selected' : 'what selects by its labels is not known'}`,
    )
  }
  for (const { configuration, name, why } of unreadable)
    lines.push(`webhook ${name} of ${configuration}: ${why}`)
  if (namespace === 'kube-system' && isEks !== false) {
    lines.push('Amazon EKS keeps some pods of kube-system from all webhooks, whatever their selectors say')
  }
  return lines
}
