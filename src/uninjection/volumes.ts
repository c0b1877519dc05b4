import { isObject, listAt, namesOf, stringAt, type Json } from '../injection/json.ts'
import { withoutAppended } from './appended.ts'
import { itemPlace, type Note } from './change.ts'
import type { Evidence } from './evidence.ts'

/**
 * A pod's volumes without the injected ones. One that a remaining container mounts stays: from 1.9 on an injector
 * merges its own into a user's volume of the same name, and a pod without it would not be a valid one.
 */
export function withoutVolumes(
  volumes: readonly Json[],
  containers: readonly Json[],
  { status, form }: Evidence,
  note: Note,
): readonly Json[] {
  const mounted = mountedVolumes(containers)
  const counts = countOf(namesOf(volumes))
  const names = status.volumes.filter((name) => !mounted.has(name) || (counts.get(name) ?? 0) > 1)
  return without('volumes', volumes, names, form, note)
}

/**
 * A pod's pull secrets without the injected ones. From 1.9 on what is merged in comes first, so that a secret behind
 * one of the user's own was there before.
 */
export function withoutSecrets(
  secrets: readonly Json[],
  { status, form }: Evidence,
  note: Note,
): readonly Json[] {
  const injected = new Set(status.imagePullSecrets)
  const all = namesOf(secrets)
  const own = new Set(
    form === 'pod' ? all.filter((_, index) => index > 0 && !injected.has(all[index - 1] ?? '')) : [],
  )
  const names = status.imagePullSecrets.filter((name) => !own.has(name))
  return without('imagePullSecrets', secrets, names, form, note)
}

function without(
  list: 'volumes' | 'imagePullSecrets',
  items: readonly Json[],
  names: readonly string[],
  form: Evidence['form'],
  note: Note,
): readonly Json[] {
  const removed = (name: string): void => note({ action: 'removed', place: itemPlace(list, name) })
  if (form === 'lists') return withoutAppended(items, names, removed)
  const gone = new Set(names)
  return items.filter((item) => {
    const name = isObject(item) ? stringAt(item, 'name') : ''
    if (gone.has(name)) removed(name)
    return !gone.has(name)
  })
}

function mountedVolumes(containers: readonly Json[]): ReadonlySet<string> {
  const mounts = containers
    .filter(isObject)
    .flatMap((container) => [listAt(container, 'volumeMounts'), listAt(container, 'volumeDevices')])
  return new Set(mounts.flatMap(namesOf))
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
