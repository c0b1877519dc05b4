/** What can be seen, and what it means. Texts are those of API servers, of Events on EKS, and of the kubelet. */
import type { Observations } from '../../src/diagnosis/observations.ts'
import {
  admitted,
  authority,
  base64,
  configuration,
  endpoint,
  event,
  expiredCertificate,
  failedCall,
  futureCertificate,
  healthy,
  injectorName,
  injectorNamespace,
  misnamedCertificate,
  namespace,
  node,
  nonce,
  otherAuthority,
  ourLabels,
  pod,
  probe,
  refused,
  self,
  series,
  serverName,
  service,
  slice,
  strangeCertificate,
  webhook,
  webhookName,
} from './made.ts'

export interface Row {
  readonly title: string
  readonly seen: Partial<Observations>
  /** Every cause that holds. */
  readonly causes: readonly string[]
  readonly certainty?: string
  /** True as well, and said where the cause cannot be seen. */
  readonly also?: readonly string[]
  /** Found in evidence and remedy. */
  readonly says?: readonly (string | RegExp)[]
}

const serviceName = `${injectorNamespace}/${injectorName}`
const blocked = { missing: 'not asked' } as const
const silence = { value: { reached: false, ms: 4000, error: 'no answer within 4 s' } } as const
const silent = [
  probe('a', '10.0.27.20', { byApiServer: silence }),
  probe('b', '10.0.27.21', { byApiServer: silence }),
]
const dropped = refused(failedCall('dial tcp 10.0.27.20:9443: i/o timeout'), 500, 5010)
const late = refused(failedCall('context deadline exceeded'), 500, 5003)
const plugins = 'apiserver_admission_controller_admission_duration_seconds_count'
const exclusions = 'apiserver_admission_match_condition_exclusions_total'
const failOpen = 'apiserver_admission_webhook_fail_open_count'

function configured(more: Parameters<typeof webhook>[0]): Pick<Observations, 'configurations'> {
  return { configurations: { value: [configuration(injectorName, [webhook(more)], ourLabels)] } }
}

function serving(cert: string): Pick<Observations, 'endpoints'> {
  const says = { value: self({ certificate: cert }) }
  return { endpoints: [probe('a', '10.0.27.20', { self: says }), probe('b', '10.0.27.21', { self: says })] }
}

/** Both pods on nodes of a kind. */
function onNodes(labels: Record<string, string>, name = 'ip-10-0-27-10.eu-west-1.compute.internal') {
  const spec = { nodeName: name }
  return {
    nodes: { value: [node(name, labels)] },
    pods: {
      value: [
        pod('a', '10.0.27.20', { spec: { ...podSpec, ...spec } }),
        pod('b', '10.0.27.21', { spec: { ...podSpec, ...spec } }),
      ],
    },
  }
}

const podSpec = {
  containers: [{ name: 'sidecar-injector', args: ['serve', '--istioNamespace=istio-system', '--port=9443'] }],
}

/** No pod that the API server may choose. */
function unready(status: Parameters<typeof pod>[2], waiting: readonly string[] = []): Partial<Observations> {
  return {
    pods: { value: [pod('a', '10.0.27.20', status)] },
    endpointSlices: { value: [slice([endpoint('a', '10.0.27.20', false)])] },
    endpoints: [probe('a', '10.0.27.20', { ready: false, self: { value: self({ waiting }) } })],
    canary: refused(failedCall(`no endpoints available for service "${injectorName}"`)),
  }
}

const notReady = { conditions: [{ type: 'Ready', status: 'False' }] }

function waits(reason: string, message: string): Parameters<typeof pod>[2] {
  const containerStatuses = [
    { name: 'sidecar-injector', restartCount: 7, state: { waiting: { reason, message } } },
  ]
  return { status: { ...notReady, containerStatuses } }
}

const overlay = {
  daemonSets: { value: [{ metadata: { name: 'calico-node' } }, { metadata: { name: 'kube-proxy' } }] },
}

/** A pod that says nothing on any port. */
function mute(name: string, address: string) {
  return probe(name, address, { byApiServer: silence, self: { missing: 'no answer within 4 s' } })
}

export const rows: readonly Row[] = [
  { title: 'a healthy cluster', seen: {}, causes: [] },
  {
    title: 'a healthy cluster, by way of old Events',
    seen: {
      events: {
        value: [
          event('FailedCreate', `Error creating: ${failedCall('dial tcp 10.0.27.20:9443: i/o timeout')}`),
        ],
      },
    },
    causes: [],
  },
  {
    title: 'a healthy cluster, with little to be seen',
    seen: { nodes: blocked, metrics: blocked, daemonSets: blocked },
    causes: [],
  },
  {
    title: "Istio's own injector beside it, for namespaces of its own",
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook()], ourLabels),
          configuration('istio-sidecar-injector', [
            webhook({
              clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/inject' } },
              namespaceSelector: { matchLabels: { 'istio.io/rev': 'asm' } },
            }),
          ]),
        ],
      },
      services: { ...healthy.services, 'istio-system/istiod': { value: {} } },
    },
    causes: [],
  },

  // The API server.
  {
    title: 'the plug-in of EKS 1.10-eks.1',
    seen: {
      version: { value: { gitVersion: 'v1.10.3-eks-1' } },
      canary: admitted(undefined, ['canary']),
      metrics: {
        value: { servers: 1, series: [series(plugins, { name: 'LimitRanger', type: 'admit' }, 1)] },
      },
    },
    causes: ['plugin-absent'],
    certainty: 'certain',
    says: [
      'aws eks describe-cluster --region eu-west-1 --name CLUSTER --query cluster.platformVersion',
      'aws eks update-cluster-version --region eu-west-1 --name CLUSTER --kubernetes-version 1.11',
    ],
  },
  {
    title: 'the same, by the older name of the count',
    seen: {
      canary: admitted(undefined, ['canary']),
      metrics: {
        value: {
          servers: 1,
          series: [
            series(
              'apiserver_admission_controller_admission_latencies_seconds_count',
              { name: 'LimitRanger', type: 'admit' },
              1,
            ),
          ],
        },
      },
    },
    causes: ['plugin-absent'],
    certainty: 'certain',
  },
  {
    title: 'the same, where the counts may not be seen',
    seen: { canary: admitted(undefined, ['canary']), metrics: blocked },
    causes: ['plugin-absent'],
    certainty: 'probable',
  },
  {
    title: 'an API server that serves no webhooks at all',
    seen: {
      admissionApi: { value: null },
      configurations: { value: [] },
      canary: { kind: 'not-sent', why: 'no webhook' },
    },
    causes: ['admission-api-absent'],
  },
  {
    title: 'a kubeconfig without its plug-in',
    seen: {
      failure: {
        code: 'forbidden',
        message: 'GET /apis: 403 forbidden: User "system:anonymous" cannot get path "/apis"',
      },
    },
    causes: ['caller-unauthenticated'],
    says: ['aws eks update-kubeconfig'],
  },
  {
    title: 'a kubeconfig from before 2022',
    seen: {
      failure: {
        code: 'kubeconfig',
        message: 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
      },
    },
    causes: ['caller-unauthenticated'],
  },
  {
    title: 'a proxy that refuses',
    seen: { canary: refused(failedCall('Service Unavailable')) },
    causes: ['api-server-proxy'],
    says: ['NO_PROXY'],
  },
  {
    title: 'a proxy that is not there',
    seen: {
      canary: refused(failedCall('proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused')),
    },
    causes: ['api-server-proxy'],
  },
  {
    title: 'a proxy that is not there, and stands in the way of the API server to the pods, too',
    seen: {
      canary: refused(failedCall('proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused')),
      endpoints: [
        probe('a', '10.0.27.20', {
          byApiServer: {
            value: {
              reached: false,
              ms: 3,
              error:
                'error trying to reach service: proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
            },
          },
        }),
      ],
    },
    causes: ['api-server-proxy'],
  },
  {
    title: 'a proxy that answers a page',
    seen: {
      canary: refused(
        failedCall(
          'an error on the server ("<html><head><title>Unable to connect</title>") has prevented the request from succeeding',
        ),
      ),
    },
    causes: ['api-server-proxy'],
  },
  {
    title: 'an API server without time',
    seen: {
      canary: refused(
        'Timeout: request did not complete within requested timeout - context deadline exceeded',
        504,
      ),
    },
    causes: ['api-server-overloaded'],
  },
  {
    title: 'Priority and Fairness',
    seen: { canary: refused('Too many requests, please try again later.', 429) },
    causes: ['api-server-overloaded'],
  },

  // The configurations.
  {
    title: 'no webhook',
    seen: {
      configurations: { value: [] },
      services: {},
      canary: { kind: 'not-sent', why: 'there is no webhook' },
    },
    causes: ['webhook-missing'],
  },
  {
    title: 'a webhook without its Service',
    seen: {
      services: { [serviceName]: { value: null } },
      pods: { value: [] },
      endpoints: [],
      canary: refused(failedCall(`service "${injectorName}" not found`)),
    },
    causes: ['webhook-orphaned'],
    says: ['failurePolicy is Fail', `kubectl delete mutatingwebhookconfiguration ${injectorName}`],
  },
  {
    title: "Istio's webhook without its Service, beside ours",
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook()], ourLabels),
          configuration('istio-sidecar-injector', [
            webhook({
              clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/inject' } },
            }),
          ]),
        ],
      },
      services: { ...healthy.services, 'istio-system/istiod': { value: null } },
    },
    causes: ['webhook-orphaned'],
    says: ['istio-system/istiod'],
  },
  {
    title: 'failing open for months',
    seen: {
      ...configured({ failurePolicy: 'Ignore' }),
      canary: { ...admitted(undefined, ['canary']), ms: 5012 },
      metrics: {
        value: {
          servers: 1,
          series: [...seriesOf(), series(failOpen, { name: webhookName, type: 'admit' }, 1)],
        },
      },
      endpoints: silent,
    },
    causes: ['failing-open', 'port-blocked'],
    says: ['webhooks.failurePolicy=Fail'],
  },
  {
    title: 'calls fail, while the conditions leave out the pods of others',
    seen: {
      ...configured({
        failurePolicy: 'Ignore',
        matchConditions: [{ name: 'own-network', expression: '!object.spec.?hostNetwork.orValue(false)' }],
      }),
      canary: { ...admitted(undefined, ['canary']), ms: 5012 },
      metrics: {
        value: {
          servers: 1,
          series: [
            ...seriesOf(),
            series(failOpen, { name: webhookName, type: 'admit' }, 1),
            series(exclusions, { name: webhookName, kind: 'webhook' }, 2),
          ],
        },
      },
      endpoints: silent,
    },
    causes: ['failing-open', 'port-blocked'],
  },
  {
    title: 'conditions that leave out everything',
    seen: {
      ...configured({ matchConditions: [{ name: 'never', expression: '!has(object.spec.containers)' }] }),
      canary: { kind: 'not-sent', why: 'no namespace is selected by the webhook' },
    },
    causes: ['match-conditions'],
    says: ['matchConditions[never]'],
  },
  {
    title: 'conditions that only the API server can evaluate',
    seen: {
      ...configured({
        matchConditions: [{ name: 'who', expression: "request.userInfo.username != 'kubernetes-admin'" }],
      }),
      canary: admitted(undefined, ['canary']),
      metrics: {
        value: {
          servers: 1,
          series: [...seriesOf(), series(exclusions, { name: webhookName, kind: 'webhook' }, 1)],
        },
      },
    },
    causes: ['match-conditions'],
  },
  {
    title: 'a webhook that waits for itself',
    seen: {
      ...configured({ namespaceSelector: {} }),
      pods: { value: [] },
      endpointSlices: { value: [slice([])] },
      endpoints: [],
      canary: refused(failedCall(`no endpoints available for service "${injectorName}"`)),
      events: {
        value: [
          event(
            'FailedCreate',
            `Error creating: ${failedCall(`no endpoints available for service "${injectorName}"`)}`,
            {
              metadata: { name: 'a', namespace: injectorNamespace },
            },
          ),
        ],
      },
    },
    causes: ['no-endpoints', 'own-namespace-selected'],
  },
  {
    title: 'two of ours',
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook()], ourLabels),
          configuration('other-eks-sidecar-injector', [webhook()], ourLabels),
        ],
      },
    },
    causes: ['two-injectors'],
    says: ['namespace web: '],
  },
  {
    title: "ours and Istio's",
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook()], ourLabels),
          configuration('istio-sidecar-injector', [
            webhook({
              clientConfig: {
                service: { namespace: 'istio-system', name: 'istio-sidecar-injector', path: '/inject' },
              },
            }),
          ]),
        ],
      },
      services: { ...healthy.services, 'istio-system/istio-sidecar-injector': { value: {} } },
    },
    causes: ['istio-injector-too'],
    says: ['sideBySide.label'],
  },
  {
    title: "Istio 1.0's own, which says nothing of side effects",
    seen: {
      ...configured({ sideEffects: 'Unknown' }),
      canary: refused(`admission webhook "${webhookName}" does not support dry run`, 400),
    },
    causes: ['dry-run-refused'],
  },
  {
    title: "somebody else's webhook that fails",
    seen: {
      canary: refused(
        failedCall('dial tcp 10.0.9.9:8443: connect: connection refused', {
          name: 'pods.kyverno.svc',
          host: 'kyverno.kyverno.svc',
        }),
      ),
    },
    causes: ['other-webhook-fails'],
  },
  {
    title: "somebody else's webhook that says no",
    seen: {
      canary: refused(
        'admission webhook "validate.gatekeeper.sh" denied the request: [psp] container istio-init adds NET_ADMIN',
        403,
      ),
    },
    causes: ['other-webhook-denies'],
  },

  {
    title: 'a policy that does not admit sidecars',
    seen: {
      canary: refused(
        "pods is forbidden: ValidatingAdmissionPolicy 'capabilities' with binding 'all' denied request: NET_ADMIN is not allowed",
        422,
      ),
    },
    causes: ['other-webhook-denies'],
  },
  {
    title: 'a policy that does not admit the canary itself',
    seen: {
      canary: refused(
        'admission webhook "validate.kyverno.svc" denied the request: label team is required',
        400,
      ),
    },
    causes: [],
  },

  // The namespaces.
  {
    title: 'a label that is misspelt',
    seen: {
      namespaces: { value: [namespace('web', { 'istio-injection': 'enable' })] },
      canary: { kind: 'not-sent', why: 'no namespace' },
    },
    causes: ['selector-mismatch'],
    says: ['istio-injection=enable', 'kubectl label namespace web istio-injection=enabled --overwrite'],
  },
  {
    title: 'a revision that no webhook is for',
    seen: {
      namespaces: {
        value: [
          namespace('shop', { 'istio.io/rev': 'canary' }),
          namespace('web', { 'istio-injection': 'enabled' }),
        ],
      },
    },
    causes: ['selector-mismatch'],
    says: ['namespace shop has istio.io/rev=canary'],
  },
  {
    title: 'a namespace that the operator means',
    seen: {
      asked: { namespace: 'default' },
      canary: { ...admitted(undefined, ['canary']), namespace: 'default' },
    },
    causes: ['selector-mismatch'],
  },
  {
    title: 'an ambient namespace',
    seen: {
      namespaces: {
        value: [
          namespace('mesh', { 'istio.io/rev': 'x', 'istio.io/dataplane-mode': 'ambient' }),
          namespace('web', { 'istio-injection': 'enabled' }),
        ],
      },
    },
    causes: [],
  },
  {
    title: 'nobody who asks',
    seen: {
      namespaces: { value: [namespace('default'), namespace('web')] },
      canary: { kind: 'not-sent', why: 'no namespace is selected' },
    },
    causes: ['no-namespace-selected'],
  },
  {
    title: 'kube-system',
    seen: {
      asked: { namespace: 'kube-system' },
      canary: { ...admitted(undefined, ['canary']), namespace: 'kube-system' },
    },
    causes: ['kube-system-on-eks'],
  },
  {
    title: 'kube-system, elsewhere',
    seen: {
      asked: { namespace: 'kube-system' },
      version: { value: { gitVersion: 'v1.33.4' } },
      nodes: { value: [] },
      canary: { ...admitted(undefined, ['canary']), namespace: 'kube-system' },
    },
    causes: ['kube-system-on-eks'],
    says: ['it was asked for', 'kubectl label namespace kube-system istio-injection-'],
  },
  {
    title: "another namespace of Kubernetes', labelled",
    seen: {
      asked: { namespace: 'kube-public' },
      namespaces: { value: [namespace('kube-public', { 'istio-injection': 'enabled' })] },
      canary: { ...admitted(undefined, ['canary']), namespace: 'kube-public' },
    },
    causes: ['kube-system-on-eks'],
    says: ['namespace kube-public has istio-injection=enabled', 'kubectl label namespace kube-public'],
  },
  {
    title: "Istio's namespace, which is left out by its name",
    seen: {
      asked: { namespace: 'istio-system' },
      canary: { ...admitted(undefined, ['canary']), namespace: 'istio-system' },
    },
    causes: ['selector-mismatch'],
    says: [/helm upgrade .*--set webhooks.includeIstioNamespace=true/],
  },
  {
    title: "the injector's own namespace",
    seen: {
      asked: { namespace: injectorNamespace },
      canary: { ...admitted(undefined, ['canary']), namespace: injectorNamespace },
    },
    causes: ['selector-mismatch'],
    says: [/cannot wait for the injector/],
  },
  {
    title: 'a namespace with both labels',
    seen: {
      namespaces: { value: [namespace('web', { 'istio-injection': 'enabled', 'istio.io/rev': '1-30' })] },
    },
    causes: ['both-labels'],
  },

  // The Service and its pods.
  {
    title: 'a port that the Service does not have',
    seen: {
      services: {
        [serviceName]: {
          value: { ...service, spec: { selector: { a: 'b' }, ports: [{ name: 'https', port: 8443 }] } },
        },
      },
      canary: refused(failedCall(`no service port 443 found for service "${injectorName}"`)),
    },
    causes: ['service-port'],
  },
  {
    title: 'a Deployment of no pods',
    seen: {
      pods: { value: [] },
      endpoints: [],
      endpointSlices: { value: [slice([])] },
      deployments: { value: [{ metadata: { name: injectorName }, spec: { replicas: 0 } }] },
      canary: refused(failedCall(`no endpoints available for service "${injectorName}"`)),
    },
    causes: ['no-endpoints'],
    says: ['has 0 replicas', '--replicas=2'],
  },
  {
    title: 'the same behind kube-proxy, which refuses',
    seen: {
      pods: { value: [] },
      endpoints: [],
      endpointSlices: { value: [slice([])] },
      canary: refused(failedCall('dial tcp 10.100.7.7:443: connect: connection refused')),
    },
    causes: ['no-endpoints'],
  },
  {
    title: 'the same, failing open',
    seen: {
      ...configured({ failurePolicy: 'Ignore' }),
      pods: { value: [] },
      endpoints: [],
      endpointSlices: { value: [slice([])] },
      canary: admitted(undefined, ['canary']),
      metrics: blocked,
    },
    causes: ['failing-open', 'no-endpoints'],
  },
  {
    title: 'pods that wait for the caBundle',
    seen: unready({ status: notReady }, ['the webhook configurations do not trust the certificate yet']),
    causes: ['no-endpoints'],
    says: ['do not trust the certificate yet'],
  },
  {
    title: 'private subnets without a way to ECR',
    seen: unready(
      waits(
        'ImagePullBackOff',
        'Back-off pulling image "1.dkr.ecr.eu-west-1.amazonaws.com/eks-sidecar-injector:0.1.0"',
      ),
    ),
    causes: ['image-pull'],
    says: ['ecr.dkr', 'aws ec2 describe-vpc-endpoints'],
  },
  {
    title: 'a process that ends',
    seen: unready(waits('CrashLoopBackOff', 'back-off 5m0s restarting failed container')),
    causes: ['injector-crashing'],
    says: ['7 restarts'],
  },
  {
    title: 'no node for it',
    seen: unready({
      spec: { ...podSpec, nodeName: '' },
      status: {
        phase: 'Pending',
        podIP: '',
        conditions: [
          { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: 3 Insufficient cpu.' },
        ],
      },
    }),
    causes: ['injector-unschedulable'],
    says: ['Insufficient cpu'],
  },

  // The settings.
  {
    title: 'Istio 1.0.0 with its webhook disabled',
    seen: {
      ...unready({ status: notReady }, [
        'there is no ConfigMap istio-sidecar-injector in namespace istio-system',
      ]),
      configMaps: {
        value: [
          { metadata: { name: 'istio' }, data: { mesh: 900 } },
          { metadata: { name: 'istio-statsd-prom-bridge' }, data: {} },
        ],
      },
    },
    causes: ['config-map-missing'],
    says: ['sidecarInjectorWebhook.enabled', 'docs/empty-config.md'],
  },
  {
    title: 'Istio in another namespace',
    seen: { ...unready({ status: notReady }), configMaps: { value: [] } },
    causes: ['config-map-missing'],
    says: ['istio.namespace'],
  },
  {
    title: 'an empty key',
    seen: {
      canary: admitted('a skipped no-inject-config', ['canary']),
      configMaps: {
        value: [
          { metadata: { name: 'istio' }, data: { mesh: 900 } },
          { metadata: { name: 'istio-sidecar-injector' }, data: { config: 0 } },
        ],
      },
    },
    causes: ['config-map-empty'],
  },
  {
    title: 'a template that is wrong',
    seen: {
      ...unready({ status: notReady }),
      events: {
        value: [
          event('SettingsRefused', 'template: inject:2:3: unexpected "}"', {
            involvedObject: { kind: 'ConfigMap', name: 'istio-sidecar-injector', resourceVersion: '12' },
          }),
        ],
      },
    },
    causes: ['settings-refused'],
    says: ['template: inject:2:3'],
  },

  // Between the API server and the pods.
  {
    title: 'a security group',
    seen: { canary: dropped, endpoints: silent },
    causes: ['port-blocked'],
    certainty: 'certain',
    says: [
      'dial tcp 10.0.27.20:9443: i/o timeout',
      'aws eks describe-cluster --region eu-west-1 --name CLUSTER --query cluster.resourcesVpcConfig.clusterSecurityGroupId',
      '--instance-ids i-0a1b2c3d4e5f60718',
      'aws ec2 authorize-security-group-ingress --region eu-west-1 --group-id "$TARGET" --protocol tcp --port 9443',
      'node_security_group_additional_rules',
      'helm upgrade injector charts/eks-sidecar-injector --namespace sidecar-injector --reset-then-reuse-values --set eks.preset=aws-minimum',
    ],
  },
  {
    title: 'a security group, as told with a deadline',
    seen: { canary: late, endpoints: silent },
    causes: ['port-blocked'],
    certainty: 'certain',
  },
  {
    title: 'a security group, as told in 2018',
    seen: {
      canary: refused(
        `Internal error occurred: failed calling admission webhook "${webhookName}": Post https://${serverName}:443/inject?timeout=30s: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
      ),
      endpoints: silent,
    },
    causes: ['port-blocked'],
  },
  {
    title: 'a security group, where no canary may be sent, by an Event',
    seen: {
      canary: { kind: 'not-sent', why: 'cannot create resource "pods"' },
      endpoints: silent.map((each) => ({ ...each, byApiServer: blocked })),
      events: {
        value: [
          event('FailedCreate', `Error creating: ${failedCall('dial tcp 10.0.27.245:9443: i/o timeout')}`),
        ],
      },
    },
    causes: ['port-blocked'],
    certainty: 'probable',
  },
  {
    title: 'an Event of an hour ago, where no canary may be sent',
    seen: {
      canary: { kind: 'not-sent', why: 'cannot create resource "pods"' },
      events: {
        value: [
          event('FailedCreate', `Error creating: ${failedCall('dial tcp 10.0.27.245:9443: i/o timeout')}`, {
            lastTimestamp: '2026-11-24T09:00:00Z',
          }),
        ],
      },
    },
    causes: [],
  },
  {
    title: 'a policy that denies',
    seen: {
      canary: late,
      endpoints: silent,
      networkPolicies: {
        value: [
          {
            metadata: { name: 'default-deny' },
            spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
          },
        ],
      },
    },
    causes: ['network-policy'],
    certainty: 'certain',
    says: ['default-deny', 'networkPolicy.enabled=true'],
  },
  {
    title: 'a policy that admits pods only',
    seen: {
      canary: late,
      endpoints: silent,
      networkPolicies: {
        value: [
          {
            metadata: { name: 'pods' },
            spec: {
              podSelector: {},
              ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 9443 }] }],
            },
          },
        ],
      },
    },
    causes: ['network-policy'],
    certainty: 'certain',
  },
  {
    title: 'a policy that admits some addresses',
    seen: {
      canary: late,
      endpoints: silent,
      networkPolicies: {
        value: [
          {
            metadata: { name: 'vpc' },
            spec: {
              podSelector: {},
              ingress: [{ from: [{ ipBlock: { cidr: '10.9.0.0/16' } }], ports: [{ port: 'webhook' }] }],
            },
          },
        ],
      },
    },
    causes: ['network-policy'],
    certainty: 'possible',
  },
  {
    title: 'a policy that admits everybody is not to blame',
    seen: {
      canary: late,
      endpoints: silent,
      networkPolicies: {
        value: [
          {
            metadata: { name: 'open' },
            spec: { podSelector: {}, ingress: [{ ports: [{ port: 'webhook', protocol: 'TCP' }] }] },
          },
        ],
      },
    },
    causes: ['port-blocked'],
  },
  {
    title: 'a policy that nobody enforces',
    seen: {
      networkPolicies: {
        value: [{ metadata: { name: 'default-deny' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } }],
      },
    },
    causes: [],
  },
  {
    title: 'security groups for pods',
    seen: {
      canary: dropped,
      endpoints: silent,
      pods: {
        value: [
          pod('a', '10.0.27.20', {
            metadata: { annotations: { 'vpc.amazonaws.com/pod-eni': '[{"eniId":"eni-1"}]' } },
          }),
        ],
      },
    },
    causes: ['security-groups-for-pods'],
  },
  {
    title: 'a SecurityGroupPolicy that selects the injector',
    seen: {
      canary: dropped,
      endpoints: silent,
      securityGroupPolicies: {
        value: [
          {
            metadata: { name: 'db' },
            spec: {
              podSelector: { matchLabels: { 'app.kubernetes.io/name': injectorName } },
              securityGroups: { groupIds: ['sg-0aa'] },
            },
          },
        ],
      },
    },
    causes: ['security-groups-for-pods'],
    says: ['SecurityGroupPolicy db selects it: sg-0aa'],
  },
  {
    title: "Karpenter's nodes with another security group",
    seen: {
      nodes: { value: [node('one'), node('two', { 'karpenter.sh/nodepool': 'spot' })] },
      pods: {
        value: [
          pod('a', '10.0.27.20', { spec: { ...podSpec, nodeName: 'one' } }),
          pod('b', '10.0.27.21', { spec: { ...podSpec, nodeName: 'two' } }),
        ],
      },
      endpoints: [probe('a', '10.0.27.20'), probe('b', '10.0.27.21', { byApiServer: silence })],
    },
    causes: ['some-nodes-blocked'],
    certainty: 'certain',
    says: ['karpenter.sh/nodepool=spot', 'securityGroupSelectorTerms'],
  },
  {
    title: 'one of two pods of which nothing is heard at all',
    seen: { endpoints: [probe('a', '10.0.27.20'), mute('b', '10.0.27.21')] },
    causes: ['some-nodes-blocked'],
    certainty: 'probable',
    says: ['if not, the process hangs'],
  },
  {
    title:
      'two pods that are starved: one answers late, the other not at all, and the canary has come through',
    seen: {
      endpoints: [
        probe('a', '10.0.27.20', { byApiServer: { value: { reached: true, ms: 2900 } } }),
        mute('b', '10.0.27.21'),
      ],
    },
    causes: ['slow-server'],
    certainty: 'probable',
    says: ['pod a took 2900 ms', 'kubectl -n sidecar-injector top pods'],
  },
  {
    title: 'Calico on EKS',
    seen: { ...overlay, canary: refused(failedCall('Address is not allowed')), endpoints: silent },
    causes: ['overlay-network'],
    certainty: 'certain',
    says: ['calico-node', 'eks.preset=overlay-cni'],
  },
  {
    title: 'Calico on EKS that is silent',
    seen: { ...overlay, canary: late, endpoints: silent },
    causes: ['overlay-network'],
    certainty: 'probable',
  },
  {
    title: 'custom networking',
    seen: {
      eniConfigs: { value: [{ metadata: { name: 'eu-west-1a' } }] },
      canary: refused(failedCall('Address is not allowed')),
      pods: { value: [pod('a', '100.64.3.4')] },
    },
    causes: ['custom-networking'],
    certainty: 'certain',
    says: ['ENIConfig eu-west-1a', 'CidrBlockAssociationSet'],
  },
  {
    title: 'a block that was added to the VPC',
    seen: { canary: refused(failedCall('Address is not allowed')) },
    causes: ['custom-networking'],
    certainty: 'probable',
  },
  {
    title: 'hybrid nodes',
    seen: {
      ...onNodes({ 'eks.amazonaws.com/compute-type': 'hybrid' }),
      canary: refused(failedCall('dial tcp 10.80.0.7:9443: connect: no route to host')),
      endpoints: [],
    },
    causes: ['hybrid-nodes'],
    certainty: 'certain',
    says: ['eks.preset=hybrid'],
  },
  {
    title: 'hybrid nodes that are silent',
    seen: { ...onNodes({ 'eks.amazonaws.com/compute-type': 'hybrid' }), canary: late, endpoints: silent },
    causes: ['hybrid-nodes'],
  },
  {
    title: 'no route',
    seen: { canary: refused(failedCall('dial tcp 10.0.27.20:9443: connect: no route to host')) },
    causes: ['no-route'],
  },
  {
    title: 'a closed port',
    seen: { canary: refused(failedCall('dial tcp 10.0.27.20:9444: connect: connection refused')) },
    causes: ['port-closed'],
    says: ['--port=9443'],
  },
  {
    title: 'the port of the kubelet on Fargate',
    seen: {
      ...onNodes(
        { 'eks.amazonaws.com/compute-type': 'fargate' },
        'fargate-ip-10-0-1-2.eu-west-1.compute.internal',
      ),
      endpointSlices: { value: [slice([endpoint('a', '10.0.27.20')], 10250)] },
      canary: refused(
        failedCall('x509: certificate is valid for fargate-ip-10-0-1-2, not eks-sidecar-injector'),
      ),
    },
    causes: ['certificate-name', 'fargate-injector'],
    says: ['eks.preset=fargate'],
  },
  {
    title: 'the network of the node on Fargate',
    seen: {
      ...unready({
        spec: { ...podSpec, nodeName: '' },
        status: {
          phase: 'Pending',
          podIP: '',
          conditions: [{ type: 'PodScheduled', status: 'False', message: 'Pod not supported on Fargate' }],
        },
      }),
      events: {
        value: [
          event('FailedScheduling', 'Pod not supported on Fargate: fields not supported: HostNetwork', {
            involvedObject: { kind: 'Pod', name: 'a' },
          }),
        ],
      },
    },
    causes: ['fargate-injector'],
  },
  {
    title: 'connections to a node that is gone',
    seen: {
      canary: late,
      events: { value: [event('RemovingNode', 'Removing Node ip-10-0-9-9 from Controller')] },
    },
    causes: ['dead-connections'],
    certainty: 'certain',
    says: ['Removing Node ip-10-0-9-9', 'rollout restart'],
  },
  {
    title: 'connections that are dead, nobody knows why',
    seen: { canary: late },
    causes: ['dead-connections'],
    certainty: 'probable',
  },
  {
    title: 'a server that has seen the canary',
    seen: {
      canary: late,
      endpoints: [
        probe('a', '10.0.27.20', { self: { value: self({ canaries: [{ nonce }] }) } }),
        probe('b', '10.0.27.21'),
      ],
    },
    causes: ['slow-server'],
    certainty: 'certain',
  },
  {
    title: 'a server that hangs, seen from a pod',
    seen: {
      place: 'in-cluster',
      canary: late,
      endpoints: [
        probe('a', '10.0.27.20', {
          byApiServer: silence,
          direct: {
            value: {
              tcp: { reached: true, ms: 1 },
              tls: { reached: false, ms: 4000, error: 'no answer within 4 s' },
            },
          },
          self: { missing: 'no answer within 4 s' },
        }),
      ],
    },
    causes: ['slow-server'],
  },
  {
    title: "Istio's own, reached and late",
    seen: {
      configurations: { value: [configuration('istio-sidecar-injector', [webhook()])] },
      canary: late,
      endpoints: [
        probe('a', '10.0.27.20', { self: blocked, byApiServer: { value: { reached: true, ms: 2900 } } }),
      ],
    },
    causes: ['slow-server'],
  },
  {
    title: 'an API server that waits longer than anybody here',
    seen: {
      canary: { ...refused('no answer within 12 s'), status: undefined, ms: 12_000 },
      endpoints: silent,
    },
    causes: ['port-blocked'],
  },
  {
    title: 'connections that break',
    seen: { canary: refused(failedCall('EOF')) },
    causes: ['connection-broken'],
  },
  {
    title: 'connections that are reset',
    seen: {
      canary: refused(failedCall('read tcp 10.0.1.9:443->10.0.27.20:9443: read: connection reset by peer')),
    },
    causes: ['connection-broken'],
  },
  {
    title: 'a tunnel without an agent',
    seen: { canary: refused(failedCall('No agent available')) },
    causes: ['tunnel-broken'],
  },
  {
    title: 'a name that the API server cannot look up',
    seen: {
      ...configured({
        clientConfig: { url: 'https://injector.example.com/inject', caBundle: base64(authority.cert) },
      }),
      canary: refused(
        failedCall('dial tcp: lookup injector.example.com on 10.0.0.2:53: no such host', {
          host: 'injector.example.com',
        }),
      ),
    },
    causes: ['name-unresolved'],
    says: ['https://injector.example.com/inject'],
  },
  {
    title: 'a url that nothing comes back from',
    seen: {
      ...configured({
        clientConfig: { url: 'https://10.0.9.9:8443/inject', caBundle: base64(authority.cert) },
      }),
      endpoints: [],
      canary: refused(failedCall('context deadline exceeded', { host: '10.0.9.9' }), 500, 5002),
    },
    causes: ['port-blocked'],
    says: ['https://10.0.9.9:8443/inject', '{.webhooks[*].clientConfig.url}'],
  },
  {
    title: 'one replica whose port is closed',
    seen: {
      endpoints: [
        probe('a', '10.0.27.20'),
        probe('b', '10.0.27.21', {
          byApiServer: {
            value: {
              reached: false,
              ms: 3,
              error: 'error trying to reach service: dial tcp 10.0.27.21:9443: connect: connection refused',
            },
          },
        }),
      ],
    },
    causes: ['port-closed'],
    says: ['of pod b'],
  },
  {
    title: 'a process that hangs, or packets that are dropped: nobody says which',
    seen: {
      canary: late,
      endpoints: silent.map((each) => ({ ...each, self: { missing: 'no answer within 4 s' } })),
    },
    causes: ['port-blocked'],
    certainty: 'probable',
    says: ['the process hangs'],
  },
  {
    title: 'a new connection that took too long, to a pod that can be reached',
    seen: { canary: dropped },
    causes: ['port-blocked'],
    certainty: 'possible',
  },
  {
    title: 'Cilium that gives pods addresses of the VPC',
    seen: { daemonSets: { value: [{ metadata: { name: 'cilium' } }] }, canary: late, endpoints: silent },
    causes: ['port-blocked'],
  },
  {
    title: 'an API server that is slow with everything',
    seen: {
      canary: { ...refused('no answer within 12 s'), status: undefined },
      plainMs: 4000,
      endpoints: silent,
    },
    causes: ['api-server-overloaded'],
    says: ['took 4000 ms'],
  },
  {
    title: 'a port without TLS',
    seen: { canary: refused(failedCall('http: server gave HTTP response to HTTPS client')) },
    causes: ['not-tls'],
  },

  // Certificates.
  {
    title: 'an empty caBundle',
    seen: {
      ...configured({
        clientConfig: { service: { namespace: injectorNamespace, name: injectorName, path: '/inject' } },
      }),
      canary: refused(failedCall('x509: certificate signed by unknown authority')),
    },
    causes: ['ca-bundle-empty'],
    says: ['doctor --fix'],
  },
  {
    title: 'the caBundle of another authority',
    seen: {
      ...configured({
        clientConfig: {
          service: { namespace: injectorNamespace, name: injectorName, path: '/inject' },
          caBundle: base64(otherAuthority.cert),
        },
      }),
      canary: refused(
        failedCall(
          'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "ours")',
        ),
      ),
    },
    causes: ['ca-bundle-wrong'],
    says: ['CN=of others', 'CN=ours'],
  },
  {
    title: 'the same, where no canary may be sent',
    seen: {
      ...configured({
        clientConfig: {
          service: { namespace: injectorNamespace, name: injectorName, path: '/inject' },
          caBundle: base64(otherAuthority.cert),
        },
      }),
      canary: { kind: 'not-sent', why: 'cannot create resource "pods"' },
    },
    causes: ['ca-bundle-wrong'],
  },
  {
    title: 'the same, failing open',
    seen: {
      ...configured({
        failurePolicy: 'Ignore',
        clientConfig: {
          service: { namespace: injectorNamespace, name: injectorName, path: '/inject' },
          caBundle: base64(otherAuthority.cert),
        },
      }),
      canary: admitted(undefined, ['canary']),
      metrics: {
        value: {
          servers: 1,
          series: [...seriesOf(), series(failOpen, { name: webhookName, type: 'admit' }, 1)],
        },
      },
    },
    causes: ['ca-bundle-wrong', 'failing-open'],
  },
  {
    title: 'an expired certificate',
    seen: {
      ...serving(expiredCertificate.cert),
      canary: refused(
        failedCall(
          'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-14T10:00:00Z',
        ),
      ),
    },
    causes: ['certificate-expired'],
  },
  {
    title: 'a certificate of tomorrow',
    seen: {
      ...serving(futureCertificate.cert),
      canary: refused(
        failedCall(
          'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is before 2026-11-26T09:55:00Z',
        ),
      ),
    },
    causes: ['certificate-not-yet-valid'],
  },
  {
    title: 'a certificate for another name',
    seen: {
      ...serving(misnamedCertificate.cert),
      canary: refused(failedCall(`x509: certificate is valid for web.default.svc, not ${serverName}`)),
    },
    causes: ['certificate-name'],
    says: [`needs the DNS name ${serverName}`],
  },
  {
    title: 'a certificate without names',
    seen: {
      canary: refused(
        failedCall(`x509: certificate is not valid for any names, but wanted to match ${serverName}`),
      ),
    },
    causes: ['certificate-name'],
  },

  {
    title: 'a certificate for clients',
    seen: { canary: refused(failedCall('x509: certificate specifies an incompatible key usage')) },
    causes: ['certificate-unfit'],
    says: ['serverAuth', serverName],
  },
  {
    title: 'dates that an old API server does not tell apart',
    seen: {
      ...serving(futureCertificate.cert),
      canary: refused(failedCall('x509: certificate has expired or is not yet valid')),
    },
    causes: ['certificate-not-yet-valid'],
  },
  {
    title: 'one replica that serves the certificate of another authority',
    seen: {
      endpoints: [
        probe('a', '10.0.27.20'),
        probe('b', '10.0.27.21', { self: { value: self({ certificate: strangeCertificate.cert }) } }),
      ],
    },
    causes: ['ca-bundle-wrong'],
    says: ['(pod b)'],
  },
  {
    title: 'what we compare is not what the API server compares',
    seen: serving(strangeCertificate.cert),
    causes: [],
  },

  // The answers.
  {
    title: 'a refusal of the injector',
    seen: {
      canary: refused(
        `admission webhook "${webhookName}" denied the request: template: inject:3:5: executing "inject"`,
        500,
      ),
    },
    causes: ['injection-refused'],
  },
  {
    title: 'a policy of disabled',
    seen: { canary: admitted('a skipped policy-disabled', ['canary']) },
    causes: ['policy-disabled'],
    says: ['policy: enabled'],
  },
  {
    title: 'a revision that is not served',
    seen: { canary: admitted('a skipped revision-unknown', ['canary']) },
    causes: ['revision-unknown'],
  },
  {
    title: 'another reason to skip',
    seen: { canary: admitted('a skipped host-network', ['canary']) },
    causes: ['canary-skipped'],
  },
  {
    title: 'a wrong path',
    seen: {
      ...configured({
        clientConfig: {
          service: { namespace: injectorNamespace, name: injectorName, path: '/mutate' },
          caBundle: base64(authority.cert),
        },
      }),
      canary: refused(failedCall('the server could not find the requested resource')),
    },
    causes: ['wrong-path'],
    says: ['/webhooks/0/clientConfig/service/path'],
  },
  {
    title: 'the path of the injector, where somebody else answers',
    seen: { canary: refused(failedCall('the server could not find the requested resource')) },
    causes: ['answer-unusable'],
  },
  {
    title: 'somebody else who answers',
    seen: {
      canary: refused(
        failedCall('received invalid webhook response: expected response.uid="1", got ""').replace(
          'failed to call webhook: ',
          '',
        ),
      ),
    },
    causes: ['answer-unusable'],
  },
  {
    title: 'words that nobody knows',
    seen: { canary: refused(failedCall('the moon is in the wrong house')) },
    causes: ['call-failed'],
    certainty: 'possible',
  },
  {
    title: 'Pod Security',
    seen: {
      canary: refused(
        'pods "canary" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "istio-init" must set securityContext.capabilities.drop=["ALL"])',
        403,
      ),
    },
    causes: ['pod-security'],
  },
  {
    title: 'a quota',
    seen: {
      canary: refused(
        'pods "canary" is forbidden: exceeded quota: compute, requested: requests.cpu=101m, used: requests.cpu=2, limited: requests.cpu=2',
        403,
      ),
    },
    causes: ['quota'],
  },
  {
    title: 'Fargate for workloads',
    seen: {
      events: {
        value: [
          event(
            'FailedScheduling',
            'Pod not supported on Fargate: invalid SecurityContext fields: Capabilities added: NET_ADMIN',
            { involvedObject: { kind: 'Pod', name: 'web-1' } },
          ),
        ],
      },
    },
    causes: ['fargate-workloads'],
  },
  {
    title: 'a pod that is invalid with its sidecar',
    seen: { canary: refused('Pod "canary" is invalid: spec.containers[1].image: Required value', 422) },
    causes: ['canary-refused'],
  },
]

function seriesOf() {
  return 'value' in healthy.metrics ? healthy.metrics.value.series : []
}
