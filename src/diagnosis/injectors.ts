import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import { isForPods } from '../selection/rules.ts'
import { readWebhooks, type WebhookEntry } from '../selection/webhook-entry.ts'
import { readBundle, type Anchor } from '../tls/bundle.ts'
import { fieldManager } from '../tls/webhook-configuration.ts'

/** Whose webhook it is: ours, Istio's, or that of somebody else. */
export type Owner = 'ours' | 'istio' | 'other'

/** One entry of a MutatingWebhookConfiguration that is called for new pods. */
export interface PodWebhook {
  /** `metadata.name` of the object it stands in. */
  readonly configuration: string
  readonly name: string
  readonly owner: Owner
  /** Whom it is called for; undefined if its selectors cannot be read. */
  readonly entry: WebhookEntry | undefined
  readonly object: JsonObject
  /** Undefined for a webhook with a URL. */
  readonly service: ServicePort | undefined
  readonly url: string | undefined
  readonly path: string
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly timeoutSeconds: number
  /** Whether `sideEffects` lets dry runs through. */
  readonly takesDryRun: boolean
  readonly hasCaBundle: boolean
  readonly anchors: readonly Anchor[]
}

export interface ServicePort {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/** A MutatingWebhookConfiguration with entries that are called for new pods. */
export interface Configuration {
  readonly name: string
  readonly owner: Owner
  readonly object: JsonObject
  readonly webhooks: readonly PodWebhook[]
}

/** Reads the configurations that are called for new pods; `asked` is taken for ours unless it looks like Istio's. */
export function readConfigurations(
  objects: readonly JsonObject[],
  asked: string | undefined,
): readonly Configuration[] {
  return objects
    .map((object) => readConfiguration(object, asked))
    .filter(({ webhooks }) => webhooks.length > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function readConfiguration(object: JsonObject, asked: string | undefined): Configuration {
  const name = textAt(object['metadata'], 'name') ?? ''
  const marked = ownerOf(object)
  const owner = name === asked && marked === 'other' ? 'ours' : marked
  const { entries } = readWebhooks([object])
  const webhooks = listAt(object, 'webhooks')
    .filter((webhook) => isObject(webhook))
    .map((webhook) => {
      const entry = entries.find((each) => each.name === textAt(webhook, 'name'))
      return { ...readEntry(webhook, name, owner), entry }
    })
    .filter(({ entry }) => entry === undefined || entry.rules.some(isForPods))
  return { name, owner, object, webhooks }
}

/** Istio's names are those of its charts since 0.8: `istio-sidecar-injector`, with the revision from 1.6, and tags from 1.10. */
const istioNames = /^istio-(?:sidecar-injector|revision-tag)(?:-|$)/
const istioWebhook = /(?:^|\.)sidecar-injector\.istio\.io$/

/** By what it looks like: ours has the chart's labels, or its name, or a caBundle that our server has written. */
export function ownerOf(object: JsonObject): Owner {
  const metadata = objectAt(object, 'metadata')
  const name = textAt(metadata, 'name') ?? ''
  const labels = objectAt(metadata, 'labels')
  const chart = textAt(labels, 'helm.sh/chart') ?? textAt(labels, 'app.kubernetes.io/name') ?? ''
  if (chart.startsWith(fieldManager) || name.includes(fieldManager)) return 'ours'
  if (listAt(metadata, 'managedFields').some((entry) => textAt(entry, 'manager') === fieldManager))
    return 'ours'
  const isIstio = listAt(object, 'webhooks').some((entry) => istioWebhook.test(textAt(entry, 'name') ?? ''))
  return istioNames.test(name) || isIstio ? 'istio' : 'other'
}

/** The API server waits for 10 s where nothing is said (v1), and v1beta1 had 30 s, which v1 shows as written. */
const defaultTimeout = 10

function readEntry(entry: JsonObject, configuration: string, owner: Owner): Omit<PodWebhook, 'entry'> {
  const clientConfig = objectAt(entry, 'clientConfig')
  const service = objectAt(clientConfig, 'service')
  const serviceName = textAt(service, 'name')
  const bundle = textAt(clientConfig, 'caBundle') ?? ''
  const { timeoutSeconds } = entry
  const { port } = service
  return {
    configuration,
    name: textAt(entry, 'name') ?? '',
    owner,
    object: entry,
    service:
      serviceName === undefined
        ? undefined
        : {
            namespace: textAt(service, 'namespace') ?? '',
            name: serviceName,
            port: typeof port === 'number' ? port : 443,
          },
    url: textAt(clientConfig, 'url'),
    path: textAt(service, 'path') ?? '/',
    failurePolicy: textAt(entry, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail',
    timeoutSeconds: typeof timeoutSeconds === 'number' ? timeoutSeconds : defaultTimeout,
    takesDryRun: ['None', 'NoneOnDryRun'].includes(textAt(entry, 'sideEffects') ?? ''),
    hasCaBundle: bundle !== '',
    anchors: readBundle(Buffer.from(bundle, 'base64').toString('utf8')),
  }
}

/** `namespace/name`, as the observations have Services. */
export function serviceKey({ namespace, name }: Pick<ServicePort, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/** The name that the certificate must have. */
export function serverName({ namespace, name }: Pick<ServicePort, 'namespace' | 'name'>): string {
  return `${name}.${namespace}.svc`
}

/** The Services that injectors' webhooks name, each once. */
export function servicesOf(configurations: readonly Configuration[]): readonly ServicePort[] {
  const injecting = configurations.filter(({ owner }) => owner !== 'other')
  const services = injecting.flatMap(({ webhooks }) => webhooks.flatMap(({ service }) => service ?? []))
  return [...new Map(services.map((service) => [serviceKey(service), service])).values()]
}
