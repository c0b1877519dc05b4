import { objectAt, type JsonObject, type StringMap } from '../injection/json.ts'
import type { FailedRequirement } from '../kubernetes/selector.ts'
import { conditionInput, type ConditionInput } from './condition.ts'
import { textsOf, type NamespaceFacts } from './namespace.ts'
import { received, requestOf } from './received.ts'
import { isForPods } from './rules.ts'
import type { WebhookEntry } from './webhook-entry.ts'

/** What the API server does with a webhook when a pod is created. */
export type SelectionKind =
  | 'called'
  | 'other-requests' // the rules are for something else
  | 'other-namespaces' // namespaceSelector
  | 'other-pods' // objectSelector
  | 'left-out' // a matchCondition is false
  | 'passed-over' // a matchCondition fails, and failurePolicy is Ignore
  | 'refused' // a matchCondition fails, and failurePolicy is Fail: the pod is not created
  | 'unknown' // something decides that is not known here

export interface Selection {
  readonly entry: WebhookEntry
  readonly kind: SelectionKind
  /** What decided: `namespaceSelector`, `matchConditions[not-opted-out]`; "" where nothing is against it. */
  readonly field: string
  /** A sentence for people. */
  readonly because: string
}

/** A pod that is to be created. */
export interface Candidate {
  readonly pod: JsonObject
  readonly namespace: string
  /** Undefined where it is not known. */
  readonly facts: NamespaceFacts | undefined
  /** What matchConditions are asked with. */
  readonly input: () => ConditionInput
}

/** A pod that is to be created, to be asked webhooks about; `notKept` are members that it may have had. */
export function candidateOf(
  pod: JsonObject,
  namespace: string,
  facts: NamespaceFacts | undefined,
  notKept?: ReadonlySet<string>,
): Candidate {
  let made: ConditionInput | undefined
  const input = () => (made ??= conditionInput(received(pod, namespace), requestOf(pod, namespace), notKept))
  return { pod, namespace, facts, input }
}

/** Would the API server call a webhook for a pod? In its own order: rules, namespaceSelector, objectSelector, matchConditions. */
export function selectEntry(entry: WebhookEntry, candidate: Candidate): Selection {
  const { pod, namespace, facts } = candidate
  const say = (kind: SelectionKind, field: string, because: string): Selection => ({
    entry,
    kind,
    field,
    because,
  })
  if (!entry.rules.some(isForPods))
    return say('other-requests', 'rules', 'its rules are not for the creation of pods')

  if (!entry.namespaceSelector.isEmpty) {
    if (facts === undefined) {
      return say('unknown', 'namespaceSelector', `the labels of namespace ${namespace} are not known`)
    }
    const failed = entry.namespaceSelector.failing(facts.labels)
    if (failed !== undefined) {
      return say(
        'other-namespaces',
        'namespaceSelector',
        unmet(failed, facts.labels, `namespace ${namespace}`),
      )
    }
  }
  const labels = textsOf(objectAt(objectAt(pod, 'metadata'), 'labels'))
  const failed = entry.objectSelector.failing(labels)
  if (failed !== undefined) return say('other-pods', 'objectSelector', unmet(failed, labels, 'the pod'))
  return (
    byConditions(entry, candidate) ?? say('called', '', 'rules, selectors and matchConditions select the pod')
  )
}

/** `it wants istio-injection in (enabled), and namespace shop has no label istio-injection` */
function unmet({ key, text }: FailedRequirement, labels: StringMap, whose: string): string {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  const has = value === undefined ? `has no label ${key}` : `has label ${key}=${value}`
  return `it wants ${text}, and ${whose} ${has}`
}

/**
 * One that is false leaves the pod out, whatever the others say; else one that fails counts. One that is not known may be
 * false, so that only where the webhook is not called either way it does not matter. Undefined where all are true.
 */
function byConditions(entry: WebhookEntry, candidate: Candidate): Selection | undefined {
  if (entry.conditions.length === 0) return undefined
  const input = candidate.input()
  const truths = entry.conditions.map(({ name, condition }) => ({
    field: `matchConditions[${name}]`,
    expression: condition.expression,
    truth: condition.evaluate(input),
  }))
  const no = truths.find(({ truth }) => truth.kind === 'false')
  if (no !== undefined) {
    return {
      entry,
      kind: 'left-out',
      field: no.field,
      because: `its matchCondition is false: ${no.expression}`,
    }
  }
  const order =
    entry.failurePolicy === 'Fail' ? (['unknown', 'error'] as const) : (['error', 'unknown'] as const)
  for (const wanted of order) {
    for (const { field, truth } of truths) {
      if (truth.kind === 'unknown' && wanted === 'unknown')
        return { entry, kind: 'unknown', field, because: `its matchCondition ${truth.why}` }
      if (truth.kind !== 'error' || wanted !== 'error') continue
      const kind = entry.failurePolicy === 'Fail' ? 'refused' : 'passed-over'
      return { entry, kind, field, because: `its matchCondition fails: ${truth.why}` }
    }
  }
  return undefined
}
