import type { Decision } from '../injection/decision.ts'
import { isObject, objectAt, type Json, type JsonObject, type StringMap } from '../injection/json.ts'
import { askedFor, revisionLabel, webhooks, type Source } from './asked-for.ts'
import { defaultRevision, type Revision, type Revisions } from './revisions.ts'

/** What a revision is chosen by. */
export interface RevisionRequest {
  /** `request.object`, not looked at yet. */
  readonly pod: Json | undefined
  /** The revision or tag that the URL names: `1-30` of `/revision/1-30/inject`. Default: none. */
  readonly revision?: string | undefined
  /**
   * The labels of the namespace, where a command was told them: they then decide, as the charts' webhooks would, whether
   * the pod is meant at all. The server does not know them and need not: it was called, so a webhook has selected the
   * pod. Default: not known.
   */
  readonly namespaceLabels?: StringMap | undefined
}

/** The revision that a pod is meant for; or the decision not to inject it, as there is none. */
export type Choice = Chosen | Unchosen

export interface Chosen {
  readonly kind: 'chosen'
  readonly revision: Revision
  /** What decided. */
  readonly source: Source
}

export interface Unchosen {
  readonly kind: 'unchosen'
  readonly decision: Decision
}

const path: Source = { field: 'path', says: 'the path names' }
const nothing: Source = { field: 'path', says: 'nothing names another than' }

/**
 * Chooses the revision that injects a pod. What the path names comes first, then the labels of namespace and pod where
 * the namespace's are known. Where they are not, the pod's own label `istio.io/rev` counts, then the default revision.
 * Never throws: a name that nobody has is a decision, too, since a pod must not be lost for it.
 */
export function choose(revisions: Revisions, request: RevisionRequest): Choice {
  if (request.revision !== undefined) return byName(revisions, request.revision, path)
  if (request.namespaceLabels !== undefined) return byLabels(revisions, request, request.namespaceLabels)
  if (revisions.sole !== undefined) return { kind: 'chosen', revision: revisions.sole, source: nothing }

  // Istio up to 1.10 writes the label itself; an empty one is the default revision's.
  const label = labelsOf(request.pod)[revisionLabel]
  return typeof label === 'string' && label !== ''
    ? byName(revisions, label, webhooks['rev.object.'])
    : byName(revisions, defaultRevision, nothing)
}

function byLabels(revisions: Revisions, request: RevisionRequest, namespaceLabels: StringMap): Choice {
  const { name, source } = askedFor(namespaceLabels, textsOf(labelsOf(request.pod)))
  if (name === undefined) return notSelected(source, `no webhook selects the pod: ${source.says}`)
  if (revisions.sole === undefined || revisions.named.has(name)) return byName(revisions, name, source)
  const message = `no webhook of revision ${revisions.sole.name} selects the pod: ${source.says} ${quote(name)}`
  return notSelected(source, message)
}

function byName(revisions: Revisions, name: string, source: Source): Choice {
  const revision = revisions.named.get(name)
  return revision === undefined ? unknown(revisions, name, source) : { kind: 'chosen', revision, source }
}

function notSelected({ field }: Source, message: string): Unchosen {
  return {
    kind: 'unchosen',
    decision: { inject: false, reason: 'revision-not-selected', field, message, warnings: [] },
  }
}

function unknown(revisions: Revisions, name: string, { field, says }: Source): Unchosen {
  const target = revisions.tags.get(name)
  const missing =
    target === undefined ? `revision ${quote(name)}` : `tag ${quote(name)} of revision ${quote(target)}`
  const message = `${says} ${missing}, which this injector does not have, so there is no sidecar; ${listText(revisions)}`
  return {
    kind: 'unchosen',
    decision: { inject: false, reason: 'revision-unknown', field, message, warnings: [] },
  }
}

/** `it has revisions 1-20, 1-30 and tags prod=1-20` */
function listText({ all, tags }: Revisions): string {
  const names = all.map(({ name }) => name).join(', ')
  const pairs = [...tags].map(([tag, name]) => `${tag}=${name}`).join(', ')
  const revisions = names === '' ? 'no revisions' : `revisions ${names}`
  return `it has ${revisions}${pairs === '' ? '' : ` and tags ${pairs}`}`
}

/** The longest value of a label; what a hostile URL names may be longer. */
const longestName = 63

function quote(name: string): string {
  return JSON.stringify(name.slice(0, longestName))
}

/** As they came: whether the pod can be used at all is looked at when it is injected. */
function labelsOf(pod: Json | undefined): JsonObject {
  return isObject(pod) ? objectAt(objectAt(pod, 'metadata'), 'labels') : {}
}

function textsOf(labels: JsonObject): StringMap {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
