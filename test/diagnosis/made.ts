/** Observations to be changed: those of a healthy cluster on EKS, with the chart's defaults. */
import { canaryPod } from '../../src/diagnosis/canary.ts'
import type { EndpointProbe, Observations } from '../../src/diagnosis/observations.ts'
import { receiptKey } from '../../src/admission/canary.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { issueAuthority, issueLeaf } from '../../src/tls/issue.ts'

export const now = Date.parse('2026-11-24T10:00:00Z')
const day = 24 * 60 * 60 * 1000
const lifetimeMs = 365 * day

export const injectorName = 'eks-sidecar-injector'
export const injectorNamespace = 'sidecar-injector'
export const serverName = `${injectorName}.${injectorNamespace}.svc`
export const webhookName = 'namespace.sidecar-injector.istio.io'
export const nonce = '3e1c34f0-6c7a-4f4b-9d0e-6f0a3a0d6a55'

export const authority = await issueAuthority({ name: 'ours', now: new Date(now - 60 * day), lifetimeMs })
export const otherAuthority = await issueAuthority({
  name: 'of others',
  now: new Date(now - day),
  lifetimeMs,
})
export const certificate = await issueLeaf({
  authority,
  names: [serverName],
  now: new Date(now - day),
  lifetimeMs: 30 * day,
})
export const expiredCertificate = await issueLeaf({
  authority,
  names: [serverName],
  now: new Date(now - 40 * day),
  lifetimeMs: 30 * day,
})
export const futureCertificate = await issueLeaf({
  authority,
  names: [serverName],
  now: new Date(now + 2 * day),
  lifetimeMs: 30 * day,
})
export const misnamedCertificate = await issueLeaf({
  authority,
  names: ['web.default.svc'],
  now: new Date(now - day),
  lifetimeMs: 30 * day,
})

export const strangeCertificate = await issueLeaf({
  authority: otherAuthority,
  names: [serverName],
  now: new Date(now - day),
  lifetimeMs: 30 * day,
})

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** One webhook of a configuration. */
export function webhook(more: JsonObject = {}): JsonObject {
  return {
    name: webhookName,
    clientConfig: {
      service: { namespace: injectorNamespace, name: injectorName, path: '/inject', port: 443 },
      caBundle: base64(authority.cert),
    },
    namespaceSelector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['kube-system', injectorNamespace, 'istio-system'],
        },
        { key: 'istio-injection', operator: 'In', values: ['enabled'] },
      ],
    },
    objectSelector: {},
    rules: [
      { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' },
    ],
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    sideEffects: 'None',
    timeoutSeconds: 5,
    admissionReviewVersions: ['v1'],
    ...more,
  }
}

export function configuration(
  name: string,
  webhooks: readonly JsonObject[],
  labels: JsonObject = {},
): JsonObject {
  return {
    metadata: { name, uid: `uid-of-${name}`, creationTimestamp: '2026-11-20T10:00:00Z', labels },
    webhooks,
  }
}

export const ourLabels: JsonObject = {
  'helm.sh/chart': 'eks-sidecar-injector-0.1.0',
  'app.kubernetes.io/name': 'eks-sidecar-injector',
  'app.kubernetes.io/instance': 'injector',
}

export function namespace(name: string, labels: JsonObject = {}): JsonObject {
  return { metadata: { name, uid: name, labels: { 'kubernetes.io/metadata.name': name, ...labels } } }
}

export function node(name: string, labels: JsonObject = {}): JsonObject {
  return {
    metadata: {
      name,
      labels: {
        'eks.amazonaws.com/nodegroup': 'main',
        'topology.kubernetes.io/region': 'eu-west-1',
        ...labels,
      },
    },
    spec: { providerID: 'aws:///eu-west-1a/i-0a1b2c3d4e5f60718' },
    status: { addresses: [{ type: 'InternalIP', address: '10.0.27.10' }] },
  }
}

const selector = { 'app.kubernetes.io/name': injectorName, 'app.kubernetes.io/instance': 'injector' }

/** A pod of the injector. */
export function pod(
  name: string,
  address: string,
  more: { spec?: JsonObject; status?: JsonObject; metadata?: JsonObject } = {},
): JsonObject {
  return {
    metadata: { name, namespace: injectorNamespace, labels: selector, ...more.metadata },
    spec: {
      nodeName: 'ip-10-0-27-10.eu-west-1.compute.internal',
      containers: [
        {
          name: 'sidecar-injector',
          args: ['serve', '--istioNamespace=istio-system', '--port=9443', '--operationsPort=8080'],
          ports: [
            { name: 'webhook', containerPort: 9443 },
            { name: 'operations', containerPort: 8080 },
          ],
        },
      ],
      ...more.spec,
    },
    status: {
      phase: 'Running',
      podIP: address,
      conditions: [{ type: 'Ready', status: 'True' }],
      ...more.status,
    },
  }
}

export function slice(endpoints: readonly JsonObject[], port = 9443): JsonObject {
  return {
    metadata: { name: `${injectorName}-abcde`, labels: { 'kubernetes.io/service-name': injectorName } },
    ports: [{ name: 'https', port, protocol: 'TCP' }],
    endpoints,
  }
}

export function endpoint(name: string, address: string, ready = true): JsonObject {
  return {
    addresses: [address],
    conditions: { ready },
    targetRef: { kind: 'Pod', name },
    nodeName: 'ip-10-0-27-10.eu-west-1.compute.internal',
  }
}

/** What a pod says of itself. */
export function self(more: JsonObject = {}): JsonObject {
  return { pod: 'a', version: '0.1.0', waiting: [], certificate: certificate.cert, canaries: [], ...more }
}

export function probe(name: string, address: string, more: Partial<EndpointProbe> = {}): EndpointProbe {
  return {
    pod: name,
    address,
    ready: true,
    port: 9443,
    byApiServer: { value: { reached: true, ms: 8 } },
    direct: { missing: 'not asked' },
    self: { value: self({ pod: name }) },
    selfMs: 6,
    ...more,
  }
}

export const sent = { namespace: 'web', nonce, sent: canaryPod('web', nonce), ms: 30 }

/** The canary as it came back. */
export function admitted(
  receipt: string | undefined,
  containers: readonly string[] = ['canary', 'istio-proxy'],
) {
  const annotations = {
    'sidecar-injector/canary': nonce,
    ...(receipt === undefined ? {} : { [receiptKey]: receipt }),
  }
  const pod = {
    metadata: { name: 'canary', namespace: 'web', annotations },
    spec: { containers: containers.map((name) => ({ name })) },
  }
  return { kind: 'admitted', ...sent, pod } as const
}

/** The canary that the API server has refused. */
export function refused(message: string, status = 500, ms = 30) {
  return { kind: 'refused', ...sent, ms, status, message } as const
}

/** The text of a call that has failed, as today's API servers write it. */
export function failedCall(reason: string, { name = webhookName, host = serverName } = {}): string {
  return `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://${host}:443/inject?timeout=5s": ${reason}`
}

export function event(reason: string, message: string, more: JsonObject = {}): JsonObject {
  return {
    metadata: { name: 'web.1', namespace: 'web' },
    reason,
    message,
    lastTimestamp: '2026-11-24T09:58:00Z',
    ...more,
  }
}

export function series(name: string, labels: Readonly<Record<string, string>>, change = 0) {
  return { name, labels, after: 10, change }
}

const plugin = 'apiserver_admission_controller_admission_duration_seconds_count'

export const service: JsonObject = {
  metadata: { name: injectorName, namespace: injectorNamespace },
  spec: { type: 'ClusterIP', selector, ports: [{ name: 'https', port: 443, targetPort: 'webhook' }] },
}

export const healthy: Observations = {
  at: new Date(now).toISOString(),
  server: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com',
  place: 'outside',
  asked: {},
  version: { value: { gitVersion: 'v1.33.4-eks-0a1b2c3' } },
  admissionApi: { value: { kind: 'APIGroup' } },
  configurations: { value: [configuration(injectorName, [webhook()], ourLabels)] },
  namespaces: {
    value: [
      namespace('default'),
      namespace('kube-system'),
      namespace('istio-system'),
      namespace(injectorNamespace),
      namespace('web', { 'istio-injection': 'enabled' }),
    ],
  },
  nodes: { value: [node('ip-10-0-27-10.eu-west-1.compute.internal')] },
  daemonSets: { value: [{ metadata: { name: 'aws-node' } }, { metadata: { name: 'kube-proxy' } }] },
  services: { [`${injectorNamespace}/${injectorName}`]: { value: service } },
  endpointSlices: { value: [slice([endpoint('a', '10.0.27.20'), endpoint('b', '10.0.27.21')])] },
  pods: { value: [pod('a', '10.0.27.20'), pod('b', '10.0.27.21')] },
  deployments: { value: [{ metadata: { name: injectorName }, spec: { replicas: 2 } }] },
  networkPolicies: { value: [] },
  securityGroupPolicies: { value: [] },
  eniConfigs: { value: [] },
  configMaps: {
    value: [
      { metadata: { name: 'istio', resourceVersion: '11' }, data: { mesh: 900 } },
      {
        metadata: { name: 'istio-sidecar-injector', resourceVersion: '12' },
        data: { config: 9000, values: 800 },
      },
    ],
  },
  events: { value: [] },
  metrics: {
    value: {
      servers: 2,
      series: [
        series(plugin, { name: 'MutatingAdmissionWebhook', operation: 'CREATE', type: 'admit' }, 1),
        series(plugin, { name: 'LimitRanger', operation: 'CREATE', type: 'admit' }, 1),
        series('apiserver_admission_webhook_request_total', { name: webhookName, code: '200' }, 1),
      ],
    },
  },
  canary: admitted('a injected policy-enabled'),
  endpoints: [probe('a', '10.0.27.20'), probe('b', '10.0.27.21')],
}
