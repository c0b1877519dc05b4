import { loadAll, YAML11_SCHEMA } from 'js-yaml'
import { compileSelector, type Labels, type LabelSelector } from '../../src/kubernetes/selector.ts'
import type { JsonObject } from '../../src/schema/index.ts'

/* What the tests of chart and manifests look at in Kubernetes' objects. */

export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Labels
  readonly annotations?: Labels
}

export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

export interface Webhook {
  readonly name: string
  readonly clientConfig: {
    readonly service: {
      readonly namespace: string
      readonly name: string
      readonly path: string
      readonly port?: number
    }
    readonly caBundle?: string
  }
  readonly namespaceSelector: LabelSelector
  readonly objectSelector?: LabelSelector
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
  readonly failurePolicy: string
  readonly reinvocationPolicy: string
  readonly sideEffects: string
  readonly timeoutSeconds: number
  readonly admissionReviewVersions: readonly string[]
}

export interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks: readonly Webhook[]
}

export interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly securityContext: JsonObject
  readonly volumeMounts?: readonly { readonly mountPath: string }[]
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels; readonly annotations: Labels }
  readonly spec: JsonObject & {
    readonly containers: readonly [Container]
    readonly terminationGracePeriodSeconds: number
    readonly securityContext: JsonObject
    readonly hostNetwork?: boolean
    readonly dnsPolicy?: string
    readonly affinity?: JsonObject
  }
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly strategy: {
      readonly rollingUpdate: { readonly maxUnavailable: number; readonly maxSurge: number }
    }
    readonly selector: { readonly matchLabels: Labels }
    readonly template: PodTemplate
  }
}

export interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector: Labels
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[]
  }
}

export interface Role extends KubernetesObject {
  readonly rules: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly resourceNames?: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: Labels
  readonly annotations: Labels
}

export interface PrometheusRule extends KubernetesObject {
  readonly spec: { readonly groups: readonly { readonly rules: readonly Alert[] }[] }
}

interface Kinds {
  readonly MutatingWebhookConfiguration: WebhookConfiguration
  readonly Deployment: Deployment
  readonly Service: Service
  readonly Role: Role
  readonly ClusterRole: Role
  readonly PrometheusRule: PrometheusRule
}

/** Every object of a text of YAML documents, empty ones aside. */
export function readObjects(text: string): KubernetesObject[] {
  const documents: unknown[] = loadAll(text, { schema: YAML11_SCHEMA })
  return documents.filter(isObjectOfKind)
}

function isObjectOfKind(document: unknown): document is KubernetesObject {
  return typeof document === 'object' && document !== null && 'kind' in document && 'metadata' in document
}

export function ofKind<K extends string>(
  objects: readonly KubernetesObject[],
  kind: K,
): (K extends keyof Kinds ? Kinds[K] : KubernetesObject)[] {
  function isOfKind(object: KubernetesObject): object is K extends keyof Kinds ? Kinds[K] : KubernetesObject {
    return object.kind === kind
  }
  return objects.filter(isOfKind)
}

/** The only object of its kind; throws if there is none or another. */
export function only<K extends string>(objects: readonly KubernetesObject[], kind: K) {
  const found = ofKind(objects, kind)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind}`)
  return first
}

/** Whether a webhook would be called for a pod of a namespace, matchConditions aside. Labels are as the API server sets them. */
export function selects(webhook: Webhook, namespace: { name: string; labels: Labels }, pod: Labels): boolean {
  const labels = { 'kubernetes.io/metadata.name': namespace.name, ...namespace.labels }
  const wanted = webhook.objectSelector
  return (
    compileSelector(webhook.namespaceSelector).matches(labels) &&
    (wanted === undefined || compileSelector(wanted).matches(pod))
  )
}

/** The value of a flag of the server. */
export function flagOf(deployment: Deployment, flag: string): string | undefined {
  const { args } = deployment.spec.template.spec.containers[0]
  return args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3)
}
