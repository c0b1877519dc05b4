/** What can be wrong with certificates, made on purpose; doctor must name it, and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { issueAuthority, issueLeaf, type IssuedPair } from '../../src/tls/issue.ts'
import { installWithPair, storePair } from './harness/certificates.ts'
import { finds, injected, trust } from './harness/doctoring.ts'
import type { KubernetesObject } from './harness/objects.ts'
import { applyIstio, clusterFor, ensureNamespace, installation, installChart } from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const { name, namespace } = installation
const deployment = `deployment/${name}`
const istio = 'releases/istio-1.30.3/defaults'
const day = 24 * 60 * 60 * 1000
const now = Date.now()
const configuration = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`
const serverName = `${name}.${namespace}.svc`

const cluster = await clusterFor(t)
await applyIstio(cluster, `${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`)
await ensureNamespace(cluster, namespace, {})
await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })

const lifetimeMs = 365 * day
const authority = await issueAuthority({ name: 'mine', now: new Date(now - 60 * day), lifetimeMs })
const other = await issueAuthority({ name: 'of somebody else', now: new Date(now), lifetimeMs })
const good = await leaf({ names: [serverName] })
await storePair(cluster, 'mine', good)
await installWithPair(cluster, 'mine', authority.cert)
await injected(cluster)

await t.test('a certificate of the operator, as it should be', async (t) => {
  await finds(t, cluster, [], { seconds: 5 })
})

await t.test('the caBundle of another authority', async (t) => {
  await trust(cluster, other.cert)
  const { findings } = await finds(t, cluster, ['ca-bundle-wrong'])
  t.match(findings[0]?.evidence.join('\n'), /unknown authority/)
  t.match(findings[0]?.evidence.join('\n'), 'CN=of somebody else', 'it is named')
})

await t.test('no caBundle at all', async (t) => {
  await trust(cluster, '')
  await finds(t, cluster, ['ca-bundle-empty'])
  await trust(cluster, authority.cert)
  await injected(cluster)
})

await t.test('an expired certificate', async (t) => {
  await serveAnew(await leaf({ names: [serverName], made: now - 40 * day, lifetimeMs: 30 * day }))
  const { findings } = await finds(t, cluster, ['certificate-expired'])
  t.match(findings[0]?.evidence.join('\n'), /certificate that is served .* has expired on/)
})

await t.test('a certificate for another name', async (t) => {
  await serveAnew(await leaf({ names: ['injector.elsewhere.svc'] }))
  const { findings } = await finds(t, cluster, ['certificate-name'])
  t.match(findings[0]?.evidence.join('\n'), 'DNS:injector.elsewhere.svc')
})

await t.test('a caBundle that the injector may not write, and doctor does', async (t) => {
  await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', name])
  await installChart(cluster, { set: ['certificates.mode=self', 'certificates.caBundle='] })
  await injected(cluster)
  await cluster.kubectl(['delete', 'clusterrolebinding', name])
  await sleep(1000)
  await trust(cluster, '')
  const { done } = await finds(t, cluster, ['ca-bundle-empty'], { args: ['--fix'] })
  t.match(done.join('\n'), `the caBundle of ${name} was written from Secret ${namespace}/${name}-certificate`)
  await sleep(1500)
  await finds(t, cluster, [])
  const { metadata } = await cluster.api.get<KubernetesObject>(configuration)
  const managers = metadata.managedFields?.map(({ manager }) => manager) ?? []
  t.notOk(managers.includes('eks-sidecar-injector'), 'and owns nothing of the configuration')
})

interface LeafParts {
  readonly names: readonly string[]
  readonly made?: number
  readonly lifetimeMs?: number
}

function leaf({ names, made = now, lifetimeMs = 30 * day }: LeafParts): Promise<IssuedPair> {
  return issueLeaf({ authority, names, now: new Date(made), lifetimeMs })
}

/** With new pods, as the API server goes on with the connections that it has. */
async function serveAnew(pair: IssuedPair): Promise<void> {
  await storePair(cluster, 'mine', pair)
  await cluster.kubectl(['rollout', 'restart', '-n', namespace, deployment])
  await cluster.kubectl(['rollout', 'status', '-n', namespace, deployment, '--timeout=60s'])
  await until('two pods', 40, async () => (await cluster.pods(namespace)).length === 2)
  await sleep(1000)
}
