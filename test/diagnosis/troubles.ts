/** What goes wrong, in parts that can be put together: where on the way of a pod it stands, what it looks like, and what it hides. */
import { textAt } from '../../src/cluster/objects.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import type { CanaryResult, EndpointProbe, Observations } from '../../src/diagnosis/observations.ts'
import {
  admitted,
  base64,
  configuration,
  endpoint,
  event,
  expiredCertificate,
  failedCall,
  healthy,
  injectorName,
  misnamedCertificate,
  namespace,
  now,
  otherAuthority,
  ourLabels,
  pod,
  probe,
  refused,
  self,
  series,
  serverName,
  slice,
  webhook,
  webhookName,
} from './made.ts'

/** In the order in which a pod meets them. */
export const stages = ['before', 'call', 'tls', 'answer', 'after'] as const
export type Stage = (typeof stages)[number]

export interface Trouble {
  readonly cause: string
  /** Where on its way the canary is stopped; undefined: it is not. */
  readonly stage?: Stage
  /** What the canary comes to there. */
  readonly canary?: CanaryResult
  /** Seen without a canary that gets so far: by the API server's proxy, or by what the pods say of themselves. */
  readonly isSeen: boolean
  /** What stands in the cluster. */
  readonly webhook?: JsonObject
  readonly configurations?: readonly JsonObject[]
  readonly services?: Observations['services']
  readonly namespaces?: readonly JsonObject[]
  readonly events?: readonly JsonObject[]
  readonly configMaps?: readonly JsonObject[]
  readonly networkPolicies?: readonly JsonObject[]
  readonly daemonSets?: readonly JsonObject[]
  readonly byApiServer?: EndpointProbe['byApiServer']
  readonly certificate?: string
  readonly isReady?: boolean
}

const silence = { value: { reached: false, ms: 4000, error: 'no answer within 4 s' } } as const
const closed = {
  value: {
    reached: false,
    ms: 3,
    error: 'error trying to reach service: dial tcp 10.0.27.20:9443: connect: connection refused',
  },
} as const

function service(name: string): JsonObject {
  return { service: { namespace: 'istio-system', name, path: '/inject', port: 443 } }
}

const maps = 'value' in healthy.configMaps ? healthy.configMaps.value : []

export const troubles: readonly Trouble[] = [
  // What stands there, whatever becomes of a canary.
  {
    cause: 'selector-mismatch',
    isSeen: true,
    namespaces: [namespace('shop', { 'istio-injection': 'enable' })],
  },
  {
    cause: 'both-labels',
    isSeen: true,
    namespaces: [namespace('both', { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' })],
  },
  {
    cause: 'kube-system-on-eks',
    isSeen: true,
    namespaces: [namespace('kube-system', { 'istio-injection': 'enabled' })],
  },
  {
    cause: 'two-injectors',
    isSeen: true,
    configurations: [configuration('z-eks-sidecar-injector', [webhook()], ourLabels)],
  },
  {
    cause: 'istio-injector-too',
    isSeen: true,
    configurations: [
      configuration('istio-sidecar-injector-a', [webhook({ clientConfig: service('istiod') })]),
    ],
    services: { 'istio-system/istiod': { value: {} } },
  },
  {
    cause: 'webhook-orphaned',
    isSeen: true,
    configurations: [
      configuration('istio-sidecar-injector-old', [webhook({ clientConfig: service('gone') })]),
    ],
    services: { 'istio-system/gone': { value: null } },
  },
  {
    cause: 'config-map-empty',
    isSeen: true,
    configMaps: maps.map((map) => ({ ...map, data: { config: 0, mesh: 900 } })),
  },
  {
    cause: 'settings-refused',
    isSeen: true,
    events: [
      event('SettingsRefused', 'the template cannot be read: line 3', {
        involvedObject: { kind: 'ConfigMap', name: 'istio-sidecar-injector', resourceVersion: '12' },
      }),
    ],
  },
  {
    cause: 'fargate-workloads',
    isSeen: true,
    events: [
      event('FailedScheduling', 'Pod not supported on Fargate: Capabilities added: NET_ADMIN', {
        involvedObject: { kind: 'Pod', name: 'web-1' },
      }),
    ],
  },

  // What stops the canary before it comes to us.
  {
    cause: 'other-webhook-fails',
    stage: 'before',
    isSeen: false,
    canary: refused(
      failedCall('no endpoints available for service "aws-load-balancer-webhook-service"', {
        name: 'mpod.elbv2.k8s.aws',
        host: 'aws-load-balancer-webhook-service.kube-system.svc',
      }),
    ),
  },
  {
    cause: 'api-server-overloaded',
    stage: 'before',
    isSeen: false,
    canary: refused('Too many requests, please try again later.', 429),
  },

  // What stops the call.
  {
    cause: 'no-endpoints',
    stage: 'call',
    isSeen: true,
    isReady: false,
    canary: refused(failedCall(`no endpoints available for service "${injectorName}"`)),
  },
  {
    cause: 'port-closed',
    stage: 'call',
    isSeen: true,
    byApiServer: closed,
    canary: refused(failedCall('dial tcp 10.0.27.20:9443: connect: connection refused')),
  },
  {
    cause: 'port-blocked',
    stage: 'call',
    isSeen: true,
    byApiServer: silence,
    canary: refused(failedCall('context deadline exceeded'), 500, 5002),
  },
  {
    cause: 'network-policy',
    stage: 'call',
    isSeen: true,
    byApiServer: silence,
    networkPolicies: [{ metadata: { name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } }],
    canary: refused(failedCall('context deadline exceeded'), 500, 5002),
  },
  {
    cause: 'overlay-network',
    stage: 'call',
    // The proxy's dialler says nothing of the kind, as it is not asked.
    isSeen: false,
    daemonSets: [{ metadata: { name: 'calico-node' } }],
    canary: refused(failedCall('Address is not allowed')),
  },
  {
    cause: 'api-server-proxy',
    stage: 'call',
    isSeen: false,
    canary: refused(failedCall('proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused')),
  },

  // What stops the handshake.
  {
    cause: 'ca-bundle-wrong',
    stage: 'tls',
    isSeen: true,
    webhook: {
      clientConfig: {
        service: { namespace: 'sidecar-injector', name: injectorName, path: '/inject', port: 443 },
        caBundle: base64(otherAuthority.cert),
      },
    },
    canary: refused(failedCall('x509: certificate signed by unknown authority')),
  },
  {
    cause: 'certificate-expired',
    stage: 'tls',
    isSeen: true,
    certificate: expiredCertificate.cert,
    canary: refused(
      failedCall(
        'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-14T10:00:00Z',
      ),
    ),
  },
  {
    cause: 'certificate-name',
    stage: 'tls',
    isSeen: true,
    certificate: misnamedCertificate.cert,
    canary: refused(failedCall(`x509: certificate is valid for web.default.svc, not ${serverName}`)),
  },

  // What the injector answers.
  {
    cause: 'policy-disabled',
    stage: 'answer',
    isSeen: false,
    canary: admitted('a skipped policy-disabled', ['canary']),
  },
  {
    cause: 'injection-refused',
    stage: 'answer',
    isSeen: false,
    canary: refused(`admission webhook "${webhookName}" denied the request: template: inject:3:5`, 500),
  },

  // What becomes of the pod with its sidecar.
  {
    cause: 'quota',
    stage: 'after',
    isSeen: false,
    canary: refused(
      'pods "canary" is forbidden: exceeded quota: all, requested: requests.cpu=200m, used: requests.cpu=0, limited: requests.cpu=150m',
      403,
    ),
  },
  {
    cause: 'pod-security',
    stage: 'after',
    isSeen: false,
    canary: refused(
      'pods "canary" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities',
      403,
    ),
  },
  {
    cause: 'other-webhook-denies',
    stage: 'after',
    isSeen: false,
    canary: refused(
      'admission webhook "validate.gatekeeper.sh" denied the request: istio-init adds NET_ADMIN',
      403,
    ),
  },
]

/** What two troubles that both say how the pods are reached, or what is served, cannot both be. */
export function slotOf({ stage, cause }: Trouble): string {
  return stage ?? cause
}

/** A cluster in which all of them hold. */
export function clusterOf(all: readonly Trouble[]): Observations {
  const first = all.filter(({ stage }) => stage !== undefined).toSorted((a, b) => stageOf(a) - stageOf(b))[0]
  const has = <K extends keyof Trouble>(key: K): Trouble[K] | undefined =>
    all.find((each) => each[key] !== undefined)?.[key]
  const isReady = has('isReady') ?? true
  const certificate = has('certificate')
  const says = { value: self(certificate === undefined ? {} : { certificate }) }
  const byApiServer = has('byApiServer') ?? { value: { reached: true, ms: 8 } }
  const namespaces = all.flatMap((each) => each.namespaces ?? [])
  const known = 'value' in healthy.namespaces ? healthy.namespaces.value : []
  const addresses = ['10.0.27.20', '10.0.27.21'] as const
  const status = isReady ? {} : { status: { conditions: [{ type: 'Ready', status: 'False' }] } }
  return {
    ...healthy,
    at: new Date(now).toISOString(),
    configurations: {
      value: [
        configuration(injectorName, [webhook(has('webhook'))], ourLabels),
        ...all.flatMap((each) => each.configurations ?? []),
      ],
    },
    services: Object.assign({}, healthy.services, ...all.map((each) => each.services ?? {})),
    namespaces: {
      value: [...known.filter((each) => !isReplaced(each, namespaces)), ...namespaces],
    },
    events: { value: all.flatMap((each) => each.events ?? []) },
    configMaps: { value: has('configMaps') ?? maps },
    networkPolicies: { value: has('networkPolicies') ?? [] },
    daemonSets: has('daemonSets') === undefined ? healthy.daemonSets : { value: has('daemonSets') ?? [] },
    pods: { value: [pod('a', addresses[0], status), pod('b', addresses[1], status)] },
    endpointSlices: {
      value: [slice([endpoint('a', addresses[0], isReady), endpoint('b', addresses[1], isReady)])],
    },
    endpoints: addresses.map((address, index) =>
      probe(index === 0 ? 'a' : 'b', address, { ready: isReady, byApiServer, self: says }),
    ),
    canary: first?.canary ?? healthy.canary,
  }
}

/** The same where failurePolicy is Ignore: what stops the call lets the canary through. */
export function openClusterOf(all: readonly Trouble[]): Observations {
  const closed = clusterOf(all)
  const stopped = all.toSorted((a, b) => stageOf(a) - stageOf(b)).find(({ stage }) => stage !== undefined)
  const isCall = stopped?.stage === 'call' || stopped?.stage === 'tls'
  const metrics = 'value' in healthy.metrics ? healthy.metrics.value : { servers: 1, series: [] }
  const failed = series(
    'apiserver_admission_webhook_fail_open_count',
    { name: webhookName, type: 'admit' },
    1,
  )
  return {
    ...closed,
    configurations: {
      value: ('value' in closed.configurations ? closed.configurations.value : []).map((object) =>
        textOf(object) === injectorName
          ? configuration(
              injectorName,
              [webhook({ ...all.find((each) => each.webhook)?.webhook, failurePolicy: 'Ignore' })],
              ourLabels,
            )
          : object,
      ),
    },
    ...(isCall
      ? {
          canary: admitted(undefined, ['canary']),
          metrics: { value: { ...metrics, series: [...metrics.series, failed] } },
        }
      : {}),
  }
}

export function stageOf({ stage }: Trouble): number {
  return stage === undefined ? stages.length : stages.indexOf(stage)
}

function textOf(object: JsonObject): string {
  return textAt(object['metadata'], 'name') ?? ''
}

function isReplaced(object: JsonObject, others: readonly JsonObject[]): boolean {
  return others.some((other) => textOf(other) === textOf(object))
}
