import { listAt, namesOf, objectAt, stringAt, stringsAt, type JsonObject } from '../injection/json.ts'
import { legacyStatus, parseStatus, statusKey, type InjectionStatus } from '../injection/status.ts'
import type { Release } from '../istio/release.ts'
import { injectorRelease, type Form } from './injector.ts'
import { parseObject, sidecarOf, variablesOf } from './sidecar.ts'

/** What a pod tells about its injection. */
export interface Evidence {
  /** The names of what was put in. */
  readonly status: InjectionStatus
  /** The revision that the status names, from 1.11. */
  readonly revision: string | undefined
  readonly form: Form
  /** The release that injected, or an older one that leaves nothing else in a pod. */
  readonly release: Release
  readonly sidecar: JsonObject | undefined
  /** The sidecar's variables: the values of each name. */
  readonly variables: ReadonlyMap<string, readonly string[]>
  /** The pod's annotations as the injector met them, where the sidecar was told (up to 1.10). */
  readonly annotations: JsonObject | undefined
  /** The same for its labels (up to 1.5). */
  readonly labels: JsonObject | undefined
}

/** What a pod tells about its injection; undefined for one that was never injected. */
export function readEvidence(pod: JsonObject): Evidence | undefined {
  const annotations = objectAt(objectAt(pod, 'metadata'), 'annotations')
  const text = Object.hasOwn(annotations, statusKey) ? stringAt(annotations, statusKey) : ''
  const written = writtenStatus(text)
  const sidecar = sidecarOf(pod)
  if (written === undefined && !isLegacy(pod, sidecar, text)) return undefined

  const status = (written && parseStatus(text)) ?? legacyStatus
  const revision = written?.['revision']
  const variables = variablesOf(sidecar)
  return {
    status,
    revision: typeof revision === 'string' ? revision : undefined,
    ...injectorRelease({
      hasVersion: written === undefined || Object.hasOwn(written, 'version'),
      hasRevision: revision !== undefined,
      image: sidecar === undefined ? '' : stringAt(sidecar, 'image'),
      words: wordsOf(sidecar, status),
    }),
    sidecar,
    variables,
    annotations: recordedAnnotations(written, variables),
    labels: parseObject(variables.get('ISTIO_METAJSON_LABELS')?.[0]),
  }
}

/** The first value of a variable of the sidecar; undefined where it has none of that name. */
export function variable({ variables }: Evidence, name: string): string | undefined {
  return variables.get(name)?.[0]
}

/** The status as an injector writes it, which always has its lists, if only as null. */
function writtenStatus(text: string): JsonObject | undefined {
  const status = parseObject(text)
  return status !== undefined && Object.hasOwn(status, 'containers') ? status : undefined
}

/**
 * Injectors before 0.8 told of themselves by the names of their containers, and by a word in the status annotation,
 * `injected-version-root@0.2.12`, or nothing. A user's own container istio-proxy has other arguments, if any.
 */
function isLegacy(pod: JsonObject, sidecar: JsonObject | undefined, text: string): boolean {
  const hasInit = namesOf(listAt(objectAt(pod, 'spec'), 'initContainers')).includes('istio-init')
  if (/^(?:injected-)?version-/.test(text)) return hasInit || sidecar !== undefined
  return hasInit && sidecar !== undefined && stringsAt(sidecar, 'args')[0] === 'proxy'
}

function wordsOf(sidecar: JsonObject = {}, status: InjectionStatus): ReadonlySet<string> {
  return new Set([
    ...namesOf(listAt(sidecar, 'env')).map((name) => `env ${name}`),
    ...stringsAt(sidecar, 'args').map((arg) => `arg ${arg.split('=', 1).join('')}`),
    ...status.volumes.map((name) => `volume ${name}`),
  ])
}

/**
 * The annotations that the template wrote down for the sidecar. One without annotations has no such variable: up to
 * 1.10 that says there were none, if the template is one that would have written them.
 */
function recordedAnnotations(
  status: JsonObject | undefined,
  variables: Evidence['variables'],
): JsonObject | undefined {
  const text = variables.get('ISTIO_METAJSON_ANNOTATIONS')?.[0]
  const recorded = parseObject(text)
  if (recorded === undefined) {
    const records = status !== undefined && !Object.hasOwn(status, 'revision')
    return records && text === undefined && variables.has('ISTIO_META_POD_PORTS') ? {} : undefined
  }
  // Of a pod that came injected already they tell what the first injection made.
  return Object.hasOwn(recorded, statusKey) ? undefined : recorded
}
