/** The chart grants what the server does, and nothing else: RBAC is compared with what the API server has seen. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
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

/** Where rights are that are not of one namespace. */
const elsewhere = 'the cluster'

/** Only of nodes that are not among the first twenty, of which this cluster has none. */
const rare = 'get nodes in the cluster'

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
  for (const place of ['istio-system', elsewhere]) await untilSeen(`create events in ${place}`)
  await sleep(2000)
  await compare(t)
})

await t.test('so it is with the slow check of doctor, which needs more', async (t) => {
  // Pods that are new have no settings that they could go on with.
  await applyIstio(cluster, injectorFile)
  const args = '--certificateLifetime=6s,--authorityLifetime=18s,--doctorMinutes=0.03'
  await installChart(cluster, { set: ['doctor.minutes=1', 'doctor.namespace=shop', `extraArgs={${args}}`] })
  await untilSeen(`patch pods/status in ${installation.namespace}`)
  await compare(t, [rare])
})

async function untilSeen(call: string): Promise<void> {
  const all = await granted()
  await until(call, 20, () => Promise.resolve(audited().some((event) => described(event, all) === call)))
}

/** Compares what is granted with what was seen, but for what cannot be seen here. */
async function compare(t: Test, unseen: readonly string[] = []): Promise<void> {
  const all = await granted()
  const calls = audited()
  t.same(
    calls.filter(isRefused).map((event) => described(event, all)),
    [],
    'no call was refused',
  )
  const seen = new Set(calls.filter((event) => !isRefused(event)).map((event) => described(event, all)))
  t.same([...all].sort(), [...seen, ...unseen].sort(), 'granted is what was seen')
}

function isRefused({ responseStatus }: AuditEvent): boolean {
  return responseStatus.code === 403
}

interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly resource: string
    readonly subresource?: string
    readonly apiGroup?: string
    readonly namespace?: string
  }
  readonly responseStatus: { readonly code: number }
}

/** What our ServiceAccount has called, discovery and version left out: everybody may ask for them. */
function audited(): readonly AuditEvent[] {
  return readFileSync(join(cluster.folder, 'audit.log'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): AuditEvent => JSON.parse(line))
    .filter(({ objectRef, requestURI }) => objectRef !== undefined || requestURI === '/metrics')
    .filter(
      ({ user }) => user.username === `system:serviceaccount:${installation.namespace}:${installation.name}`,
    )
}

/** In the words of the right that allows it: that of its namespace, else that of the cluster. */
function described({ verb, objectRef, requestURI }: AuditEvent, all: ReadonlySet<string>): string {
  if (objectRef === undefined) return `${verb} ${requestURI} in ${elsewhere}`
  const { resource, subresource, apiGroup, namespace = elsewhere } = objectRef
  const name = subresource === undefined ? resource : `${resource}/${subresource}`
  const call = `${verb} ${name}${apiGroup === undefined ? '' : `.${apiGroup}`}`
  return all.has(`${call} in ${namespace}`) ? `${call} in ${namespace}` : `${call} in ${elsewhere}`
}

interface Role extends KubernetesObject {
  readonly rules: readonly {
    readonly verbs: readonly string[]
    readonly apiGroups?: readonly string[]
    readonly resources?: readonly string[]
    readonly nonResourceURLs?: readonly string[]
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
    for (const { verbs, apiGroups: [group = ''] = [], resources = [], nonResourceURLs = [] } of rules) {
      const names = resources.map((resource) => (group === '' ? resource : `${resource}.${group}`))
      for (const verb of verbs) {
        for (const name of [...names, ...nonResourceURLs]) {
          all.add(`${verb} ${name} in ${metadata.namespace ?? elsewhere}`)
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
