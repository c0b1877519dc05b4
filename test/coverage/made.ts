import { objectAt, type JsonObject } from '../../src/injection/json.ts'
import { compileSettings, type Settings } from '../../src/injection/settings.ts'
import { severalRevisions } from '../../src/revisions/revisions.ts'
import type { Surroundings } from '../../src/coverage/surroundings.ts'
import { readNamespace } from '../../src/selection/namespace.ts'
import { readWebhooks } from '../../src/selection/webhook-entry.ts'

/** Settings as of Istio 1.9 and later, whose template is merged in. */
export function merging(tag: string, policy = 'enabled'): Settings {
  return compileSettings({
    config: `policy: ${policy}
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers:
      - name: istio-proxy
        image: "{{ .Values.global.hub }}/proxyv2:{{ .Values.global.tag }}"
`,
    values: JSON.stringify({ global: { hub: 'istio', tag } }),
    mesh: undefined,
    istioVersion: tag,
  })
}

/** Settings as of Istio up to 1.8, whose template is a list of containers. */
export function appending(image: string, policy = 'enabled'): Settings {
  return compileSettings({
    config: `policy: ${policy}\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: ${image}\n`,
    values: undefined,
    mesh: undefined,
    istioVersion: '1.0.9',
  })
}

const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }

/** A webhook for `istio-injection=enabled`, made in January. */
export function webhookOf(change: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'sidecar-injector', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    webhooks: [
      {
        name: 'namespace.sidecar-injector.istio.io',
        rules: [podRule],
        namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
        clientConfig: { service: { namespace: 'injector', name: 'injector', path: '/inject' } },
        ...change,
      },
    ],
  }
}

export interface Made {
  readonly revisions?: Readonly<Record<string, Settings>>
  readonly namespaces?: readonly JsonObject[]
  /** Null: not known. */
  readonly webhooks?: readonly JsonObject[] | null
  readonly settingsCreated?: string
  readonly settingsChanged?: string
}

/** A cluster of a namespace `shop` that is labelled, and one `plain` that is not. */
export function surroundingsOf(made: Made = {}): Surroundings {
  const {
    revisions = { default: merging('1.30.3') },
    namespaces = [shop, { metadata: { name: 'plain' } }],
    webhooks = [webhookOf()],
    settingsCreated,
    settingsChanged,
  } = made
  return {
    revisions: severalRevisions(new Map(Object.entries(revisions)), new Map()),
    namespaces: new Map(namespaces.map(readNamespace).map((facts) => [facts.name, facts])),
    webhooks: webhooks === null ? undefined : readWebhooks(webhooks).entries,
    settingsTimes: () => ({
      created: settingsCreated,
      changes:
        settingsChanged === undefined ? [] : [{ time: settingsChanged, manager: 'helm', isOnly: true }],
    }),
  }
}

/** The namespace, labelled in February. */
export const shop: JsonObject = {
  metadata: {
    name: 'shop',
    labels: { 'istio-injection': 'enabled' },
    managedFields: [
      {
        manager: 'kubectl-label',
        operation: 'Update',
        time: '2026-02-01T00:00:00Z',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:istio-injection': {} } } },
      },
    ],
  },
}

/** A pod of March, in `shop`. */
export function podOf(
  change: { readonly metadata?: JsonObject; readonly spec?: JsonObject } = {},
): JsonObject {
  return {
    metadata: {
      name: 'web-7d9c4f5b6-x7k2p',
      namespace: 'shop',
      creationTimestamp: '2026-03-01T00:00:00Z',
      ...change.metadata,
    },
    spec: { containers: [{ name: 'web', image: 'web:1' }], ...change.spec },
  }
}

/** The same with a sidecar. */
export function injectedPod(
  image: string,
  status: JsonObject,
  metadata: JsonObject = {},
  isNative = false,
): JsonObject {
  const proxy = { name: 'istio-proxy', image }
  const lists = { initContainers: null, containers: ['istio-proxy'], volumes: null, imagePullSecrets: null }
  const written = { 'sidecar.istio.io/status': JSON.stringify({ ...lists, ...status }) }
  return podOf({
    metadata: { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), ...written } },
    spec: isNative ? { initContainers: [proxy] } : { containers: [{ name: 'web' }, proxy] },
  })
}
