import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { Choice } from '../revisions/choose.ts'
import { changesOf, type Change } from '../selection/managed-fields.ts'
import { nameLabel, type NamespaceFacts } from '../selection/namespace.ts'
import { isMirror } from '../selection/received.ts'
import type { Selection } from '../selection/select.ts'
import type { WebhookEntry } from '../selection/webhook-entry.ts'
import type { Judgement } from './judge.ts'
import type { Surroundings } from './surroundings.ts'
import type { CoverageReason } from './types.ts'

/** Why a pod has no sidecar, though it would get one now. */
export interface Absence {
  readonly reason: CoverageReason
  readonly message: string
  /** What was seen that speaks for it, with times. */
  readonly evidence: readonly string[]
}

/** Finds out from times and webhooks why a pod that should have a sidecar has none. The surest reason comes first. */
export function absenceOf(pod: JsonObject, judgement: Judgement, surroundings: Surroundings): Absence {
  const metadata = objectAt(pod, 'metadata')
  const created = stringAt(metadata, 'creationTimestamp')
  const facts = surroundings.namespaces.get(stringAt(metadata, 'namespace'))
  const { by, choice } = judgement
  if (isMirror(pod)) {
    return {
      reason: 'static-pod',
      message: 'the kubelet runs this pod as a file on its node says, whatever webhooks change in its image',
      evidence: ['annotation kubernetes.io/config.mirror is there'],
    }
  }
  return (
    leftOut(by) ??
    beforeWebhook(by, created) ??
    beforeLabel(by, facts, created) ??
    beforeSettings(choice, surroundings, created) ??
    webhookIgnored(by, facts, created, changedSettings(choice, surroundings, created)) ??
    beforeChange(by, created) ??
    beforeSettingsChange(choice, surroundings, created) ??
    unexplained(by)
  )
}

function leftOut(by: Selection | undefined): Absence | undefined {
  if (by?.kind !== 'left-out') return undefined
  return {
    reason: 'match-condition',
    message: `webhook ${by.entry.name} leaves the pod out, as ${by.because}`,
    evidence: [`${by.entry.configuration}: ${by.field}`],
  }
}

function beforeWebhook(by: Selection | undefined, created: string): Absence | undefined {
  const since = by?.entry.created
  if (by === undefined || since === undefined || !isBefore(created, since)) return undefined
  return {
    reason: 'before-webhook',
    // Nothing tells of one that was there before and was deleted.
    message: `the pod is older than MutatingWebhookConfiguration ${by.entry.configuration}: there was none when it was made, or another`,
    evidence: [
      `pod created ${created}`,
      `MutatingWebhookConfiguration ${by.entry.configuration} created ${since}`,
    ],
  }
}

function beforeLabel(
  by: Selection | undefined,
  facts: NamespaceFacts | undefined,
  created: string,
): Absence | undefined {
  if (facts === undefined) return undefined
  for (const key of selectingKeys(by?.entry, facts)) {
    const change = newest(facts.labelChanges(key))
    if (change === undefined || !isBefore(created, change.time)) continue
    const label = `label ${key}=${facts.labels[key]} of namespace ${facts.name}`
    return {
      reason: 'before-namespace-label',
      message: change.isOnly
        ? `the pod is older than ${label}, or than its last change`
        : `the pod is probably older than ${label}: whoever has set it has changed the namespace since the pod was made`,
      evidence: [
        `pod created ${created}`,
        `label ${key} of namespace ${facts.name} last set by ${change.manager}, ${change.time} at the latest`,
        ...(change.isOnly
          ? []
          : [`${change.manager} has set more of the namespace, so that the label may be older`]),
      ],
    }
  }
  return undefined
}

/** The labels that a namespace is selected by; where webhooks are not known, those of Istio's charts. */
function selectingKeys(entry: WebhookEntry | undefined, { labels }: NamespaceFacts): readonly string[] {
  const keys = entry === undefined ? ['istio-injection', 'istio.io/rev'] : entry.namespaceSelector.keys
  return keys.filter((key) => key !== nameLabel && Object.hasOwn(labels, key))
}

function beforeSettings(
  choice: Choice | undefined,
  surroundings: Surroundings,
  created: string,
): Absence | undefined {
  if (choice?.kind !== 'chosen') return undefined
  const { name } = choice.revision
  const since = surroundings.settingsTimes?.(name)?.created
  if (since === undefined || !isBefore(created, since)) return undefined
  return {
    reason: 'before-settings',
    message: `the pod is older than the injector's settings of revision ${name}: there were none when it was made, or others`,
    evidence: [`pod created ${created}`, `ConfigMap of revision ${name} created ${since}`],
  }
}

function webhookIgnored(
  by: Selection | undefined,
  facts: NamespaceFacts | undefined,
  created: string,
  settings: readonly string[],
): Absence | undefined {
  if (by === undefined || by.entry.failurePolicy !== 'Ignore') return undefined
  if (by.kind !== 'called' && by.kind !== 'passed-over') return undefined
  const { name, configuration } = by.entry
  return {
    reason: 'webhook-ignored',
    message:
      by.kind === 'passed-over'
        ? `webhook ${name} is passed over, as ${by.because}, and its failurePolicy is Ignore`
        : `webhook ${name} selects the pod, so its call has probably failed, which failurePolicy Ignore lets pass without a word`,
    evidence: [
      `failurePolicy of ${name} in ${configuration} is Ignore`,
      ...laterChanges(by.entry, created),
      ...settings,
      ...undated(by.entry, facts),
      'the API server counts such calls: apiserver_admission_webhook_fail_open_count; `sidecar-injector doctor` looks for the cause',
    ],
  }
}

/** What would speak against a failed call, were it known: a selection that is younger than the pod. */
function undated(entry: WebhookEntry, facts: NamespaceFacts | undefined): readonly string[] {
  const keys = facts === undefined ? [] : selectingKeys(entry, facts)
  return [
    ...keys
      .filter((key) => facts?.labelChanges(key).length === 0)
      .map((key) => `not known: since when namespace ${facts?.name} has label ${key} (no managedFields)`),
    ...(entry.created === undefined ? [`not known: since when ${entry.configuration} is there`] : []),
  ]
}

function beforeChange(by: Selection | undefined, created: string): Absence | undefined {
  const changes = by === undefined ? [] : laterChanges(by.entry, created)
  if (by === undefined || changes.length === 0) return undefined
  return {
    reason: 'before-webhook',
    message: `webhook ${by.entry.name} selects the pod now, and was changed since the pod was made`,
    evidence: [`pod created ${created}`, ...changes],
  }
}

function beforeSettingsChange(
  choice: Choice | undefined,
  surroundings: Surroundings,
  created: string,
): Absence | undefined {
  const changes = changedSettings(choice, surroundings, created)
  if (choice?.kind !== 'chosen' || changes.length === 0) return undefined
  return {
    reason: 'before-settings',
    message: `the injector's settings of revision ${choice.revision.name} would inject the pod now, and were changed since it was made`,
    evidence: [`pod created ${created}`, ...changes],
  }
}

/** That the settings may have said something else when the pod was made. */
function changedSettings(
  choice: Choice | undefined,
  surroundings: Surroundings,
  created: string,
): readonly string[] {
  if (choice?.kind !== 'chosen') return []
  const { name } = choice.revision
  const change = newest(surroundings.settingsTimes?.(name)?.changes ?? [])
  if (change === undefined || !isBefore(created, change.time)) return []
  return [`ConfigMap of revision ${name} last changed by ${change.manager}, ${change.time} at the latest`]
}

function unexplained(by: Selection | undefined): Absence {
  return {
    reason: 'unexplained',
    message: 'the pod would get a sidecar now; nothing that is seen says why it got none when it was created',
    evidence: by === undefined ? [] : [`webhook ${by.entry.name} selects it: ${by.because}`],
  }
}

/** The pod's own wish was set after it was made: then it says what would be now, and not what was. Undefined if it was not. */
export function laterWish(pod: JsonObject, field: string): string | undefined {
  const [, map, key] = /^metadata\.(labels|annotations)\["(.+)"\]$/.exec(field) ?? []
  if (map === undefined || key === undefined) return undefined
  const metadata = objectAt(pod, 'metadata')
  const changes = changesOf(metadata, ['f:metadata', `f:${map}`, `f:${key}`])
  const created = stringAt(metadata, 'creationTimestamp')
  const change = newest(changes)
  if (change === undefined || !changes.every(({ time }) => isBefore(created, time))) return undefined
  return `pod created ${created}, ${field} last set by ${change.manager}, ${change.time} at the latest`
}

function laterChanges({ changes, configuration }: WebhookEntry, created: string): readonly string[] {
  const change = newest(changes)
  if (change === undefined || !isBefore(created, change.time)) return []
  return [`webhooks of ${configuration} last changed by ${change.manager}, ${change.time} at the latest`]
}

function newest(changes: readonly Change[]): Change | undefined {
  return changes.toSorted((a, b) => (a.time < b.time ? 1 : -1))[0]
}

/** Kubernetes writes times in whole seconds of UTC, so that texts compare as times do. */
function isBefore(a: string, b: string): boolean {
  return a !== '' && a < b
}
