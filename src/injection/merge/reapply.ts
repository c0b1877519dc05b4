import type { MergeTraits } from '../../istio/traits.ts'
import { complete, structNamed } from '../../schema/index.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'
import { defaultProxyUser, withoutUser } from '../open-shift.ts'
import { statusKey, type InjectionStatus } from '../status.ts'
import type { OverlayMerger } from './overlay.ts'
import { overridesKey, overridesText, type Overrides } from './overrides.ts'

/** What is needed to give injected containers the user's own settings. */
export interface Reapplication {
  readonly merger: OverlayMerger
  readonly traits: MergeTraits
  /** The pod as it was received. */
  readonly original: JsonObject
  /** What the templates alone make. */
  readonly template: JsonObject
  /** The status of an earlier injection. */
  readonly previous: InjectionStatus | undefined
  /** The user's own containers as an earlier injection kept them. */
  readonly overrides: Overrides
}

/**
 * Merges the user's own containers over injected ones of the same name: what the user says of istio-proxy counts
 * more than the template. They are kept in an annotation, since a second injection sees the merged ones only.
 */
export function reapplyContainers(reapplication: Reapplication, pod: JsonObject): JsonObject {
  const { merger, template, original } = reapplication
  const templateSpec = objectAt(template, 'spec')
  const annotations = objectAt(objectAt(original, 'metadata'), 'annotations')
  const containers = ownContainers(reapplication, listAt(templateSpec, 'containers'))
  const initContainers = ownInitContainers(reapplication, listAt(templateSpec, 'initContainers'))
  let merged = pod
  for (const own of containers) merged = merger.merge(merged, { spec: { containers: [own] } })
  for (const own of initContainers)
    merged = merger.merge(merged, { spec: { containers: [], initContainers: [own] } })
  const isFirst = !Object.hasOwn(annotations, statusKey)
  if (!isFirst || containers.length + initContainers.length === 0) return merged
  return withOverrides(merged, { containers, initContainers })
}

function ownContainers(
  { original, previous, overrides, traits }: Reapplication,
  injected: readonly Json[],
): JsonObject[] {
  const sources = [overrides.containers, objects(objectAt(original, 'spec'), 'containers')]
  return own(injected, sources, { skip: skipped(previous?.containers, traits), traits })
}

function ownInitContainers(
  { original, previous, overrides, traits }: Reapplication,
  injected: readonly Json[],
): JsonObject[] {
  const spec = objectAt(original, 'spec')
  const moved = traits.initSidecars ? [objects(spec, 'containers')] : []
  const sources = [overrides.initContainers, ...moved, objects(spec, 'initContainers')]
  return own(injected, sources, { skip: skipped(previous?.initContainers, traits), traits })
}

function skipped(names: readonly string[] | undefined, traits: MergeTraits): ReadonlySet<string> {
  return new Set(traits.skipsInjected ? names : [])
}

function objects(spec: JsonObject, list: string): readonly JsonObject[] {
  return objectsOf(listAt(spec, list))
}

function objectsOf(list: readonly Json[]): readonly JsonObject[] {
  return list.filter(isObject)
}

const containerType = structNamed('v1.Container')

/** For each injected container the first of that name in the sources, as Go writes it. */
function own(
  injected: readonly Json[],
  sources: readonly (readonly JsonObject[])[],
  { skip, traits }: { readonly skip: ReadonlySet<string>; readonly traits: MergeTraits },
): JsonObject[] {
  const found: JsonObject[] = []
  for (const container of objectsOf(injected)) {
    const name = stringAt(container, 'name')
    if (skip.has(name)) continue
    const user = sources.flatMap((source) => source.filter((item) => item['name'] === name)).at(0)
    if (user !== undefined) found.push(written(withoutAuto(user, container, traits)))
  }
  return found
}

/** Image `auto` stands for the template's image, and in some releases for its user, too. */
function withoutAuto(user: JsonObject, container: JsonObject, traits: MergeTraits): JsonObject {
  const { image, ...rest } = user
  if (image !== 'auto') return user
  return traits.dropsUser && hasForeignUser(container) && isObject(rest['securityContext'])
    ? withoutUser(rest)
    : rest
}

/** The template has a user, and not the one that it has everywhere but on OpenShift and with TPROXY. */
function hasForeignUser(container: JsonObject): boolean {
  const user = objectAt(container, 'securityContext')['runAsUser']
  return typeof user === 'number' && user !== defaultProxyUser.user
}

/** As Go's encoder writes it. */
function written(container: JsonObject): JsonObject {
  const json = complete(containerType, container, { unknown: 'drop' })
  return isObject(json) ? json : {}
}

function withOverrides(pod: JsonObject, overrides: Overrides): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const annotations = { ...objectAt(metadata, 'annotations'), [overridesKey]: overridesText(overrides) }
  return { ...pod, metadata: { ...metadata, annotations } }
}
