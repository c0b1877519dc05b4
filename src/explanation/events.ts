import { isObject, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { EventLine } from './explanation.ts'

/** Events that are about injection: the API server's own words, and ours. */
const reasons: ReadonlySet<string> = new Set(['FailedCreate', 'SidecarNotInjected', 'SidecarInjectionFailed'])

/** Whom Events may be about: the object, what it makes, and what made it. */
export interface EventTarget {
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

/** The Events about an object and its own, newest first. */
export function eventsOf(
  events: readonly JsonObject[],
  targets: readonly EventTarget[],
): readonly EventLine[] {
  return events
    .filter(isOfInterest)
    .filter((event) => targets.some((target) => isAbout(event, target)))
    .map(lineOf)
    .sort((a, b) => (a.time < b.time ? 1 : -1))
}

function isAbout(event: JsonObject, { kind, name, namespace }: EventTarget): boolean {
  const about = objectAt(event, 'involvedObject')
  if (stringAt(about, 'namespace') !== namespace) return false
  const [aboutKind, aboutName] = [stringAt(about, 'kind'), stringAt(about, 'name')]
  if (aboutKind === kind && aboutName === name) return true
  // web-7d9c4f5b6 of web, not web-api-… of web.
  const made = makers.get(kind)
  return (
    made !== undefined &&
    made.kind === aboutKind &&
    made.suffix.test(aboutName.slice(name.length)) &&
    aboutName.startsWith(name)
  )
}

/** Who makes the pods of whom, and what it adds to the name. */
const makers: ReadonlyMap<string, { readonly kind: string; readonly suffix: RegExp }> = new Map([
  ['Deployment', { kind: 'ReplicaSet', suffix: /^-[a-z0-9]{4,10}$/ }],
  ['Rollout', { kind: 'ReplicaSet', suffix: /^-[a-z0-9]{4,10}$/ }],
  ['CronJob', { kind: 'Job', suffix: /^-\d{8,10}$/ }],
  ['DeploymentConfig', { kind: 'ReplicationController', suffix: /^-\d+$/ }],
])

function lineOf(event: JsonObject): EventLine {
  const about = objectAt(event, 'involvedObject')
  const count = event['count']
  const series = objectAt(event, 'series')['count']
  return {
    time:
      stringAt(event, 'lastTimestamp') ||
      stringAt(event, 'eventTime') ||
      stringAt(objectAt(event, 'metadata'), 'creationTimestamp'),
    object: `${stringAt(about, 'kind')}/${stringAt(about, 'name')}`,
    reason: stringAt(event, 'reason'),
    message: stringAt(event, 'message'),
    count: typeof count === 'number' ? count : typeof series === 'number' ? series : 1,
  }
}

/** Is it one that explanations may show? Of large clusters, others need not be kept. */
export function isOfInterest(event: JsonObject): boolean {
  return reasons.has(stringAt(event, 'reason'))
}

/** Is it an Event at all? */
export function isEvent(object: JsonObject): boolean {
  return object['kind'] === 'Event' && isObject(object['involvedObject'])
}

/** A webhook that an Event of a refused pod names, by the API server's words; undefined if it names none. */
export function namedWebhook({
  message,
}: EventLine): { readonly name: string; readonly denied: boolean } | undefined {
  const failed = /failed calling (?:admission )?webhook "([^"]+)"/.exec(message)?.[1]
  if (failed !== undefined) return { name: failed, denied: false }
  const denied = /admission webhook "([^"]+)" denied the request/.exec(message)?.[1]
  return denied === undefined ? undefined : { name: denied, denied: true }
}
