import { objectAt, textAt } from '../cluster/objects.ts'
import { numberAt } from '../diagnosis/members.ts'
import type { DirectProbe, EndpointProbe, Reached, Seen } from '../diagnosis/observations.ts'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'

/** A part of the observations, whose value a reader takes or finds to be none. */
export function seenOf<T>(part: Json | undefined, read: (value: Json) => T | undefined): Seen<T> {
  const value = isObject(part) && part['value'] !== undefined ? read(part['value']) : undefined
  return value === undefined
    ? { missing: textAt(part, 'missing') ?? 'the record does not have it' }
    : { value }
}

/** The value if it is an object. */
export function object(value: Json): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

/** What came of calls to a pod, of a record; empty for anything else. */
export function probeOf(probe: Json): readonly EndpointProbe[] {
  const [pod, port] = [textAt(probe, 'pod'), numberAt(probe, 'port')]
  if (!isObject(probe) || pod === undefined || port === undefined) return []
  return [
    {
      pod,
      address: textAt(probe, 'address') ?? '',
      ready: probe['ready'] === true,
      port,
      byApiServer: seenOf(probe['byApiServer'], reachedOf),
      direct: seenOf(probe['direct'], directOf),
      self: seenOf(probe['self'], object),
      selfMs: numberAt(probe, 'selfMs') ?? 0,
    },
  ]
}

function reachedOf(value: Json | undefined): Reached | undefined {
  if (!isObject(value) || typeof value['reached'] !== 'boolean') return undefined
  const ms = numberAt(value, 'ms') ?? 0
  return value['reached']
    ? { reached: true, ms }
    : { reached: false, ms, error: textAt(value, 'error') ?? '' }
}

function directOf(value: Json): DirectProbe | undefined {
  const tcp = reachedOf(objectAt(value, 'tcp'))
  if (tcp === undefined) return undefined
  const [tls, http] = [reachedOf(objectAt(value, 'tls')), reachedOf(objectAt(value, 'http'))]
  const chain = textAt(value, 'chain')
  return {
    tcp,
    ...(tls === undefined ? {} : { tls }),
    ...(http === undefined ? {} : { http }),
    ...(chain === undefined ? {} : { chain }),
  }
}
