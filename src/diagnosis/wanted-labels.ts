import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { nameLabel, type NamespaceFacts } from '../selection/namespace.ts'
import type { Configuration, PodWebhook } from './injectors.ts'
import { textsAt } from './members.ts'
import { selects } from './selection.ts'

/** Values of labels that are to be set; undefined: to be taken away. */
type Changes = ReadonlyMap<string, string | undefined>

/** Somewhere, with no labels but its name. */
const anyNamespace: NamespaceFacts = {
  name: 'any',
  labels: { [nameLabel]: 'any' },
  annotations: {},
  created: undefined,
  labelChanges: () => [],
}

/**
 * The labels with which a webhook of the configuration selects ordinary pods of a namespace, as `kubectl label` takes them
 * (`istio-injection=enabled istio.io/rev-`); undefined if none is enough. The first that really does is taken, the one with the fewest changes first.
 */
export function wantedLabels(
  target: Configuration | undefined,
  namespace: NamespaceFacts = anyNamespace,
): string | undefined {
  const found = (target?.webhooks ?? [])
    .map((webhook) => ({ webhook, changes: changesFor(webhook, namespace) }))
    .filter(({ webhook, changes }) => selects(webhook, changed(namespace, changes), {}).selected)
    .toSorted((a, b) => a.changes.size - b.changes.size)
  const [best] = found
  if (best === undefined || best.changes.size === 0) return undefined
  return [...best.changes]
    .map(([key, value]) => (value === undefined ? `${key}-` : `${key}=${value}`))
    .join(' ')
}

function changed(namespace: NamespaceFacts, changes: Changes): NamespaceFacts {
  const labels = Object.entries(namespace.labels).filter(([key]) => !changes.has(key))
  const set = [...changes].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  return { ...namespace, labels: Object.fromEntries([...labels, ...set]) }
}

function changesFor({ object }: PodWebhook, { labels }: NamespaceFacts): Changes {
  const selector = objectAt(object, 'namespaceSelector')
  const changes = new Map<string, string | undefined>()
  for (const [key, value] of Object.entries(objectAt(selector, 'matchLabels'))) {
    if (typeof value === 'string' && labels[key] !== value) changes.set(key, value)
  }
  for (const term of listAt(selector, 'matchExpressions')) {
    const key = textAt(term, 'key')
    // The API server sets it, and lets nobody change it.
    if (key === undefined || key === nameLabel) continue
    const value = labels[key]
    const values = textsAt(term, 'values')
    const operator = textAt(term, 'operator')
    if (operator === 'In' && (value === undefined || !values.includes(value))) changes.set(key, values[0])
    if (operator === 'Exists' && value === undefined) changes.set(key, 'true')
    if (operator === 'DoesNotExist' && value !== undefined) changes.set(key, undefined)
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) changes.set(key, undefined)
  }
  return changes
}
