import type { StringMap } from '../injection/json.ts'
import { defaultRevision } from './revisions.ts'

/** The labels by which the charts' webhooks select. */
export const revisionLabel = 'istio.io/rev'
const injectionLabel = 'istio-injection'
const injectLabel = 'sidecar.istio.io/inject'

/** What asks for a revision, or against one. */
export interface Source {
  /** Where it stands, as in a decision. */
  readonly field: string
  /** The beginning of a sentence that goes on with the revision. */
  readonly says: string
}

/** What asks for a revision, by the webhook of the charts that then selects the pod (`….sidecar-injector.istio.io`). */
export const webhooks = {
  'namespace.': {
    field: `namespace.metadata.labels["${injectionLabel}"]`,
    says: `label ${injectionLabel} of the namespace asks for`,
  },
  'rev.namespace.': {
    field: `namespace.metadata.labels["${revisionLabel}"]`,
    says: `label ${revisionLabel} of the namespace names`,
  },
  'rev.object.': {
    field: `metadata.labels["${revisionLabel}"]`,
    says: `label ${revisionLabel} of the pod names`,
  },
  'object.': {
    field: `metadata.labels["${injectLabel}"]`,
    says: `label ${injectLabel} of the pod asks for`,
  },
} as const satisfies Record<string, Source>

/** Why none of the webhooks selects a pod. */
const refusals = {
  pod: { field: `metadata.labels["${injectLabel}"]`, says: `label ${injectLabel} of the pod is "false"` },
  namespace: {
    field: `namespace.metadata.labels["${injectionLabel}"]`,
    says: `label ${injectionLabel} of the namespace is not "enabled"`,
  },
  nothing: {
    field: 'metadata.labels',
    says: `neither the namespace nor the pod has a label that asks for a sidecar`,
  },
} as const satisfies Record<string, Source>

/** The revision or tag that labels ask for; no name where none of the webhooks would select the pod. */
export interface AskedFor {
  readonly name: string | undefined
  readonly source: Source
}

/**
 * Which revision the labels of a namespace and of a pod ask for: that of the one webhook that selects the pod, of the
 * four that Istio's charts make for each revision and tag (from 1.10; a test compares with their objects).
 *
 * | webhook          | namespace                                | pod                                           |
 * |------------------|------------------------------------------|-----------------------------------------------|
 * | `namespace.`     | istio-injection=enabled                  | not sidecar.istio.io/inject=false             |
 * | `rev.namespace.` | istio.io/rev=‹name›, no istio-injection  | not sidecar.istio.io/inject=false             |
 * | `rev.object.`    | neither istio-injection nor istio.io/rev | istio.io/rev=‹name›, not …inject=false        |
 * | `object.`        | neither istio-injection nor istio.io/rev | sidecar.istio.io/inject=true, no istio.io/rev |
 *
 * `namespace.` and `object.` are the default revision's.
 */
export function askedFor(namespace: StringMap, pod: StringMap): AskedFor {
  const wish = valueOf(pod, injectLabel)
  if (wish === 'false') return { name: undefined, source: refusals.pod }

  const injection = valueOf(namespace, injectionLabel)
  if (injection === 'enabled') return { name: defaultRevision, source: webhooks['namespace.'] }
  if (injection !== undefined) return { name: undefined, source: refusals.namespace }

  const ofNamespace = valueOf(namespace, revisionLabel)
  if (ofNamespace !== undefined) return { name: ofNamespace, source: webhooks['rev.namespace.'] }

  const ofPod = valueOf(pod, revisionLabel)
  if (ofPod !== undefined) return { name: ofPod, source: webhooks['rev.object.'] }
  if (wish === 'true') return { name: defaultRevision, source: webhooks['object.'] }
  return { name: undefined, source: refusals.nothing }
}

function valueOf(labels: StringMap, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
