/** Clusters that are well, each in its own way: doctor has nothing to say of them. */
import type { JsonObject } from '../../src/golang/json-value.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import {
  admitted,
  configuration,
  endpoint,
  event,
  failedCall,
  healthy,
  injectorName,
  injectorNamespace,
  namespace,
  node,
  ourLabels,
  pod,
  probe,
  series,
  serverName,
  service,
  slice,
  webhook,
  webhookName,
} from './made.ts'

export interface Healthy {
  readonly title: string
  readonly seen: Partial<Observations>
}

const forbidden = { missing: 'GET /…: 403 forbidden' } as const
const istiod = { namespace: 'istio-system', name: 'istiod', path: '/inject', port: 443 }

function daemons(...names: readonly string[]): Pick<Observations, 'daemonSets'> {
  return { daemonSets: { value: names.map((name) => ({ metadata: { name } })) } }
}

function version(gitVersion: string): Pick<Observations, 'version'> {
  return { version: { value: { gitVersion } } }
}

/** Both pods elsewhere. */
function at(addresses: readonly [string, string], port = 9443, more: Parameters<typeof pod>[2] = {}) {
  const [a, b] = addresses
  return {
    pods: { value: [pod('a', a, more), pod('b', b, more)] },
    endpointSlices: { value: [slice([endpoint('a', a), endpoint('b', b)], port)] },
    endpoints: [probe('a', a, { port }), probe('b', b, { port })],
  }
}

function policies(...specs: readonly JsonObject[]): Pick<Observations, 'networkPolicies'> {
  return { networkPolicies: { value: specs.map((spec) => ({ metadata: { name: 'policy' }, spec })) } }
}

/** A node without EKS's labels. */
function plainNode(name: string, address: string, labels: JsonObject = {}): JsonObject {
  return { metadata: { name, labels }, status: { addresses: [{ type: 'InternalIP', address }] } }
}

const nodeName = 'ip-10-0-27-10.eu-west-1.compute.internal'
const deny = { podSelector: {}, policyTypes: ['Ingress'] }

/** What Istio 1.10 and later register for a revision, and for a tag. */
function istioWebhooks(revision: string, service: JsonObject = istiod): readonly JsonObject[] {
  const clientConfig = { service }
  const rev = { key: 'istio.io/rev', operator: 'In', values: [revision] }
  const none = { key: 'istio-injection', operator: 'DoesNotExist' }
  const pods = {
    matchExpressions: [{ key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] }],
  }
  return [
    webhook({
      name: 'rev.namespace.sidecar-injector.istio.io',
      clientConfig,
      namespaceSelector: { matchExpressions: [rev, none] },
      objectSelector: pods,
    }),
    webhook({
      name: 'rev.object.sidecar-injector.istio.io',
      clientConfig,
      namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'DoesNotExist' }, none] },
      objectSelector: { matchExpressions: [...pods.matchExpressions, { ...rev }] },
    }),
  ]
}

const separated: JsonObject = {
  matchExpressions: [{ key: 'sidecar-injector', operator: 'In', values: ['eks'] }],
}

export const healthyClusters: readonly Healthy[] = [
  { title: 'EKS with the VPC CNI', seen: {} },
  {
    title: 'EKS with Calico, the injector on the network of the nodes',
    seen: {
      ...daemons('calico-node', 'kube-proxy'),
      nodes: { value: [node(nodeName)] },
      ...at(['10.0.27.10', '10.0.28.10'], 10251, { spec: { hostNetwork: true, nodeName } }),
      ...policies(deny),
    },
  },
  {
    title: 'EKS with Cilium, the injector on the network of the nodes',
    seen: {
      ...daemons('cilium'),
      ...at(['10.0.27.10', '10.0.28.10'], 10251, { spec: { hostNetwork: true, nodeName } }),
    },
  },
  {
    title: 'EKS with Fargate for namespaces, the injector on port 9443 there',
    seen: {
      ...daemons('aws-node'),
      nodes: {
        value: [
          node('fargate-ip-10-0-1-2.eu-west-1.compute.internal', {
            'eks.amazonaws.com/compute-type': 'fargate',
          }),
        ],
      },
      ...at(['10.0.1.2', '10.0.1.3'], 9443, {
        spec: { nodeName: 'fargate-ip-10-0-1-2.eu-west-1.compute.internal' },
      }),
    },
  },
  {
    title: 'EKS where Fargate has refused a pod an hour ago',
    seen: {
      events: {
        value: [
          event(
            'FailedScheduling',
            'Pod not supported on Fargate: invalid SecurityContext fields: Capabilities added: NET_ADMIN',
            {
              involvedObject: { kind: 'Pod', name: 'web-1' },
              lastTimestamp: '2026-11-24T09:05:00Z',
            },
          ),
        ],
      },
    },
  },
  {
    title: 'EKS Auto Mode, which has no DaemonSets of networks',
    seen: {
      ...daemons(),
      nodes: {
        value: [
          node(nodeName, { 'eks.amazonaws.com/compute-type': 'auto', 'karpenter.sh/nodepool': 'system' }),
        ],
      },
    },
  },
  {
    title: 'EKS with hybrid nodes beside those of the cloud, which the injector is on',
    seen: {
      ...daemons('aws-node', 'cilium'),
      nodes: {
        value: [node(nodeName), node('mi-0a1b', { 'eks.amazonaws.com/compute-type': 'hybrid' })],
      },
    },
  },
  {
    title: 'EKS with custom networking that the control plane knows',
    seen: {
      eniConfigs: { value: [{ metadata: { name: 'eu-west-1a' } }] },
      ...at(['100.64.3.4', '100.64.3.5']),
    },
  },
  {
    title: 'EKS with security groups for pods that admit the control plane',
    seen: {
      securityGroupPolicies: {
        value: [
          { metadata: { name: 'all' }, spec: { podSelector: {}, securityGroups: { groupIds: ['sg-1'] } } },
        ],
      },
      ...at(['10.0.27.20', '10.0.27.21'], 9443, {
        metadata: {
          labels: { 'app.kubernetes.io/name': injectorName, 'app.kubernetes.io/instance': 'injector' },
          annotations: { 'vpc.amazonaws.com/pod-eni': '[{"eniId":"eni-1"}]' },
        },
      }),
    },
  },
  {
    title: 'a private cluster, seen from a pod of it',
    seen: { server: 'https://172.20.0.1:443', place: 'in-cluster' },
  },
  {
    title: 'GKE',
    seen: {
      ...version('v1.33.5-gke.1200'),
      ...daemons('anetd', 'kube-proxy', 'konnectivity-agent'),
      nodes: { value: [plainNode('gke-1', '10.132.0.2', { 'cloud.google.com/gke-nodepool': 'default' })] },
      ...at(['10.8.0.4', '10.8.0.5'], 9443, { spec: { nodeName: 'gke-1' } }),
    },
  },
  {
    title: 'AKS, whose enforcer adds to selectors',
    seen: {
      ...version('v1.32.7'),
      ...daemons('azure-npm', 'kube-proxy'),
      configurations: {
        value: [
          configuration(
            injectorName,
            [
              webhook({
                namespaceSelector: {
                  matchExpressions: [
                    { key: 'istio-injection', operator: 'In', values: ['enabled'] },
                    { key: 'control-plane', operator: 'NotIn', values: ['true'] },
                    { key: 'kubernetes.azure.com/managedby', operator: 'NotIn', values: ['aks'] },
                  ],
                },
              }),
            ],
            ourLabels,
          ),
        ],
      },
    },
  },
  {
    title: 'k3s, whose API server says nothing of plug-ins',
    seen: {
      ...version('v1.31.5+k3s1'),
      ...daemons(),
      nodes: { value: [plainNode('k3s', '192.168.1.2')] },
      metrics: { value: { servers: 1, series: [] } },
    },
  },
  {
    title: 'kind',
    seen: {
      ...version('v1.34.0'),
      ...daemons('kindnet', 'kube-proxy'),
      nodes: { value: [plainNode('kind-control-plane', '172.18.0.2')] },
      ...at(['10.244.0.5', '10.244.0.6'], 9443, { spec: { nodeName: 'kind-control-plane' } }),
    },
  },
  {
    title: 'Istio of two revisions and a tag beside ours, which has a label of its own',
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook({ namespaceSelector: separated })], ourLabels),
          configuration(
            'istio-sidecar-injector-1-28-0',
            istioWebhooks('1-28-0', { ...istiod, name: 'istiod-1-28-0' }),
          ),
          configuration(
            'istio-sidecar-injector-1-30-0',
            istioWebhooks('1-30-0', { ...istiod, name: 'istiod-1-30-0' }),
          ),
          configuration(
            'istio-revision-tag-stable',
            istioWebhooks('stable', { ...istiod, name: 'istiod-1-30-0' }),
          ),
        ],
      },
      services: {
        ...healthy.services,
        'istio-system/istiod-1-28-0': { value: {} },
        'istio-system/istiod-1-30-0': { value: {} },
      },
      namespaces: {
        value: [
          namespace('web', { 'sidecar-injector': 'eks' }),
          namespace('old', { 'istio.io/rev': '1-28-0' }),
          namespace('new', { 'istio.io/rev': 'stable' }),
          namespace(injectorNamespace),
        ],
      },
    },
  },
  {
    title: "Istio's default, which its tag has put out of use",
    seen: {
      configurations: {
        value: [
          configuration('istio-revision-tag-default', [
            webhook({
              clientConfig: { service: istiod },
              namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
            }),
          ]),
          configuration('istio-sidecar-injector', [
            webhook({
              clientConfig: { service: istiod },
              namespaceSelector: { matchLabels: { 'istio.io/deactivated': 'never-match' } },
            }),
          ]),
        ],
      },
      services: { 'istio-system/istiod': { value: { spec: { ports: [{ port: 443 }] } } } },
      endpointSlices: { value: [] },
      pods: { value: [] },
      endpoints: [],
      configMaps: { value: [] },
      canary: admitted(undefined),
    },
  },
  {
    title: 'a managed Istio, called by a url, whose ConfigMaps are elsewhere',
    seen: {
      configurations: {
        value: [
          configuration('istiod-asm-managed', [
            webhook({ clientConfig: { url: 'https://istio.example.com/inject/ISTIO/asm-managed' } }),
          ]),
        ],
      },
      services: {},
      endpointSlices: { missing: 'not asked' },
      pods: { missing: 'not asked' },
      endpoints: [],
      configMaps: { value: [] },
      canary: admitted(undefined),
    },
  },
  {
    title: "Istio's own injector, asked for by the name of its configuration",
    seen: {
      asked: { configuration: 'istio-sidecar-injector' },
      configurations: {
        value: [configuration('istio-sidecar-injector', [webhook({ clientConfig: { service: istiod } })])],
      },
      services: { 'istio-system/istiod': { value: { spec: { ports: [{ port: 443 }] } } } },
      endpointSlices: { missing: 'not asked' },
      pods: { missing: 'not asked' },
      endpoints: [],
      configMaps: { value: [] },
      canary: admitted(undefined),
    },
  },
  {
    title: 'Istio 1.0.0, its injector scaled to nothing and its webhook gone',
    seen: {
      ...version('v1.14.9-eks-f459c0'),
      deployments: {
        value: [
          { metadata: { name: 'istio-sidecar-injector' }, spec: { replicas: 0 } },
          { metadata: { name: injectorName }, spec: { replicas: 2 } },
        ],
      },
    },
  },
  {
    title: "a caBundle that cert-manager's cainjector writes",
    seen: {
      configurations: {
        value: [
          {
            ...configuration(injectorName, [webhook()]),
            metadata: {
              name: injectorName,
              uid: '1',
              labels: ourLabels,
              annotations: { 'cert-manager.io/inject-ca-from': 'sidecar-injector/serving' },
              managedFields: [{ manager: 'cainjector', operation: 'Update', time: '2026-11-24T09:00:00Z' }],
            },
          },
        ],
      },
    },
  },
  {
    title: 'several releases of ours, each with namespaces of its own',
    seen: {
      configurations: {
        value: [
          configuration(injectorName, [webhook()], ourLabels),
          configuration(
            'team-eks-sidecar-injector',
            [
              webhook({
                clientConfig: { service: { namespace: 'team', name: 'team-injector', path: '/inject' } },
                namespaceSelector: separated,
              }),
            ],
            ourLabels,
          ),
        ],
      },
      services: { ...healthy.services, 'team/team-injector': { value: service } },
      namespaces: {
        value: [
          namespace('web', { 'istio-injection': 'enabled' }),
          namespace('theirs', { 'sidecar-injector': 'eks' }),
          namespace(injectorNamespace),
        ],
      },
    },
  },
  {
    title: 'failurePolicy Ignore, which has failed open for others long ago',
    seen: {
      configurations: {
        value: [configuration(injectorName, [webhook({ failurePolicy: 'Ignore' })], ourLabels)],
      },
      metrics: {
        value: {
          servers: 2,
          series: [
            {
              ...series('apiserver_admission_webhook_fail_open_count', { name: webhookName, type: 'admit' }),
              after: 4711,
            },
            {
              ...series('apiserver_admission_webhook_rejection_count', {
                name: webhookName,
                error_type: 'calling_webhook_error',
              }),
              after: 99,
            },
          ],
        },
      },
    },
  },
  {
    title: 'NetworkPolicies that deny all, and one that admits the port',
    seen: policies(deny, { podSelector: {}, ingress: [{ ports: [{ port: 'webhook' }] }] }),
  },
  {
    title: 'a NetworkPolicy that admits the VPC',
    seen: policies({
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ port: 9000, endPort: 9999 }] }],
    }),
  },
  {
    title: 'IPv6 only',
    seen: {
      nodes: {
        value: [
          {
            ...node(nodeName),
            status: { addresses: [{ type: 'InternalIP', address: '2001:db8:1::10' }] },
          },
        ],
      },
      ...at(['2001:db8:1::20', '2001:db8:1::21']),
    },
  },
  {
    title: 'two stacks, with a slice for each',
    seen: {
      endpointSlices: {
        value: [
          slice([endpoint('a', '10.0.27.20'), endpoint('b', '10.0.27.21')]),
          slice([endpoint('a', '2001:db8::20'), endpoint('b', '2001:db8::21')]),
        ],
      },
    },
  },
  {
    title: 'little that may be seen, but for the canary, which comes back',
    seen: {
      nodes: forbidden,
      daemonSets: forbidden,
      services: { [`${injectorNamespace}/${injectorName}`]: forbidden },
      endpointSlices: forbidden,
      pods: forbidden,
      deployments: forbidden,
      networkPolicies: forbidden,
      securityGroupPolicies: forbidden,
      eniConfigs: forbidden,
      configMaps: forbidden,
      events: forbidden,
      metrics: forbidden,
      endpoints: [],
    },
  },
  {
    title: 'a pod that was evicted last week',
    seen: {
      pods: {
        value: [
          pod('a', '10.0.27.20'),
          pod('b', '10.0.27.21'),
          pod('gone', '10.0.27.22', { status: { phase: 'Failed', conditions: [] } }),
        ],
      },
    },
  },
  {
    title: 'a namespace with both labels, which name the same',
    seen: {
      namespaces: {
        value: [
          namespace('web', { 'istio-injection': 'enabled', 'istio.io/rev': 'default' }),
          namespace(injectorNamespace),
        ],
      },
    },
  },
  {
    title: 'Events of what was mended, and the canary comes back',
    seen: {
      events: {
        value: [
          'dial tcp 10.0.27.20:9443: i/o timeout',
          `service "${injectorName}" not found`,
          `x509: certificate is valid for a, not ${serverName}`,
        ].map((reason) => event('FailedCreate', `Error creating: ${failedCall(reason)}`)),
      },
    },
  },
]
