import fastJsonPatch from 'fast-json-patch'
import { inject } from '../../src/injection/inject.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { compileSettings, type SettingsSource } from '../../src/injection/settings.ts'
import { parseRelease } from '../../src/istio/release.ts'
import { traitsOf } from '../../src/istio/trait-rows.ts'

/** Where two releases that follow each other part: the same settings, the same pod, other answers. */
export interface Boundary {
  readonly what: string
  /** The last release of the old way and the first of the new, `1.11.8 1.12.0`; several pairs for backports. */
  readonly at: readonly string[]
  readonly pod?: JsonObject
  /** What the template renders, in place of a sidecar and an init container. */
  readonly template?: string
  readonly config?: string
  readonly values?: string
  readonly mesh?: string
  readonly source?: Partial<SettingsSource>
  /** What follows `/inject`. */
  readonly path?: string
  readonly namespace?: string
  readonly show: Show
  readonly old: Json
  readonly now: Json
}

/** Takes what a row is about from a pod; `refused` and `skipped` stand for one without a sidecar. */
export type Show = (pod: JsonObject) => Json | undefined

const usualPod: JsonObject = {
  metadata: { name: 'web-0' },
  spec: { containers: [{ name: 'web', image: 'web' }] },
}

/** Two templates that are the same for lists and for pods, once as the lists themselves and once below `spec`. */
const usualTemplate = `initContainers:
- name: istio-init
  image: init
  args: ["-u", "1337"]
containers:
- name: istio-proxy
  image: proxy
`

/** What a release makes of a row. */
export function answerOf(release: string, row: Boundary): Json {
  const settings = compileSettings(sourceOf(release, row))
  const pod = row.pod ?? usualPod
  const outcome = inject(settings, { pod, namespace: row.namespace ?? 'shop', path: row.path ?? '' })
  if (outcome.kind === 'failed') return 'refused'
  if (outcome.kind === 'skipped') return 'skipped'
  const patched = fastJsonPatch.applyPatch(pod, JSON.parse(outcome.patch), true, false).newDocument
  return row.show(patched) ?? null
}

function sourceOf(release: string, row: Boundary): SettingsSource {
  const parsed = parseRelease(release)
  if (parsed === undefined) throw new TypeError(`${release} is no release`)
  const template = row.template ?? usualTemplate
  const isMerged = traitsOf(parsed).overlay === 'pod'
  const config = isMerged
    ? `templates:\n  sidecar: |\n    spec:\n${indented(template, 6)}`
    : `template: |\n${indented(template, 2)}`
  return {
    config: `policy: enabled\n${row.config ?? ''}${config}`,
    values: row.values,
    mesh: row.mesh,
    istioVersion: release,
    ...row.source,
  }
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces))
}

export const injected: Show = () => 'injected'
export const annotation =
  (key: string): Show =>
  (pod) =>
    objectAt(objectAt(pod, 'metadata'), 'annotations')[key]
export const label =
  (key: string): Show =>
  (pod) =>
    objectAt(objectAt(pod, 'metadata'), 'labels')[key]
export const names =
  (list: 'containers' | 'initContainers'): Show =>
  (pod) =>
    listAt(objectAt(pod, 'spec'), list)
      .map((item) => (isObject(item) ? stringAt(item, 'name') : ''))
      .join(' ')

/** A member of a container: `of('web', 'readinessProbe')`. */
export const of =
  (name: string, member: string): Show =>
  (pod) =>
    container(pod, name)[member]

/** The value of a variable of the sidecar. */
export const variable =
  (name: string): Show =>
  (pod) => {
    const found = listAt(container(pod, 'istio-proxy'), 'env').find(
      (item) => isObject(item) && item['name'] === name,
    )
    return isObject(found) ? (found['value'] ?? '') : undefined
  }

function container(pod: JsonObject, name: string): JsonObject {
  const spec = objectAt(pod, 'spec')
  const all = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].filter(isObject)
  return all.find((item) => item['name'] === name) ?? {}
}

/** A pod with these annotations, labels, container members and owner. */
export function podOf(parts: {
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly web?: JsonObject
  readonly others?: readonly JsonObject[]
  readonly inits?: readonly JsonObject[]
  readonly owner?: string
}): JsonObject {
  const { annotations, labels, web = {}, others = [], inits, owner } = parts
  const [kind = '', name = ''] = owner?.split('/') ?? []
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1'
  return {
    metadata: {
      ...(owner === undefined ? { name: 'web-0' } : { generateName: `${name}-` }),
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion, kind, name, uid: 'u', controller: true }] }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(labels === undefined ? {} : { labels }),
    },
    spec: {
      containers: [{ name: 'web', image: 'web', ...web }, ...others],
      ...(inits === undefined ? {} : { initContainers: inits }),
    },
  }
}
