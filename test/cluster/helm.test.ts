/** The life of an installation with Helm 3 and 4, and what others may do to it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { KubernetesObject } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  createPod,
  ensureNamespace,
  installation,
  installChart,
  plainPod,
  proxyImage,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.30.3/defaults'
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, `${folder}/istio-sidecar-injector.configmap.yaml`)
await ensureNamespace(cluster, 'shop', { 'istio-injection': 'enabled' })
const inNamespace = ['-n', installation.namespace]
const webhookPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${installation.name}`

/** Another's certificate: the API server's own, base64. */
const foreign = Buffer.from(cluster.controlPlane.authority).toString('base64')
let pods = 0

for (const version of [3, 4] as const) {
  await t.test(`Helm ${version}: install, upgrade, rollback, uninstall`, async (t) => {
    await installChart(cluster, { helm: version })
    t.ok(await injected(), 'installed: a pod has its sidecar')
    t.match(await servers(), /logLevel=info/)
    const bundle = await caBundle()

    await installChart(cluster, { helm: version, set: ['logLevel=debug', 'webhooks.timeoutSeconds=7'] })
    t.ok(await injected(), 'upgraded: a pod has its sidecar')
    t.match(await servers(), /logLevel=debug/, 'with the new values')
    t.equal((await webhook()).webhooks[0]?.timeoutSeconds, 7, 'in the webhook, too')
    t.equal(await caBundle(), bundle, 'the caBundle has stayed')

    await cluster.helm(version, [
      'rollback',
      installation.release,
      '1',
      ...inNamespace,
      '--wait',
      '--timeout=120s',
    ])
    t.ok(await injected(), 'rolled back: a pod has its sidecar')
    t.match(await servers(), /logLevel=info/, 'with the old values')
    t.equal(await caBundle(), bundle, 'the caBundle has stayed')

    await cluster.helm(version, [
      'uninstall',
      installation.release,
      ...inNamespace,
      '--wait',
      '--timeout=120s',
    ])
    t.notOk(await injected(), 'uninstalled: a pod can be created, without a sidecar')
    t.equal(
      await cluster.kubectl(['get', 'mutatingwebhookconfigurations', '-o', 'name']),
      '',
      'no webhook is left',
    )
    await cluster.kubectl(['wait', '--for=delete', 'pods', '--all', ...inNamespace, '--timeout=60s'])
  })
}

await t.test('a second writer who takes the caBundle away every second', async (t) => {
  await installChart(cluster, { helm: 4 })
  const ours = await caBundle()
  const seconds = 20
  const since = new Date().toISOString()
  let reverts = 0
  for (let second = 0; second < seconds; second += 1) {
    await cluster.api.call({
      method: 'PATCH',
      path: `${webhookPath}?fieldManager=somebody-else`,
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: foreign }],
    })
    reverts += 1
    await sleep(1000)
  }
  await until('our caBundle to be back', 10, async () => (await caBundle()) === ours)
  t.ok(await injected(), 'the second writer has not won: a pod has its sidecar')
  const patches = ourPatches(since)
  t.comment(`${reverts} reverts in ${seconds} s, ${patches.length} writes of ours`)
  t.ok(patches.length > 0, 'we have written')
  t.ok(patches.length <= seconds + 1, 'not more than once a second')
  t.ok(
    cluster.kubelet
      .pods()
      .some((pod) => pod.logs().some((log) => readFileSync(log, 'utf8').includes('somebody-else'))),
    'the log names the other writer',
  )
})

interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks: readonly {
    readonly timeoutSeconds: number
    readonly clientConfig: { readonly caBundle?: string }
  }[]
}

function webhook(): Promise<WebhookConfiguration> {
  return cluster.api.get<WebhookConfiguration>(webhookPath)
}

async function caBundle(): Promise<string | undefined> {
  return (await webhook()).webhooks[0]?.clientConfig.caBundle
}

/** Whether a new pod has a sidecar. */
async function injected(): Promise<boolean> {
  pods += 1
  return proxyImage(await createPod(cluster, 'shop', plainPod(`pod-${pods}`))) !== undefined
}

/** The arguments of the servers that run. */
async function servers(): Promise<string> {
  const args = 'jsonpath={.items[*].spec.containers[*].args}'
  return cluster.kubectl(['get', 'pods', ...inNamespace, '-o', args])
}

interface AuditEvent {
  readonly verb: string
  readonly requestReceivedTimestamp: string
  readonly objectRef?: { readonly resource: string; readonly apiGroup?: string }
  readonly user: { readonly username: string }
  readonly responseStatus: { readonly code: number }
}

/**
 * Our writes of webhook configurations since a time, as the API server has seen them. Of replicas that write at once all but
 * one are refused, and have written nothing.
 */
function ourPatches(since: string): readonly AuditEvent[] {
  const lines = readFileSync(join(cluster.folder, 'audit.log'), 'utf8').trim().split('\n')
  return lines
    .map((line): AuditEvent => JSON.parse(line))
    .filter(
      ({ verb, objectRef, requestReceivedTimestamp, responseStatus, user }) =>
        verb === 'patch' &&
        responseStatus.code < 400 &&
        objectRef?.resource === 'mutatingwebhookconfigurations' &&
        user.username.startsWith(`system:serviceaccount:${installation.namespace}:`) &&
        requestReceivedTimestamp >= since,
    )
}
