/** Reviews as the API server sends them for a Deployment of today's kind, with 10 variables and a token volume. */

const letters = 'bcdfghjklmnpqrstvwxz2456789'

/** Kubernetes' random suffixes, from a counter so that every run has the same. */
function suffix(index: number): string {
  let text = ''
  for (let place = 0, rest = index * 7919 + 104729; place < 5; place++) {
    text += letters[rest % letters.length]
    rest = Math.floor(rest / letters.length) + rest
  }
  return text
}

interface Names {
  readonly name: string
  readonly image: string
  readonly variables: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** The same pod again and again, as a Deployment's replicas are: another uid, another name of the token volume. */
export function replica(index: number): string {
  return review(index, {
    name: 'web',
    image: 'registry.example/shop/web:1.27.3',
    variables: variables(() => 'a value of some length'),
    labels: { version: 'v1' },
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
  })
}

/** A pod that has nothing in common with the others: names, image, labels, variables, annotations. */
export function distinct(index: number): string {
  return review(index, {
    name: `web-${suffix(index)}-${index}`,
    image: `registry.example/shop-${index}/web:${index}`,
    variables: variables((variable) => `${suffix(index + variable)} ${index} ${variable}`),
    labels: { version: `v${index}`, [`team-${index % 100}`]: suffix(index + 3) },
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': `${1024 + (index % 60000)}`,
      note: suffix(index),
    },
  })
}

function variables(value: (index: number) => string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`VARIABLE_${index}`, value(index)]))
}

function review(index: number, { name, image, variables, labels, annotations }: Names): string {
  const uid = `705ab4f5-6393-11e8-b7cc-${String(index).padStart(12, '0')}`
  const token = `kube-api-access-${suffix(index)}`
  const replicaSet = `${name}-7d9c4f5b6`
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: '3b2c4d5e-6393-11e8-b7cc-42010a800002',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      },
      object: {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: {
          generateName: `${replicaSet}-`,
          creationTimestamp: null,
          labels: { app: name, 'pod-template-hash': '7d9c4f5b6', ...labels },
          annotations,
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: replicaSet,
              uid: '1f2e3d4c-6393-11e8-b7cc-42010a800002',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: {
          volumes: [{ name: token, projected: { sources: tokenSources, defaultMode: 420 } }],
          containers: [
            {
              name: 'web',
              image,
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
              env: Object.entries(variables).map(([name, value]) => ({ name, value })),
              resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
              volumeMounts: [
                { name: token, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
              ],
              readinessProbe: {
                httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' },
                timeoutSeconds: 1,
                periodSeconds: 10,
              },
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              imagePullPolicy: 'IfNotPresent',
            },
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          serviceAccountName: 'web',
          serviceAccount: 'web',
          securityContext: {},
          schedulerName: 'default-scheduler',
          tolerations: [notReady('not-ready'), notReady('unreachable')],
          priority: 0,
          enableServiceLinks: true,
          preemptionPolicy: 'PreemptLowerPriority',
        },
        status: {},
      },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  })
}

const tokenSources = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: {
      items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
    },
  },
]

function notReady(what: string): object {
  return {
    key: `node.kubernetes.io/${what}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }
}
