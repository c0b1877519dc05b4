import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import type { Json, JsonObject } from '../golang/json-value.ts'
import { holds, readBundle, type Anchor } from './bundle.ts'

/** Under which name we write. */
export const fieldManager = 'eks-sidecar-injector'

/** Where MutatingWebhookConfigurations are; v1 is there since Kubernetes 1.16, as is server-side apply. */
export const configurationsPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

/** Where one of them is. */
export function configurationPath(name: string): string {
  return `${configurationsPath}/${encodeURIComponent(name)}`
}

/** The Service that a webhook's clientConfig names. */
export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

/** A MutatingWebhookConfiguration, as far as certificates go. */
export interface WebhookConfiguration {
  readonly name: string
  /** Another one of the same name has another. */
  readonly uid: string
  readonly resourceVersion: string
  /** Those that call us; others in the same object are somebody else's. */
  readonly webhooks: readonly WebhookEntry[]
  readonly managedFields: readonly Json[]
}

export interface WebhookEntry {
  readonly name: string
  /** What its caBundle has. */
  readonly anchors: readonly Anchor[]
}

/** Reads the object that the API server has sent; `service` is ours, undefined for whatever is called. */
export function readConfiguration(object: Json, service: ServiceName | undefined): WebhookConfiguration {
  const metadata = objectAt(object, 'metadata')
  return {
    name: textAt(metadata, 'name') ?? '',
    uid: textAt(metadata, 'uid') ?? '',
    resourceVersion: textAt(metadata, 'resourceVersion') ?? '',
    webhooks: listAt(object, 'webhooks')
      .filter((webhook) => callsUs(webhook, service))
      .map(readEntry),
    managedFields: listAt(metadata, 'managedFields'),
  }
}

/** A URL leads to us by some way that is not the Service: whoever names the configuration must know. */
function callsUs(webhook: Json, ours: ServiceName | undefined): boolean {
  const clientConfig = objectAt(webhook, 'clientConfig')
  if (ours === undefined || textAt(clientConfig, 'url') !== undefined) return true
  const service = objectAt(clientConfig, 'service')
  return textAt(service, 'namespace') === ours.namespace && textAt(service, 'name') === ours.name
}

function readEntry(webhook: Json): WebhookEntry {
  const caBundle = textAt(objectAt(webhook, 'clientConfig'), 'caBundle') ?? ''
  const anchors = readBundle(Buffer.from(caBundle, 'base64').toString('utf8'))
  return { name: textAt(webhook, 'name') ?? '', anchors }
}

/** The fingerprints that each of its webhooks carries. */
export function carriedBy({ webhooks }: WebhookConfiguration): Set<string> {
  const [first, ...others] = webhooks
  const fingerprints = first?.anchors.map(({ fingerprint }) => fingerprint) ?? []
  return new Set(fingerprints.filter((each) => others.every(({ anchors }) => holds(anchors, each))))
}

/**
 * What to apply so that each webhook carries this bundle, and nothing else changes. All of them are in it, as what an
 * apply leaves out is given up; the resourceVersion makes it a conflict if anybody has written meanwhile.
 */
export function caBundlePatch(
  { name, resourceVersion, webhooks }: WebhookConfiguration,
  pem: string,
): JsonObject {
  const caBundle = Buffer.from(pem, 'utf8').toString('base64')
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, resourceVersion },
    webhooks: webhooks.map((webhook) => ({ name: webhook.name, clientConfig: { caBundle } })),
  }
}

/** The field managers but ours that own the caBundle of one of these webhooks, e.g. `['kubectl-client-side-apply']`. */
export function otherManagers(
  { managedFields }: WebhookConfiguration,
  webhooks: readonly WebhookEntry[],
): string[] {
  const keys = webhooks.map(({ name }) => `k:${JSON.stringify({ name })}`)
  const owners = managedFields.filter((entry) => {
    const fields = objectAt(objectAt(entry, 'fieldsV1'), 'f:webhooks')
    return keys.some((key) => Object.hasOwn(objectAt(objectAt(fields, key), 'f:clientConfig'), 'f:caBundle'))
  })
  const names = owners.flatMap((entry) => textAt(entry, 'manager') ?? [])
  return [...new Set(names)].filter((name) => name !== fieldManager)
}

/** Do we own a field of it? */
export function isOwned({ managedFields }: WebhookConfiguration): boolean {
  return managedFields.some(isOurs)
}

/**
 * A JSON patch by which we own nothing any more; what we wrote stays. Whoever owns a field of a webhook keeps others from
 * taking that webhook away by server-side apply: of the whole of it, this field would be left, which is no webhook
 * (422, Kubernetes 1.37). A conflict if anybody has written meanwhile.
 */
export function releasePatch({ resourceVersion, managedFields }: WebhookConfiguration): JsonObject[] {
  const ours = [...managedFields.keys()].filter((index) => isOurs(managedFields[index] ?? null))
  const paths = ours.map((index) => `/metadata/managedFields/${index}`)
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    // From the end, so that the others stay where they are.
    ...paths.toReversed().map((path) => ({ op: 'remove', path })),
  ]
}

function isOurs(entry: Json): boolean {
  return textAt(entry, 'manager') === fieldManager
}
