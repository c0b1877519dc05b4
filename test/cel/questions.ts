import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/injection/json.ts'
import { randomCondition } from '../property/conditions.ts'
import { seeded } from '../property/mutate.ts'

/** Pods as the API server has them when it asks conditions: with a status, and resources in each container. */
export const pods: readonly JsonObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      labels: { app: 'web', 'a.b/c': 'x', n: '5', uni: 'a😀b', empty: '', version: '5', 'istio.io/rev': 'x' },
      annotations: {
        'x/y': 'true',
        url: 'https://u:p@example.com:80/a/b?x=1&x=2&y=#f',
        ip: '10.0.0.1',
        q: '1Gi',
      },
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'reg/app:1',
          ports: [{ containerPort: 8080 }],
          resources: { limits: { cpu: '500m', memory: '1Gi' } },
        },
        { name: 'b', image: 'b', resources: {} },
      ],
      terminationGracePeriodSeconds: 30,
      hostNetwork: true,
      serviceAccountName: 'default',
      securityContext: { runAsUser: 0 },
    },
    status: {},
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'web-', namespace: 'shop' },
    spec: {
      containers: [{ name: 'istio-proxy', image: 'auto', resources: {} }],
      nodeSelector: { app: '1' },
    },
    status: {},
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a',
      namespace: 'shop',
      labels: { app: 'a', zz: '' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'u', controller: true }],
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: '1.5',
          resources: {},
          ports: [{ containerPort: 1, name: 'x' }, { containerPort: 64 }],
        },
      ],
      initContainers: [{ name: 'i', image: '1Gi', resources: {} }],
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 1,
      volumes: [{ name: 'data', emptyDir: {} }],
    },
    status: {},
  },
]

export interface Question {
  readonly expression: string
  readonly pod: JsonObject
}

export const namespace = 'shop'

/** What somebody has thought of, asked of the first pod. */
export const written: readonly Question[] = readFileSync(join(import.meta.dirname, 'conditions.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((expression) => ({ expression, pod: pods[0] ?? {} }))

export const seed = 7

/** What nobody has, asked of each. */
export function randomQuestions(seed: number, count: number): readonly Question[] {
  const random = seeded(seed)
  return Array.from({ length: count }, () => randomCondition(random)).flatMap((expression) =>
    pods.map((pod) => ({ expression, pod })),
  )
}
