/** The chart grants what the server does, and nothing else: RBAC is compared with what the API server has seen. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { KubernetesObject } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  ensureNamespace,
  installation,
  installChart,
  readObject,
  releaseFolder,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

/** Rights in namespaces that nobody knows beforehand are of the whole cluster. */
const elsewhere = 'the cluster'
const known: ReadonlySet<string> = new Set(['istio-system', installation.namespace])

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.30.3/defaults'
const injectorFile = `${folder}/istio-sidecar-injector.configmap.yaml`
await cluster.apply([proxyConfigs()])
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, injectorFile)
await ensureNamespace(cluster, 'shop', { 'istio-injection': 'enabled' })
await installChart(cluster, { set: ['extraArgs={--certificateLifetime=6s,--authorityLifetime=18s}'] })

await t.test('every verb that is granted is used, and no call is refused', async (t) => {
  // The life of a CA: made, kept, trusted, renewed.
  await until('a change of the CA', 60, () =>
    Promise.resolve(audited().some(({ verb }) => verb === 'update')),
  )
  // An Event.
  const { data } = readObject(releaseFolder(injectorFile))
  await cluster.api.call({
    method: 'PATCH',
    path: '/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector',
    contentType: 'application/merge-patch+json',
    body: { data: { config: `${data?.['config']}\nnonsense` } },
  })
  // Another, on the owner of a pod that is refused.
  await cluster.apply([refusedWorkload()], '-n', 'shop')
  for (const place of ['istio-system', elsewhere]) {
    const call = `create events in ${place}`
    await until(call, 10, () => Promise.resolve(audited().map(described).includes(call)))
  }
  await sleep(2000)

  const calls = audited()
  const refused = calls.filter(({ responseStatus }) => responseStatus.code === 403)
  t.same(refused.map(described), [], 'no call was refused')
  const seen = new Set(calls.filter(({ responseStatus }) => responseStatus.code !== 403).map(described))
  t.same([...(await granted())].sort(), [...seen].sort(), 'granted is what was seen')
})

interface AuditEvent {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource: string; readonly apiGroup?: string; readonly namespace?: string }
  readonly responseStatus: { readonly code: number }
}

/** What our ServiceAccount has called, discovery left out: everybody may ask for it. */
function audited(): readonly AuditEvent[] {
  return readFileSync(join(cluster.folder, 'audit.log'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): AuditEvent => JSON.parse(line))
    .filter(({ objectRef }) => objectRef !== undefined)
    .filter(
      ({ user }) => user.username === `system:serviceaccount:${installation.namespace}:${installation.name}`,
    )
}

function described({ verb, objectRef }: AuditEvent): string {
  const { resource = '', apiGroup, namespace = elsewhere } = objectRef ?? {}
  const group = apiGroup === undefined ? '' : `.${apiGroup}`
  return `${verb} ${resource}${group} in ${known.has(namespace) ? namespace : elsewhere}`
}

interface Role extends KubernetesObject {
  readonly rules: readonly {
    readonly verbs: readonly string[]
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
  }[]
}

/** What the chart's roles say, in the same words. */
async function granted(): Promise<ReadonlySet<string>> {
  const printed = await cluster.kubectl([
    'get',
    'roles,clusterroles',
    '-A',
    '-o',
    'json',
    '-l',
    'app.kubernetes.io/name=eks-sidecar-injector',
  ])
  const { items }: { items: readonly Role[] } = JSON.parse(printed)
  const all = new Set<string>()
  for (const { metadata, rules } of items) {
    for (const { verbs, apiGroups, resources } of rules) {
      for (const verb of verbs) {
        for (const resource of resources) {
          const group = apiGroups[0] === '' ? '' : `.${apiGroups[0]}`
          all.add(`${verb} ${resource}${group} in ${metadata.namespace ?? elsewhere}`)
        }
      }
    }
  }
  return all
}

/** Its pods are refused for their annotation. */
function refusedWorkload(): object {
  const labels = { app: 'refused' }
  const annotations = { 'traffic.sidecar.istio.io/includeInboundPorts': 'nonsense' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'refused' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
    },
  }
}

/** Istio's resource, so that there is something to watch. */
function proxyConfigs(): object {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'proxyconfigs.networking.istio.io' },
    spec: {
      group: 'networking.istio.io',
      scope: 'Namespaced',
      names: {
        kind: 'ProxyConfig',
        listKind: 'ProxyConfigList',
        plural: 'proxyconfigs',
        singular: 'proxyconfig',
      },
      versions: [{ name: 'v1beta1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  }
}
