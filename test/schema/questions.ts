import type { Json } from '../../src/schema/index.ts'

/** What Go's libraries are asked (tools/schema-oracle); their answers are in answers.jsonl, line by line. */
export interface Question {
  readonly do: 'decode' | 'message' | 'print' | 'string'
  /** The Go type without its package. */
  readonly type: string
  readonly json: Json
}

const decode = (type: string, json: Json): Question => ({ do: 'decode', type, json })
const container = (json: Json): Question => decode('Pod', { spec: { containers: [json] } })
const print = (json: Json): Question => ({ do: 'print', type: 'Container', json })
const string = (json: Json): Question => ({ do: 'string', type: 'Pod', json })
const proxy = (json: Json): Question => ({ do: 'message', type: 'ProxyConfig', json })
const mesh = (json: Json): Question => ({ do: 'message', type: 'MeshConfig', json })
const created = (creationTimestamp: Json): Question => decode('Pod', { metadata: { creationTimestamp } })
const cpu = (quantity: Json): Question => container({ resources: { limits: { cpu: quantity } } })

export const questions: readonly Question[] = [
  // Wrong types.
  decode('Pod', []),
  decode('Pod', 'x'),
  decode('Pod', { kind: 5 }),
  decode('Pod', { metadata: [] }),
  decode('Pod', { metadata: { labels: { a: 1 } } }),
  decode('Pod', { metadata: { labels: 'a' } }),
  decode('Pod', { metadata: { annotations: { a: true, b: {} } } }),
  decode('Pod', { spec: { hostNetwork: 'true', overhead: [], nodeSelector: 'x' } }),
  decode('Pod', { spec: { terminationGracePeriodSeconds: 1.5 } }),
  decode('Pod', { spec: { terminationGracePeriodSeconds: '30' } }),
  decode('Pod', { spec: { containers: {} } }),
  decode('Pod', { spec: { containers: ['a'] } }),
  decode('Pod', { spec: { volumes: [{ name: 'a', emptyDir: [] }] } }),
  decode('Pod', { spec: { tolerations: [{ tolerationSeconds: true }] } }),
  container({ args: [1] }),
  container({ args: 'a' }),
  container({ name: false }),
  container({ ports: [{ containerPort: '80' }] }),
  container({ ports: [{ containerPort: 3000000000, protocol: 1 }] }),
  container({ ports: [{ protocol: 1 }], restartPolicy: {} }),
  container({ env: [{ name: 'a', value: 5 }] }),
  container({ securityContext: { runAsUser: '1' } }),
  container({ stdin: 'true' }),
  // Types that decode themselves stop everything at once.
  container({ livenessProbe: { httpGet: { port: true } } }),
  container({ livenessProbe: { httpGet: { port: 1.5 } } }),
  container({ livenessProbe: { httpGet: { port: {} } } }),
  container({ livenessProbe: { httpGet: 5 } }),
  container({ lifecycle: { preStop: { tcpSocket: { port: [] } } } }),
  decode('Pod', {
    metadata: { labels: { a: 1 } },
    spec: { containers: [{ resources: { limits: { cpu: true } } }] },
  }),
  decode('Pod', { metadata: { labels: { a: 1 }, creationTimestamp: 'x' } }),
  cpu('x'),
  cpu(''),
  cpu('1Kii'),
  cpu('1e99999999999999999999'),
  cpu([]),
  cpu({}),
  created(5),
  created(''),
  created('2026'),
  created('2026-13-01T00:00:00Z'),
  created('2026-02-30T00:00:00Z'),
  created('2026-02-00T00:00:00Z'),
  created('2026-02-01T24:00:00Z'),
  created('2026-02-01T23:60:00Z'),
  created('2026-02-01T23:59:60Z'),
  created('2026-02-01 23:59:59Z'),
  created('2026-02-01T23:59:59'),
  created('2026-02-01T23:59:59X'),
  created('2026-02-01T23:59:59+25:00'),
  created('2026-02-01T23:59:59Zé"'),
  // Right ones, and what becomes of them.
  created('2026-02-01T3:59:59Z'),
  created('2026-02-01T23:59:59.123456789Z'),
  created('2024-02-29T23:59:59+02:30'),
  created('0001-01-01T00:00:00Z'),
  created(null),
  cpu(2),
  cpu(0.5),
  cpu('1024Mi'),
  cpu(' 100m '),
  cpu(null),
  decode('Pod', {}),
  decode('Pod', { METADATA: { Name: 'x', lAbels: { b: '1', a: '<&>' } }, Spec: { hostNETWORK: true } }),
  decode('Pod', {
    spec: { containers: [null, { image: '', stdin: false, args: [null, 'a'], command: [], env: null }] },
  }),
  decode('Pod', {
    spec: { nodeSelector: { a: null }, volumes: [{ name: 'a', emptyDir: null }], activeDeadlineSeconds: 0 },
  }),
  decode('Pod', { spec: { fooBar: 1, securityContext: {}, automountServiceAccountToken: false } }),
  decode('Pod', { metadata: { labels: { é: '1', '￿': '2', '𐀀': '3', z: '\u2028' } } }),
  container({
    name: 'a',
    livenessProbe: { httpGet: { port: 'http' }, exec: {} },
    lifecycle: { preStop: {} },
  }),
  container({ resources: { requests: { memory: '1.5Gi', cpu: '1e-1' }, claims: [] } }),
  container({ ports: [{ hostPort: 0, containerPort: 80, name: 'b' }], volumeMounts: [{ readOnly: false }] }),
  ...[
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
    'ReplicationController',
    'Job',
    'CronJob',
  ].flatMap((type) => [
    decode(type, {}),
    decode(type, { spec: { template: { spec: { containers: [{}] } } } }),
  ]),
  // fmt.
  print({}),
  print({
    name: 'c',
    args: ['a', 'b c'],
    stdin: true,
    restartPolicy: null,
    env: [{ name: 'a', value: 'b' }],
  }),
  print({ ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }, { containerPort: 53 }] }),
  print({
    resources: {
      limits: { memory: '128Mi', cpu: '500m' },
      requests: { cpu: '1.5', 'a/b': '1k', c: '1Gi', d: '0' },
    },
  }),
  print({
    volumeMounts: [{ name: 'v', mountPath: '/m', readOnly: true }],
    imagePullPolicy: 'Always',
    tty: true,
  }),
  print({
    livenessProbe: { httpGet: { port: 80 }, periodSeconds: 3 },
    securityContext: { runAsUser: 1, privileged: true },
  }),
  print({
    env: [{ name: 'a', valueFrom: { resourceFieldRef: { resource: 'cpu' } } }],
    lifecycle: {},
    startupProbe: {},
  }),
  // String of pointers.
  string({}),
  string({
    metadata: {
      labels: { b: '1', a: '' },
      finalizers: ['x', 'y'],
      ownerReferences: [{}],
    },
  }),
  string({
    spec: {
      nodeSelector: { a: 'b' },
      overhead: { cpu: '500m', memory: '1Gi' },
      hostAliases: [{ ip: '1' }],
    },
  }),
  string({
    spec: {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { a: 'b' } } }],
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, labelSelector: { matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] } },
      ],
    },
  }),
  string({
    spec: {
      volumes: [
        { name: 'v', emptyDir: { sizeLimit: '1024Mi' } },
        {
          name: 'd',
          downwardAPI: { items: [{ path: 'p', resourceFieldRef: { resource: 'cpu', divisor: '1m' } }] },
        },
        {
          name: 'e',
          ephemeral: {
            volumeClaimTemplate: { metadata: { name: 'n' }, spec: { resources: { limits: { a: 1 } } } },
          },
        },
        {
          name: 'p',
          projected: {
            defaultMode: 420,
            sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3 } }],
          },
        },
      ],
    },
  }),
  string({
    spec: {
      restartPolicy: 'Always',
      securityContext: {
        fsGroup: 1,
        supplementalGroups: [1, 2],
        sysctls: [{ name: 'a' }],
        seLinuxOptions: {},
      },
      containers: [
        {
          name: 'a',
          ports: [{ containerPort: 80 }],
          readinessProbe: { tcpSocket: { port: 'http' }, httpGet: { httpHeaders: [{ name: 'h' }], port: 5 } },
          env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'p' } } }],
          envFrom: [{ configMapRef: { name: 'c', optional: false } }],
          restartPolicy: 'Always',
          terminationMessagePolicy: 'File',
          resources: { claims: [{ name: 'c' }], requests: { cpu: '2', x: null } },
        },
      ],
    },
    status: {
      phase: 'Running',
      startTime: '2026-11-24T05:38:00Z',
      conditions: [{ type: 'Ready', lastProbeTime: null }],
    },
  }),
  // Messages.
  proxy({
    concurrency: 5,
    drainDuration: '1m',
    tracing: { zipkin: {} },
    statusPort: '5',
    interceptionMode: 1,
  }),
  proxy({
    holdApplicationUntilProxyStarts: false,
    concurrency: 0,
    terminationDrainDuration: '0s',
    statusPort: 0,
  }),
  proxy({ drainDuration: '1.5s', fileFlushInterval: '1ms', discoveryRefreshDelay: '1h0m0.000000001s' }),
  proxy({ proxy_metadata: { a: 'b' }, proxyMetadata: null, status_port: 4 }),
  proxy({ proxyMetadata: { b: '<', a: null }, runtimeValues: {}, extraStatTags: [null, 'a'] }),
  proxy({ serviceCluster: '', tracingServiceName: 'CANONICAL_NAME_ONLY' }),
  proxy({ tracingServiceName: 'APP_LABEL_AND_NAMESPACE' }),
  proxy({ serviceCluster: '' }),
  proxy({ tracing: { lightstep: {}, zipkin: { address: 'a:1' } } }),
  proxy({
    tracing: { sampling: 10.5, customTags: { b: { literal: { value: 'x' } }, a: {} }, maxPathTagLength: 3 },
  }),
  proxy({ tracing: { sampling: 1e21 } }),
  proxy({ tracing: { sampling: 0.0000001 } }),
  proxy({ tracing: { sampling: 'NaN' } }),
  proxy({ tracing: { stackdriver: { maxNumberOfAttributes: '5', debug: true } } }),
  proxy({ gatewayTopology: { forwardClientCertDetails: 'SANITIZE', numTrustedProxies: 2 } }),
  proxy({ readinessProbe: { httpGet: { path: '/x', port: 80 }, initialDelaySeconds: 0 } }),
  proxy({ interceptionMode: 7 }),
  proxy({ statusPort: 'x' }),
  proxy({ statusPort: '5x' }),
  proxy({ statusPort: 5.5 }),
  proxy({ statusPort: '5.5' }),
  proxy({ statusPort: true }),
  proxy({ statusPort: 'true' }),
  proxy({ statusPort: 3000000000 }),
  proxy({ statusPort: '' }),
  proxy({ statusPort: [] }),
  proxy({ drainDuration: '5' }),
  proxy({ drainDuration: 5 }),
  proxy({ interceptionMode: 'tproxy' }),
  proxy({ interceptionMode: true }),
  proxy({ interceptionMode: 1.5 }),
  proxy({ proxyMetadata: { a: true } }),
  proxy({ proxyMetadata: [] }),
  proxy({ extraStatTags: 'a' }),
  proxy({ holdApplicationUntilProxyStarts: 'false' }),
  proxy({ StatusPort: 1 }),
  proxy({ foo: 1 }),
  proxy({ tracing: 5 }),
  proxy([]),
  proxy('x'),
  mesh({
    tcpKeepalive: { probes: 5, time: '1h' },
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    defaultConfig: {},
  }),
  mesh({
    enableTracing: false,
    enablePrometheusMerge: false,
    proxyListenPort: 0,
    h2UpgradePolicy: 'UPGRADE',
  }),
  mesh({
    discoverySelectors: [
      { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['x'] }] },
    ],
  }),
  mesh({
    extensionProviders: [
      { name: 'x', envoyFileAccessLog: { logFormat: { labels: { b: 'x', a: { n: null } } } } },
    ],
  }),
]
