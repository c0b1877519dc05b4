/**
 * Random pods for every release: each annotation, label, probe, port, owner and volume that templates or code read, in
 * weights that let them meet. Most values are right, some are hostile; what an API server refuses is not made here, so
 * that what is wrong with an injected pod is the injector's doing.
 */
import type { Json, JsonObject } from '../../src/injection/json.ts'
import { chance, pick, type Random } from './mutate.ts'
import { randomAnnotations, randomLabels } from './pod-metadata.ts'

type Members = Record<string, Json>

/** The member for so many of a hundred, an empty object for the others. */
function maybe(random: Random, percent: number, member: () => Members): Members {
  return chance(random, percent) ? member() : {}
}

/** A pod as an API server sends it for admission. */
export function randomPod(random: Random): JsonObject {
  const workload = pick(random, ['web', 'reviews', 'y', 'n', 'my.app', '0123', 'a'.repeat(50)])
  const owner = randomOwner(random, workload)
  const labels = { ...randomLabels(random, workload), ...owner.labels }
  const annotations = randomAnnotations(random)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...owner.metadata,
      ...maybe(random, 20, () => ({ namespace: 'shop' })),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...maybe(random, 5, () => ({ futureMember: { of: 'metadata' } })),
    },
    spec: randomSpec(random, Object.hasOwn(annotations, 'sidecar.istio.io/userVolume')),
  }
}

interface Owned {
  readonly metadata: Members
  readonly labels: Members
}

function randomOwner(random: Random, workload: string): Owned {
  const hash = '5b8f6d7c9'
  return pick<() => Owned>(random, [
    () => ({ metadata: { name: workload }, labels: {} }),
    () => controlled('ReplicaSet', `${workload}-${hash}`, { 'pod-template-hash': hash }),
    () => controlled('ReplicaSet', `${workload}-${hash}`, { 'pod-template-hash': hash }),
    () => controlled('ReplicaSet', `${workload}-x`),
    () => controlled('ReplicaSet', `${workload}-${hash}`, { 'rollouts-pod-template-hash': hash }),
    () => controlled('StatefulSet', workload),
    () => controlled('DaemonSet', workload),
    () => controlled('Job', `${workload}-${pick(random, ['x', '28712345', '1612345678'])}`),
    () => controlled('ReplicationController', `${workload}-1`, { deploymentconfig: workload }),
  ])()
}

function controlled(kind: string, name: string, labels: Members = {}): Owned {
  return {
    metadata: {
      generateName: `${name}-`,
      ownerReferences: [
        { apiVersion: apiVersions[kind] ?? 'apps/v1', kind, name, uid: 'u-1', controller: true },
      ],
    },
    labels,
  }
}

const apiVersions: Readonly<Record<string, string>> = { Job: 'batch/v1', ReplicationController: 'v1' }

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

function randomSpec(random: Random, hasUserVolume: boolean): Members {
  const token = pick(random, ['kube-api-access-x7k2p', 'default-token-abcde'])
  const containers = ['app', 'worker', 'metrics']
    .slice(0, 1 + random(3))
    .map((name) => randomContainer(random, name, token))
  const inits = ['migrate', 'fetch']
    .slice(0, Math.max(0, random(4) - 1))
    .map((name) => randomInit(random, name, token))
  if (chance(random, 8)) containers.splice(random(2), 0, ownProxy(random))
  else if (chance(random, 3)) inits.push(ownProxy(random))
  return {
    containers,
    ...(inits.length === 0 ? {} : { initContainers: inits }),
    volumes: [
      { name: token, projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      { name: 'data', emptyDir: {} },
      ...(hasUserVolume ? [] : [{ name: 'config', configMap: { name: 'app' }, futureMember: 1 }]),
    ],
    ...maybe(random, 60, () => ({ serviceAccountName: pick(random, ['default', 'web', 'y']) })),
    ...maybe(random, 20, () => ({ imagePullSecrets: [{ name: 'registry' }] })),
    ...maybe(random, 15, () => ({ dnsPolicy: pick(random, ['ClusterFirst', 'Default']) })),
    ...maybe(random, 15, () => ({
      dnsConfig: { searches: ['shop.local'], options: [{ name: 'ndots', value: '2' }] },
    })),
    ...maybe(random, 25, () => ({
      securityContext: pick<Members>(random, [
        {},
        { fsGroup: 2000 },
        { runAsNonRoot: true, runAsUser: 1000 },
      ]),
    })),
    ...maybe(random, 3, () => ({ hostNetwork: true })),
    ...maybe(random, 10, () => ({ nodeName: 'node-1', tolerations: [{ operator: 'Exists' }] })),
    ...maybe(random, 5, () => ({ futureMember: ['of', 'spec'] })),
  }
}

function randomContainer(random: Random, name: string, token: string): JsonObject {
  return {
    name,
    image: pick(random, ['app', 'app:1.2', 'registry:5000/app@sha256:abc', 'docker.io/library/app:v1-debug']),
    ...maybe(random, 70, () => ({ ports: randomPorts(random) })),
    ...maybe(random, 40, () => ({ readinessProbe: randomProbe(random) })),
    ...maybe(random, 40, () => ({ livenessProbe: randomProbe(random) })),
    ...maybe(random, 20, () => ({ startupProbe: randomProbe(random) })),
    ...maybe(random, 20, () => ({ lifecycle: randomLifecycle(random) })),
    ...maybe(random, 40, () => ({
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '"<b>"' },
      ],
    })),
    ...maybe(random, 30, () => ({ args: ['--flag', 'true', '0123'] })),
    ...maybe(random, 30, () => ({ resources: { limits: { cpu: '1500m' }, requests: { memory: '1024Mi' } } })),
    ...maybe(random, 20, () => ({ securityContext: { runAsUser: pick(random, [0, 1000, 1337]) } })),
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      ...(chance(random, 60) ? [{ name: token, mountPath: tokenPath, readOnly: true }] : []),
    ],
    ...maybe(random, 5, () => ({ futureMember: { of: 'container' } })),
  }
}

/** Probes are allowed on init containers that are sidecars themselves. */
function randomInit(random: Random, name: string, token: string): JsonObject {
  const { readinessProbe, livenessProbe, startupProbe, lifecycle, ...plain } = randomContainer(
    random,
    name,
    token,
  )
  if (!chance(random, 20)) return plain
  const probes: Members = {}
  if (readinessProbe !== undefined) probes['readinessProbe'] = readinessProbe
  if (startupProbe !== undefined) probes['startupProbe'] = startupProbe
  if (livenessProbe !== undefined) probes['livenessProbe'] = livenessProbe
  if (lifecycle !== undefined) probes['lifecycle'] = lifecycle
  return { ...plain, ...probes, restartPolicy: 'Always' }
}

/** What a user says of the sidecar. */
function ownProxy(random: Random): JsonObject {
  return {
    name: 'istio-proxy',
    image: pick(random, ['auto', 'example.com/proxy:1']),
    ...maybe(random, 50, () => ({ env: [{ name: 'USER_SET', value: '1' }] })),
    ...maybe(random, 40, () => ({ resources: { requests: { cpu: '250m' } } })),
    ...maybe(random, 40, () => ({
      securityContext: { runAsUser: pick(random, [1337, 2000]), runAsGroup: 2000 },
    })),
    ...maybe(random, 20, () => ({ lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } })),
  }
}

function randomPorts(random: Random): Json {
  const ports: Members[] = [
    { containerPort: 8080, name: 'http' },
    { containerPort: 53, protocol: 'UDP' },
    { containerPort: 9090 },
    { containerPort: 15020, protocol: 'TCP' },
    { containerPort: 3868, protocol: 'SCTP', name: 'sctp' },
  ]
  return ports.filter(() => chance(random, 40))
}

function randomProbe(random: Random): Members {
  const port = pick<Json>(random, [8080, 9090, 'http', 'missing', '8080', 15020])
  const handler = pick<Members>(random, [
    { httpGet: { path: '/ready?x=1&y=<z>', port } },
    { httpGet: { path: '/live', port, scheme: 'HTTPS', host: 'localhost' } },
    { httpGet: { port, httpHeaders: [{ name: 'X-Probe', value: 'a"b' }] } },
    { tcpSocket: { port } },
    { grpc: { port: 9090, service: 'health' } },
    { exec: { command: ['true'] } },
  ])
  return { ...handler, ...maybe(random, 50, () => ({ timeoutSeconds: 3, periodSeconds: 7 })) }
}

function randomLifecycle(random: Random): Members {
  const hook = pick<Members>(random, [
    { httpGet: { path: '/stop', port: 8080 } },
    { tcpSocket: { port: 'http' } },
    { exec: { command: ['sleep', '1'] } },
    { sleep: { seconds: 2 } },
  ])
  return { [pick(random, ['preStop', 'postStart'])]: hook }
}
