/** Random webhooks, namespaces and pods that meet: their labels are from one small stock. */
import type { Json, JsonObject } from '../../src/injection/json.ts'
import { randomCondition } from './conditions.ts'
import { chance, pick, type Random } from './mutate.ts'

const keys = ['app', 'tier', 'istio-injection', 'istio.io/rev', 'sidecar.istio.io/inject', 'x']
const values = ['web', 'enabled', 'disabled', 'true', 'false', '1-30', '', 'A']

/** Labels; every key may be missing. */
export function labelsOf(random: Random): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.filter(() => chance(random, 40)).map((key) => [key, pick(random, values)]))
}

function selector(random: Random, names: readonly string[]): JsonObject {
  const requirement = (): JsonObject => {
    const operator = pick(random, ['In', 'NotIn', 'Exists', 'DoesNotExist'])
    const isName = names.length > 0 && chance(random, 25)
    const list = [0, 1].slice(0, 1 + random(2)).map(() => pick(random, isName ? names : values))
    return {
      key: isName ? 'kubernetes.io/metadata.name' : pick(random, keys),
      operator,
      ...(operator.endsWith('In') ? { values: list } : {}),
    }
  }
  return {
    ...(chance(random, 30) ? { matchLabels: { [pick(random, keys)]: pick(random, values) } } : {}),
    ...(chance(random, 70) ? { matchExpressions: [requirement(), requirement()].slice(random(2)) } : {}),
  }
}

const resources = [
  ['pods'],
  ['pods'],
  ['*'],
  ['*/*'],
  ['pods/*'],
  ['pods', 'services'],
  ['pods/status'],
  ['pods/ephemeralcontainers'],
  ['*/status'],
  ['services', 'deployments'],
  ['pods/*', 'services'],
]

function rule(random: Random): JsonObject {
  const some = <T extends Json>(lists: readonly (readonly T[])[]): readonly T[] => pick(random, lists)
  return {
    operations: some([['CREATE'], ['*'], ['CREATE', 'UPDATE'], ['UPDATE'], ['DELETE', 'CONNECT']]),
    apiGroups: some([[''], ['*'], ['', 'apps'], ['apps'], ['batch', 'apps']]),
    apiVersions: some([['v1'], ['*'], ['v1', 'v1beta1'], ['v1beta1']]),
    resources: some(resources),
    ...(chance(random, 40) ? { scope: pick(random, ['*', 'Namespaced', 'Cluster']) } : {}),
  }
}

const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }

/** What of a webhook selects pods; half of them differ from what injectors have in one thing only. */
export function randomSelection(random: Random, namespaces: readonly string[]): JsonObject {
  const hard = random(8)
  return {
    rules: hard === 0 || hard > 6 ? [rule(random), rule(random)].slice(random(2)) : [podRule],
    ...(hard === 1 || hard > 6 ? { namespaceSelector: selector(random, namespaces) } : {}),
    ...(hard === 2 || hard > 6 ? { objectSelector: selector(random, []) } : {}),
    ...(hard > 2
      ? { matchConditions: [0, 1, 2].slice(random(3)).map((index) => condition(random, index)) }
      : {}),
    ...(chance(random, 30) ? { matchPolicy: pick(random, ['Exact', 'Equivalent']) } : {}),
  }
}

function condition(random: Random, index: number): JsonObject {
  return { name: `c${index}`, expression: chance(random, 25) ? pick(random, usual) : randomCondition(random) }
}

/** Such as people write, and such as look at what the API server fills in. */
const usual = [
  "!has(object.metadata.annotations) || !('x/y' in object.metadata.annotations)",
  "object.metadata.?labels['sidecar.istio.io/inject'].orValue('') != 'false'",
  '!has(object.spec.hostNetwork) || !object.spec.hostNetwork',
  "object.spec.containers.all(c, c.imagePullPolicy == 'Always')",
  "object.spec.containers.exists(c, c.terminationMessagePath == '/dev/termination-log')",
  "object.spec.restartPolicy == 'Always' && object.spec.dnsPolicy == 'ClusterFirst'",
  'object.spec.volumes.size() > 1',
  "object.spec.volumes.exists(v, v.name.startsWith('kube-api-access-'))",
  'object.spec.containers.all(c, has(c.volumeMounts) && c.volumeMounts.size() > 0)',
  'object.spec.tolerations.size() == 2',
  "object.spec.containers.all(c, !has(c.ports) || c.ports.all(p, p.protocol == 'TCP'))",
  'has(object.status)',
  'has(object.status.phase)',
  'has(object.metadata.uid) || has(object.metadata.resourceVersion)',
  'has(object.metadata.creationTimestamp)',
  'has(object.metadata.managedFields)',
  'has(object.metadata.name)',
  "object.metadata.name.startsWith('pod-')",
  "has(object.metadata.generateName) && object.metadata.generateName == 'made-'",
  "request.name == ''",
  "request.name.startsWith('pod-')",
  'has(object.spec.nodeName)',
  "object.metadata.namespace == 'random-1'",
  'has(object.spec.priority) && object.spec.priority == 0',
  'object.spec.enableServiceLinks',
  'object.spec.automountServiceAccountToken',
  'object.spec.serviceAccountName == object.spec.serviceAccount',
  'object.spec.securityContext == {}',
  'object.spec.containers.all(c, has(c.resources) && c.resources == {})',
  "object.spec.containers.exists(c, has(c.resources.requests) && 'cpu' in c.resources.requests)",
  "object.spec.containers.exists(c, c.?resources.?requests[?'memory'].orValue('') == '1Gi')",
  'object.spec.containers.exists(c, has(c.livenessProbe) && c.livenessProbe.timeoutSeconds == 1 && c.livenessProbe.failureThreshold == 3)',
  'object.spec.volumes.exists(v, has(v.configMap) && v.configMap.defaultMode == 420)',
  "object.spec.containers.exists(c, has(c.env) && c.env.exists(e, has(e.valueFrom) && e.valueFrom.fieldRef.apiVersion == 'v1'))",
  "object.apiVersion == 'v1' && object.kind == 'Pod'",
  'request.dryRun == false',
  "request.userInfo.username.startsWith('system:serviceaccount:kube-system:')",
  "!('system:masters' in request.userInfo.groups)",
  "request.userInfo.username == 'admin' || object.metadata.name == 'pod-1'",
  'has(request.userInfo.extra)',
  'request.options.size() > 0',
]

/** A pod that API servers take. */
export function randomPodToCreate(random: Random, index: number): JsonObject {
  const maybe = (percent: number, members: JsonObject): JsonObject => (chance(random, percent) ? members : {})
  const container = (name: string): JsonObject => ({
    name,
    image: pick(random, ['app', 'app:latest', 'reg.example/app:1', 'auto']),
    // On the host's network no two containers may have one port.
    ...maybe(name === 'b' ? 60 : 0, {
      ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }].slice(random(2)),
    }),
    ...maybe(30, { resources: { limits: { cpu: '500m', memory: '1024Mi' } } }),
    ...maybe(30, { livenessProbe: { httpGet: { path: '/', port: 8080 } } }),
    ...maybe(30, {
      env: [
        { name: 'A', value: '1' },
        { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
    }),
    ...maybe(20, { securityContext: { runAsUser: 0 }, imagePullPolicy: 'IfNotPresent' }),
  })
  const isNamed = chance(random, 60)
  const labels = labelsOf(random)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(isNamed
        ? { name: pick(random, [`pod-${index}`, `web-${index}`, `a${index}`]) }
        : { generateName: pick(random, ['made-', 'web-']) }),
      labels: { ...labels, index: String(index) },
      ...maybe(50, {
        annotations: { 'x/y': pick(random, ['true', 'false', '']), 'sidecar.istio.io/inject': 'false' },
      }),
    },
    spec: {
      containers: ['app', 'istio-proxy', 'b'].slice(random(3)).map(container),
      ...maybe(30, { initContainers: [{ ...container('init'), livenessProbe: undefined }] }),
      ...maybe(20, { hostNetwork: chance(random, 50) }),
      ...maybe(20, { nodeSelector: { app: '1' } }),
      ...maybe(20, { tolerations: [{ operator: 'Exists' }] }),
      ...maybe(30, {
        volumes: [
          { name: 'data', emptyDir: {} },
          { name: 'config', configMap: { name: 'app' } },
        ],
      }),
      ...maybe(20, { securityContext: { runAsUser: 0 } }),
      ...maybe(15, { terminationGracePeriodSeconds: 3, restartPolicy: 'Never' }),
      ...maybe(10, { automountServiceAccountToken: false }),
    },
  }
}
