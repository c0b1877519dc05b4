import { objectAt } from '../cluster/objects.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { compileSelector, SelectorError } from '../kubernetes/selector.ts'
import { textsOf, type NamespaceFacts } from '../selection/namespace.ts'
import { candidateOf, selectEntry } from '../selection/select.ts'
import { selectorOf } from '../selection/webhook-entry.ts'
import { canaryPod } from './canary.ts'
import type { PodWebhook } from './injectors.ts'

/** Whether a webhook is called for a pod. */
export type Selected =
  | {
      readonly selected: true
      /** Not where something decides that only the API server knows. */
      readonly sure: boolean
    }
  | {
      readonly selected: false
      /** `namespaceSelector: it wants istio-injection in (enabled), and namespace web has no label istio-injection` */
      readonly because: string
    }

export type Labels = Readonly<Record<string, string>>

/** Looks at rules, selectors and matchConditions, as the API server does, for an ordinary pod with these labels. */
export function selects({ entry }: PodWebhook, namespace: NamespaceFacts, podLabels: Labels): Selected {
  if (entry === undefined) return { selected: false, because: 'its selectors cannot be read' }
  const pod = canaryPod(namespace.name, 'ordinary', podLabels)
  const { kind, field, because } = selectEntry(entry, candidateOf(pod, namespace.name, namespace))
  if (kind === 'called' || kind === 'unknown') return { selected: true, sure: kind === 'called' }
  return { selected: false, because: `${field}: ${because}` }
}

/** Whether all requirements of a label selector hold; of one that cannot be read, they do not. */
export function selectorMatches(selector: JsonObject, labels: Labels): boolean {
  try {
    return compileSelector(selectorOf(selector)).matches(labels)
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    return false
  }
}

/** The labels of an object, as far as they are strings. */
export function labelsOf(object: JsonObject): Labels {
  const labels = objectAt(object['metadata'], 'labels')
  return isObject(labels) ? textsOf(labels) : {}
}
