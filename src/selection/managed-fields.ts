import { isObject, listAt, stringAt, type JsonObject } from '../injection/json.ts'

/** Somebody has set something of an object, for the last time then. */
export interface Change {
  /** RFC 3339. */
  readonly time: string
  /** `kubectl-label` */
  readonly manager: string
  /** The manager has set nothing else of the object, so that the time is that of this. */
  readonly isOnly: boolean
}

/**
 * When something of an object was set, as far as `managedFields` tell (Kubernetes 1.18): one entry a manager, with the
 * time of the last change of anything that it owns, so that what is asked for may be older, but is no younger.
 * `path` is that of the field, as in managedFields: `f:metadata`, `f:labels`, `f:istio-injection`.
 */
export function changesOf(metadata: JsonObject, path: readonly string[]): readonly Change[] {
  return listAt(metadata, 'managedFields')
    .filter(isObject)
    .filter((entry) => owns(entry['fieldsV1'], path) && !isCaBundleOnly(entry['fieldsV1']))
    .map((entry) => ({
      time: stringAt(entry, 'time'),
      manager: stringAt(entry, 'manager'),
      isOnly: ownsOnly(entry['fieldsV1'], path),
    }))
    .filter(({ time }) => time !== '')
}

function owns(fields: JsonObject[string], path: readonly string[]): boolean {
  let at = fields
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return false
    at = at[name]
  }
  return true
}

function ownsOnly(fields: JsonObject[string], path: readonly string[]): boolean {
  const [name, ...rest] = path
  if (name === undefined) return true
  if (!isObject(fields)) return false
  const others = Object.keys(fields).filter((key) => key !== '.' && key !== name)
  return others.length === 0 && ownsOnly(fields[name], rest)
}

/** Whoever keeps certificates owns nothing of a webhook but its key and its caBundle. */
function isCaBundleOnly(fields: JsonObject[string]): boolean {
  if (!isObject(fields)) return false
  const webhooks = fields['f:webhooks']
  if (!isObject(webhooks)) return false
  const names = new Set<string>()
  for (const webhook of Object.values(webhooks).filter(isObject)) {
    for (const name of Object.keys(webhook)) names.add(name)
  }
  names.delete('.')
  names.delete('f:name')
  return names.size > 0 && [...names].every((name) => name === 'f:clientConfig')
}
