/** Causes by twos, by halves, of yesterday, and of others: doctor must name what holds now, and nothing else. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { issueAuthority, issueLeaf, type IssuedPair } from '../../src/tls/issue.ts'
import { installWithPair, storePair } from './harness/certificates.ts'
import {
  finds,
  follow,
  injected,
  kubeconfigOf,
  patchService,
  patchWebhooks,
  run,
  trust,
  untilTold,
} from './harness/doctoring.ts'
import type { KubernetesObject } from './harness/objects.ts'
import { applyIstio, clusterFor, ensureNamespace, installation } from './harness/scenario.ts'
import { addReplica, removeReplica } from './harness/replicas.ts'
import { apiServerOn, silentServer, starve } from './harness/trouble.ts'
import { tryRemedies } from './harness/remedies.ts'
import { until } from './harness/wait.ts'

const { name, namespace } = installation
const deployment = `deployment/${name}`
const istio = 'releases/istio-1.30.3/defaults'
const configuration = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`
const day = 24 * 60 * 60 * 1000
const now = Date.now()

const cluster = await clusterFor(t)
await applyIstio(cluster, `${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`)
await ensureNamespace(cluster, namespace, {})
await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
const authority = await issueAuthority({ name: 'mine', now: new Date(now - day), lifetimeMs: 90 * day })
const other = await issueAuthority({
  name: 'of somebody else',
  now: new Date(now - day),
  lifetimeMs: 90 * day,
})
await storePair(cluster, 'mine', await leaf(authority))
await storePair(cluster, 'strange', await leaf(other))
await installWithPair(cluster, 'mine', authority.cert)
await injected(cluster)

await t.test('a healthy cluster, and one where little may be seen', async (t) => {
  const { verdict } = await finds(t, cluster, [], { code: 0 })
  t.equal(verdict, 'works')
  const looker = await kubeconfigOf(cluster, 'looker')
  const blind = await finds(t, cluster, [], {
    code: 4,
    kubeconfig: looker,
    args: ['--namespace', 'bookinfo'],
  })
  t.equal(blind.verdict, 'unknown')
  t.match(blind.unchecked.join('\n'), /the whole path, by a canary: .*cannot create resource "pods"/)
})

await t.test('every line for the shell that any remedy has is one that can be run here', async (t) => {
  const record = join(cluster.folder, 'seen.json')
  await finds(t, cluster, [], { code: 0, args: ['--record', record] })
  await tryRemedies(t, cluster, record, await leaf(authority))
})

await t.test('one replica of three has its port closed', async (t) => {
  await addReplica(cluster, { port: 9444 })
  for (const _ of [1, 2]) {
    const { findings } = await finds(t, cluster, ['port-closed'])
    t.match(findings[0]?.title, /port 9\d+ of pod other-/, 'and it is named')
  }
  await removeReplica(cluster)
  await finds(t, cluster, [], { code: 0 })
})

await t.test('one replica of three serves the certificate of another authority', async (t) => {
  await addReplica(cluster, { secret: 'strange' })
  for (const _ of [1, 2]) {
    const { findings } = await finds(t, cluster, ['ca-bundle-wrong'])
    t.match(findings[0]?.evidence.join('\n'), 'CN=of somebody else')
  }
  await removeReplica(cluster)
})

await t.test('a closed port before a wrong authority, and what is left of it in Events', async (t) => {
  await patchService(cluster, 9444)
  await trust(cluster, other.cert)
  await untilTold(cluster, /connection refused/)
  await cluster.kubectl(['create', 'deployment', '-n', 'bookinfo', 'late', '--image=a', '--replicas=1'])
  await finds(t, cluster, ['ca-bundle-wrong', 'port-closed'])
  await patchService(cluster, 'webhook')
  await untilTold(cluster, /unknown authority/)
  await finds(t, cluster, ['ca-bundle-wrong'])
  await trust(cluster, authority.cert)
  await injected(cluster)
  const events = await cluster.kubectl([
    'get',
    'events',
    '-n',
    'bookinfo',
    '--field-selector=reason=FailedCreate',
  ])
  t.match(events, /connection refused|unknown authority/, 'the Events are there')
  await finds(t, cluster, [], { code: 0 })
  const watcher = await kubeconfigOf(cluster, 'watcher', { role: 'view' })
  const { unchecked } = await finds(t, cluster, [], {
    code: 4,
    kubeconfig: watcher,
    args: ['--namespace', 'bookinfo'],
  })
  t.match(unchecked.join('\n'), 'the whole path, by a canary', 'who cannot send a canary does not go by them')
  await cluster.kubectl(['delete', 'deployment', '-n', 'bookinfo', 'late'])
})

await t.test('a path that is not there, and what doctor says to do about it', async (t) => {
  await patchWebhooks(cluster, 'clientConfig/service/path', '/nowhere')
  const { findings } = await finds(t, cluster, ['wrong-path'])
  await follow(t, cluster, findings[0]?.remedy)
  await sleep(1500)
  await finds(t, cluster, [], { code: 0 })
})

await t.test('a webhook with a url', async (t) => {
  const { webhooks } = await cluster.api.get<{ readonly webhooks: readonly Webhook[] }>(configuration)
  const caBundle = webhooks[0]?.clientConfig['caBundle']
  const [pod] = await cluster.pods(namespace)
  await patchWebhooks(cluster, 'clientConfig', { caBundle, url: `https://${pod?.status?.podIP}:9443/inject` })
  await finds(t, cluster, ['certificate-name'])
  await patchWebhooks(cluster, 'clientConfig', { caBundle, url: 'https://injector.nowhere.invalid/inject' })
  await untilTold(cluster, /lookup injector/)
  await finds(t, cluster, ['name-unresolved'])
  await patchWebhooks(cluster, 'clientConfig', {
    caBundle,
    service: { name, namespace, path: '/inject', port: 443 },
  })
  await injected(cluster)
})

await t.test('a namespace of a second revision, and what doctor says to do about it', async (t) => {
  await ensureNamespace(cluster, 'second', { 'istio.io/rev': 'canary' })
  const { findings } = await finds(t, cluster, ['selector-mismatch'])
  await follow(t, cluster, findings[0]?.remedy)
  await finds(t, cluster, ['both-labels'])
  await cluster.kubectl(['delete', 'namespace', 'second', '--wait=false'])
  await until('the namespace is gone', 30, async () => {
    const { status } = await cluster.tryKubectl(['get', 'namespace', 'second'])
    return status !== 0
  })
})

await t.test('what the namespace has no room for', async (t) => {
  await quota({ 'requests.cpu': '150m' })
  await finds(t, cluster, ['quota'])
  await quota({ pods: '0' })
  const { unchecked } = await finds(t, cluster, [], { code: 4 })
  t.match(unchecked.join('\n'), 'does not take it without a sidecar, either')
  await cluster.kubectl(['delete', 'resourcequota', '-n', 'bookinfo', 'all'])
  const limits = [{ type: 'Container', max: { cpu: '50m' } }]
  await cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'all', namespace: 'bookinfo' },
      spec: { limits },
    },
  ])
  await untilTold(cluster, /maximum cpu usage/)
  await finds(t, cluster, [], { code: 4 })
  await cluster.kubectl(['delete', 'limitrange', '-n', 'bookinfo', 'all'])
  await injected(cluster)
})

await t.test(
  'Pod Security that takes the pod, and not its sidecar; and what doctor says to do about it',
  async (t) => {
    await cluster.kubectl(['label', 'namespace', 'bookinfo', 'pod-security.kubernetes.io/enforce=restricted'])
    const { findings } = await finds(t, cluster, ['pod-security'])
    await follow(t, cluster, findings[0]?.remedy)
    await finds(t, cluster, [], { code: 0 })
  },
)

await t.test('policies of others', async (t) => {
  await policy(
    "!object.spec.containers.exists(c, c.name == 'istio-proxy') && (!has(object.spec.initContainers) || !object.spec.initContainers.exists(c, c.name == 'istio-proxy'))",
  )
  await untilDenied()
  await finds(t, cluster, ['other-webhook-denies'])
  await policy("has(object.metadata.labels) && 'team' in object.metadata.labels")
  await sleep(2000)
  const { unchecked } = await finds(t, cluster, [], { code: 4 })
  t.match(unchecked.join('\n'), /does not take it without a sidecar, either .*team/)
  await cluster.kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', 'others'])
  await injected(cluster)
})

await t.test(
  'another webhook that fails, before ours and behind it, and beside a cause of ours',
  async (t) => {
    for (const [configuration, webhook] of [
      ['a-load-balancer', 'mpod.elbv2.k8s.aws'],
      ['z-load-balancer', 'mpod.elbv2.k8s.aws'],
    ] as const) {
      const service = { namespace: 'bookinfo', name: 'load-balancer', path: '/mutate-v1-pod' }
      await cluster.apply([mutating(configuration, webhook, { service })])
      await untilTold(cluster, /mpod\.elbv2\.k8s\.aws/)
      const { findings } = await finds(t, cluster, ['other-webhook-fails'])
      t.match(findings[0]?.title, 'mpod.elbv2.k8s.aws')
      if (configuration.startsWith('a')) {
        await patchService(cluster, 9444)
        await sleep(2500)
        await finds(t, cluster, ['other-webhook-fails', 'port-closed'])
        await patchService(cluster, 'webhook')
      }
      await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', configuration])
      await injected(cluster)
    }
  },
)

await t.test('an API server that has no time', async (t) => {
  const port = 6446
  const args = ['--enable-priority-and-fairness=false', '--max-mutating-requests-inflight=1']
  const apiServer = await cluster.controlPlane.another({ port, args })
  const server = cluster.controlPlane.server.replace(/:\d+$/, `:${port}`)
  const busy = await kubeconfigOf(cluster, 'busy', { role: 'cluster-admin', server })
  const jam = await silentServer()
  const url = `https://${jam.address}/`
  const { webhooks, ...object } = mutating('jam', 'jam.example.com', { url })
  const more = { objectSelector: { matchLabels: { jam: 'true' } }, timeoutSeconds: 30 }
  await cluster.apply([{ ...object, webhooks: webhooks.map((each) => ({ ...each, ...more })) }])
  await sleep(1500)
  const pod = ['run', 'jam', '-n', 'default', '--image=a', '--labels=jam=true', '--dry-run=server']
  const jammed = cluster.tryKubectl([...pod, `--kubeconfig=${apiServer.kubeconfig}`])
  await jam.called
  // Administrators always get in.
  await finds(t, cluster, ['api-server-overloaded'], { kubeconfig: busy })
  jam.close()
  await jammed
  await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', 'jam'])

  const starving = new AbortController()
  const starved = starve(apiServerOn(port), starving.signal)
  const { diagnosed, seconds } = await run(cluster, { kubeconfig: apiServer.kubeconfig })
  starving.abort()
  await starved
  const causes = diagnosed.findings
    .map(({ cause }) => cause)
    .filter((each) => each !== 'api-server-overloaded')
  t.same(causes, [], 'one that works for a moment now and then: no cause but itself')
  t.ok(seconds < 20, `in ${seconds.toFixed(1)} s`)
  await apiServer.stop()
})

await t.test('the server ends in the midst of it', async (t) => {
  const pids = cluster.kubelet.pods().flatMap((pod) => pod.pid() ?? [])
  const running = run(cluster, {})
  await sleep(300)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  const { diagnosed, seconds } = await running
  const causes = diagnosed.findings.map(({ cause }) => cause)
  const allowed = new Set(['no-endpoints', 'port-closed', 'connection-broken', 'injector-crashing'])
  t.same(
    causes.filter((cause) => !allowed.has(cause)),
    [],
    causes.join(', '),
  )
  t.ok(seconds < 20, `in ${seconds.toFixed(1)} s`)
  await cluster.kubectl(['rollout', 'status', '-n', namespace, deployment, '--timeout=60s'])
  await injected(cluster)
  await finds(t, cluster, [], { code: 0 })
})

interface Webhook {
  readonly clientConfig: Readonly<Record<string, unknown>>
}

function leaf(from: IssuedPair): Promise<IssuedPair> {
  return issueLeaf({
    authority: from,
    names: [`${name}.${namespace}.svc`],
    now: new Date(now),
    lifetimeMs: 30 * day,
  })
}

async function quota(hard: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'all', namespace: 'bookinfo' }
  await cluster.apply([{ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } }])
  // The plug-in refuses with other words until the controller has counted.
  await until('the quota is counted', 20, async () => {
    const { status } = await cluster.api.get<{ readonly status?: { readonly hard?: object } }>(
      '/api/v1/namespaces/bookinfo/resourcequotas/all',
    )
    return JSON.stringify(status?.hard) === JSON.stringify(hard)
  })
  await untilTold(cluster, /exceeded quota|failed quota/)
}

async function policy(expression: string): Promise<void> {
  const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
  const kinds = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'others' } }
  await cluster.apply([
    {
      ...kinds,
      kind: 'ValidatingAdmissionPolicy',
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: rules },
        validations: [
          { expression, message: `wanted: ${expression.includes('team') ? 'a team' : 'no more containers'}` },
        ],
      },
    },
    {
      ...kinds,
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: 'others', validationActions: ['Deny'] },
    },
  ])
}

async function untilDenied(): Promise<void> {
  await untilTold(cluster, /ValidatingAdmissionPolicy 'others'/)
}

function mutating(
  configurationName: string,
  webhook: string,
  clientConfig: object,
): KubernetesObject & { readonly webhooks: readonly object[] } {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: configurationName },
    webhooks: [
      {
        name: webhook,
        clientConfig,
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  }
}
