import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { inject } from '../../src/injection/inject.ts'
import { isObject, listAt, objectAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import type { Settings } from '../../src/injection/settings.ts'
import { firstDifference, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'
import { patched } from './generated.ts'
import { normalisedText } from './normalise.ts'

/**
 * The webhook of 1.0.0 with the chart's template: pod templates, patched, against the output of kube-inject. What Istio's
 * test takes out before it compares is taken out here, too.
 */
export function webhookHelm(root: Folder): Suite {
  const name = 'corpus/1.0.0/webhook-helm'
  const folder = root.in(name)
  return {
    release: '1.0.0',
    name,
    data: name,
    cases: () => {
      const config = root.in('corpus/configmaps/1.0.0').text('config')
      const settings = settingsOf({ config, values: undefined, mesh: undefined, istioVersion: '1.0.0' })
      return folder.folders().map((row) => ({
        id: `${name}/${row}`,
        run: () => {
          const input = podTemplates(folder.in(row).text('input.yaml'))
          const expected = podTemplates(folder.in(row).text('expected.yaml'))
          const got = input.map((template) => injected(settings, template))
          return firstDifference(comparable(got), comparable(expected))
        },
      }))
    },
  }
}

/** The pod templates of all workloads, those in lists included. */
function podTemplates(manifests: string): JsonObject[] {
  return splitDocuments(manifests).flatMap((document) => templatesOf(read(document)))
}

function templatesOf(object: Json): JsonObject[] {
  if (!isObject(object)) return []
  const template = objectAt(object, 'spec')['template']
  return isObject(template) ? [template] : listAt(object, 'items').flatMap(templatesOf)
}

function injected(settings: Settings, template: JsonObject): JsonObject {
  const outcome = inject(settings, { pod: template, namespace: '', path: '' })
  return outcome.kind === 'injected' ? patched(template, outcome.patch) : { outcome: outcome.kind }
}

/** The webhook's patch has the API's defaults, kube-inject's output has not; images and status differ, too. */
const ignored: readonly (readonly string[])[] = [
  ['metadata', 'annotations', 'sidecar.istio.io/status'],
  ['spec', 'volumes', 'secret', 'defaultMode'],
  ...['initContainers', 'containers'].flatMap((containers) => [
    ['spec', containers, 'image'],
    ['spec', containers, 'terminationMessagePath'],
    ['spec', containers, 'terminationMessagePolicy'],
    ['spec', containers, 'securityContext', 'privileged'],
    ['spec', containers, 'env', 'valueFrom', 'fieldRef', 'apiVersion'],
  ]),
]

function comparable(templates: readonly JsonObject[]): string {
  return normalisedText(templates.map((template) => ignored.reduce<Json>(without, template)))
}

/** The value without the member at a path, which goes through every item of the lists on its way. */
function without(value: Json, path: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => without(item, path))
  const [name, ...rest] = path
  if (!isObject(value) || name === undefined || !Object.hasOwn(value, name)) return value
  const { [name]: member = null, ...others } = value
  return rest.length === 0 ? others : { ...others, [name]: without(member, rest) }
}
