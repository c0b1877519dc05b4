import { isObject, listAt, objectAt, stringAt, stringsAt, type JsonObject } from '../injection/json.ts'
import { compileSelector, SelectorError, type LabelSelector, type Selector } from '../kubernetes/selector.ts'
import { compileCondition, type Condition } from './condition.ts'
import { changesOf, type Change } from './managed-fields.ts'
import { textsOf } from './namespace.ts'
import { readRules, type Rule } from './rules.ts'

/** A webhook of a MutatingWebhookConfiguration, as the API server reads it: v1 or v1beta1, with their defaults. */
export interface WebhookEntry {
  readonly configuration: string
  /** The revision that the configuration's label `istio.io/rev` names, as Istio's own do. */
  readonly revision: string | undefined
  /** `namespace.sidecar-injector.istio.io` */
  readonly name: string
  readonly rules: readonly Rule[]
  readonly namespaceSelector: Selector
  readonly objectSelector: Selector
  readonly conditions: readonly MatchCondition[]
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly target: Target
  /** When the configuration was made; undefined if it does not say. */
  readonly created: string | undefined
  /** When its webhooks were changed, by whom; caBundles aside. */
  readonly changes: readonly Change[]
}

export interface MatchCondition {
  readonly name: string
  readonly condition: Condition
}

/** Whom the API server calls. */
export interface Target {
  /** `istio-system/istiod`; undefined for a URL. */
  readonly service: string | undefined
  /** The path of the service or the URL: `/inject`. */
  readonly path: string
}

/** A configuration that cannot be read as the API server would; the API server has none such. */
export interface UnreadableWebhook {
  readonly configuration: string
  readonly name: string
  readonly why: string
}

export interface Webhooks {
  /** In the order of the calls: by the configuration's name, then as they stand in it. */
  readonly entries: readonly WebhookEntry[]
  readonly unreadable: readonly UnreadableWebhook[]
  /** Other names of revisions that the injector behind them has, as its chart writes them down. */
  readonly tags: ReadonlyMap<string, string>
}

/** `stable=1-20,canary=1-30`: what the injector was told by --revisionTags. */
const tagsAnnotation = 'sidecar-injector/revision-tags'

/** Reads MutatingWebhookConfigurations; other objects are passed over. */
export function readWebhooks(objects: readonly JsonObject[]): Webhooks {
  const entries: WebhookEntry[] = []
  const unreadable: UnreadableWebhook[] = []
  const configurations = objects
    .filter(({ kind }) => kind === undefined || kind === 'MutatingWebhookConfiguration')
    .map((object) => ({ object, name: stringAt(objectAt(object, 'metadata'), 'name') }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  for (const { object, name: configuration } of configurations) {
    for (const webhook of listAt(object, 'webhooks').filter(isObject)) {
      try {
        entries.push(readEntry(object, webhook, configuration))
      } catch (error) {
        if (!(error instanceof SelectorError)) throw error
        unreadable.push({ configuration, name: stringAt(webhook, 'name'), why: error.message })
      }
    }
  }
  const tags = new Map(objects.flatMap((object) => [...tagsOf(object)]))
  return { entries, unreadable, tags }
}

function tagsOf(object: JsonObject): ReadonlyMap<string, string> {
  const text = stringAt(objectAt(objectAt(object, 'metadata'), 'annotations'), tagsAnnotation)
  const pairs = text.split(',').map((pair) => pair.split('='))
  return new Map(
    pairs.flatMap(([tag = '', revision = '']) =>
      tag === '' || revision === '' ? [] : [[tag, revision] as const],
    ),
  )
}

function readEntry(object: JsonObject, webhook: JsonObject, configuration: string): WebhookEntry {
  const metadata = objectAt(object, 'metadata')
  const isBeta = stringAt(object, 'apiVersion').endsWith('/v1beta1')
  const policy = stringAt(webhook, 'failurePolicy') || (isBeta ? 'Ignore' : 'Fail')
  return {
    configuration,
    revision: stringAt(objectAt(metadata, 'labels'), 'istio.io/rev') || undefined,
    name: stringAt(webhook, 'name'),
    rules: readRules(listAt(webhook, 'rules')),
    namespaceSelector: compileSelector(selectorOf(objectAt(webhook, 'namespaceSelector'))),
    objectSelector: compileSelector(selectorOf(objectAt(webhook, 'objectSelector'))),
    conditions: listAt(webhook, 'matchConditions')
      .filter(isObject)
      .map((item) => ({
        name: stringAt(item, 'name'),
        condition: compileCondition(stringAt(item, 'expression')),
      })),
    failurePolicy: policy === 'Ignore' ? 'Ignore' : 'Fail',
    target: targetOf(objectAt(webhook, 'clientConfig')),
    created: stringAt(metadata, 'creationTimestamp') || undefined,
    changes: changesOf(metadata, ['f:webhooks']),
  }
}

function targetOf(clientConfig: JsonObject): Target {
  const service = clientConfig['service']
  if (!isObject(service)) return { service: undefined, path: pathOf(stringAt(clientConfig, 'url')) }
  return {
    service: `${stringAt(service, 'namespace')}/${stringAt(service, 'name')}`,
    path: stringAt(service, 'path') || '/',
  }
}

function pathOf(url: string): string {
  return /^https:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] || '/'
}

/** A LabelSelector as it stands in an object. */
export function selectorOf(selector: JsonObject): LabelSelector {
  return {
    matchLabels: textsOf(objectAt(selector, 'matchLabels')),
    matchExpressions: listAt(selector, 'matchExpressions')
      .filter(isObject)
      .map((item) => ({
        key: stringAt(item, 'key'),
        operator: stringAt(item, 'operator'),
        values: stringsAt(item, 'values'),
      })),
  }
}
