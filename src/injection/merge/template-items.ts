import { marshalText } from '../../golang/json.ts'
import { listAt, namesOf, objectAt, type JsonObject } from '../json.ts'
import { statusLists } from '../status.ts'

/** What templates make of an empty pod: which containers, volumes and secrets are theirs. */
export interface TemplateItems {
  /** As it came out for one pod: for another whose texts have the same shape strings in it may differ, but no names. */
  readonly pod: JsonObject
  /** The names as members of the status annotation: `"initContainers":["istio-init"],…,"imagePullSecrets":null`. */
  readonly text: string
}

/** The items of templates by what they make of an empty pod. */
export function templateItems(pod: JsonObject): TemplateItems {
  const spec = objectAt(pod, 'spec')
  const members = statusLists.map((list) => {
    const names = namesOf(listAt(spec, list)).map((name) => marshalText(name))
    return `"${list}":${names.length === 0 ? 'null' : `[${names.join(',')}]`}`
  })
  return { pod, text: members.join(',') }
}
