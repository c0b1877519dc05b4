/** What can go wrong between the API server and the injector, made on purpose; doctor must name it, and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { dropPackets } from './harness/blackhole.ts'
import { finds, injected, patchService, patchWebhooks } from './harness/doctoring.ts'
import type { KubernetesObject } from './harness/objects.ts'
import { applyIstio, clusterFor, ensureNamespace, installation, installChart } from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const { name, namespace } = installation
const deployment = `deployment/${name}`
const port = 9443
const istio = 'releases/istio-1.30.3/defaults'

const cluster = await clusterFor(t)
await applyIstio(cluster, `${istio}/istio.configmap.yaml`, `${istio}/istio-sidecar-injector.configmap.yaml`)
await installChart(cluster)
await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
await injected(cluster)

await t.test('a healthy cluster', async (t) => {
  const { summary, unchecked } = await finds(t, cluster, [], { seconds: 5 })
  t.match(summary, /^the canary in namespace bookinfo came back after \d+ ms, seen by sidecar-injector-/)
  t.same(unchecked, [], 'everything was looked at')
  await finds(t, cluster, [], { seconds: 5, args: ['--namespace', 'bookinfo'] })
  t.same(await cluster.pods('bookinfo'), [], 'the canaries are gone without a trace')
})

await t.test('packets are dropped, as by a security group', async (t) => {
  const undo = await dropPackets(port)
  const { findings } = await finds(t, cluster, ['port-blocked'])
  t.equal(findings[0]?.certainty, 'certain')
  t.match(findings[0]?.remedy.join('\n'), new RegExp(`port ${port}`), 'what to do names the port')

  await patchWebhooks(cluster, 'failurePolicy', 'Ignore')
  await finds(t, cluster, ['failing-open', 'port-blocked'])
  await patchWebhooks(cluster, 'failurePolicy', 'Fail')

  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny-all', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }
  await cluster.apply([policy])
  await finds(t, cluster, ['network-policy'])
  await cluster.kubectl(['delete', 'networkpolicy', '-n', namespace, 'deny-all'])
  await undo()
  await injected(cluster)
})

await t.test('the server is starved', async (t) => {
  // Readiness is to hold meanwhile: it is the calls that are too slow.
  await patchProbe({ timeoutSeconds: 10, failureThreshold: 10 })
  await patchWebhooks(cluster, 'timeoutSeconds', 2)
  const pids = cluster.kubelet.pods().flatMap((pod) => pod.pid() ?? [])
  t.equal(pids.length, 2)
  const starving = new AbortController()
  const starved = starve(pids, starving.signal)
  await finds(t, cluster, ['slow-server'])
  starving.abort()
  await starved
  await patchWebhooks(cluster, 'timeoutSeconds', 5)
  await patchProbe({ timeoutSeconds: 2, failureThreshold: 2 })
  await injected(cluster)
})

await t.test('the port is closed', async (t) => {
  await patchService(cluster, 9444)
  await untilTold(/connection refused/)
  await finds(t, cluster, ['port-closed'])
  await patchService(cluster, 'webhook')
  await injected(cluster)
})

await t.test('no pod is there', async (t) => {
  await cluster.kubectl(['scale', '-n', namespace, deployment, '--replicas=0'])
  await until('no pods', 40, async () => (await cluster.pods(namespace)).length === 0)
  const { findings } = await finds(t, cluster, ['no-endpoints'])
  t.match(findings[0]?.evidence.join('\n'), /has 0 replicas/)
})

await t.test("Istio's ConfigMap is missing, as Istio 1.0.0 leaves it without its webhook", async (t) => {
  await cluster.kubectl(['delete', 'configmap', '-n', 'istio-system', 'istio-sidecar-injector'])
  await cluster.kubectl(['scale', '-n', namespace, deployment, '--replicas=2'])
  await until('pods that wait', 40, async () => {
    const pods = await cluster.pods(namespace)
    return pods.filter(({ status }) => status?.podIP !== undefined).length === 2
  })
  await sleep(2000)
  await finds(t, cluster, ['config-map-missing'])
  await applyIstio(cluster, `${istio}/istio-sidecar-injector.configmap.yaml`)
  await cluster.kubectl(['rollout', 'status', '-n', namespace, deployment, '--timeout=60s'])
  await injected(cluster)
})

await t.test('labels that no webhook selects', async (t) => {
  await cluster.kubectl(['label', 'namespace', 'bookinfo', 'istio-injection=enable', '--overwrite'])
  await finds(t, cluster, ['selector-mismatch'])
  await cluster.kubectl(['label', 'namespace', 'bookinfo', 'istio-injection-', 'istio.io/rev=canary'])
  const { findings } = await finds(t, cluster, ['selector-mismatch'])
  t.match(
    findings[0]?.evidence.join('\n'),
    /istio-injection in \(enabled\), and namespace bookinfo has no label/,
  )
  t.match(findings[0]?.remedy.join('\n'), 'kubectl label namespace bookinfo istio-injection=enabled')
  await cluster.kubectl(['label', 'namespace', 'bookinfo', 'istio.io/rev-', 'istio-injection=enabled'])
})

await t.test('two webhooks', async (t) => {
  const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`
  const copy = {
    ...(await cluster.api.get<KubernetesObject>(path)),
    metadata: { name: 'eks-sidecar-injector-copy' },
  }
  await cluster.apply([copy])
  await finds(t, cluster, ['two-injectors'])
  await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', 'eks-sidecar-injector-copy'])

  await cluster.apply([{ ...copy, metadata: { name: 'istio-sidecar-injector' } }])
  await finds(t, cluster, ['istio-injector-too'])
  await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', 'istio-sidecar-injector'])
})

await t.test('an API server without the plug-in', async (t) => {
  const apiServer = await cluster.controlPlane.another({
    port: 6444,
    args: ['--disable-admission-plugins=MutatingAdmissionWebhook'],
  })
  const { findings } = await finds(t, cluster, ['plugin-absent'], apiServer)
  t.equal(findings[0]?.certainty, 'certain')
  await apiServer.stop()
})

await t.test('an API server that calls webhooks by its proxy', async (t) => {
  // Nobody listens there.
  const apiServer = await cluster.controlPlane.another({
    port: 6445,
    environment: { HTTPS_PROXY: 'http://10.96.0.1:3128', NO_PROXY: '127.0.0.1' },
  })
  await untilTold(/proxyconnect/, `--kubeconfig=${apiServer.kubeconfig}`)
  await finds(t, cluster, ['api-server-proxy'], apiServer)
  await apiServer.stop()
})

await t.test('a webhook that was left behind', async (t) => {
  await cluster.kubectl(['delete', 'service', '-n', namespace, name])
  await untilTold(/not found/)
  const { findings } = await finds(t, cluster, ['webhook-orphaned'])
  t.match(findings[0]?.evidence.join('\n'), /failurePolicy is Fail/)
  const { done } = await finds(t, cluster, ['webhook-orphaned'], { args: ['--fix'] })
  t.match(done.join('\n'), `webhook configuration ${name} was deleted`)
  await finds(t, cluster, ['webhook-missing'])
})

/** Changes the readiness of the injector's pods, and waits for new ones: API servers have no connection to those. */
async function patchProbe(readinessProbe: object): Promise<void> {
  const patch = {
    spec: { template: { spec: { containers: [{ name: 'sidecar-injector', readinessProbe }] } } },
  }
  await cluster.kubectl(['patch', '-n', namespace, deployment, `--patch=${JSON.stringify(patch)}`])
  await cluster.kubectl(['rollout', 'status', '-n', namespace, deployment, '--timeout=60s'])
  await until('two pods', 40, async () => (await cluster.pods(namespace)).length === 2)
}

/** Waits until the API server refuses pods of bookinfo in these words. */
async function untilTold(words: RegExp, ...args: readonly string[]): Promise<void> {
  const probe = ['run', 'probe', '-n', 'bookinfo', '--image=a', '--dry-run=server', ...args]
  await until(`a refusal with ${String(words)}`, 20, async () =>
    words.test((await cluster.tryKubectl(probe)).stderr),
  )
}

/** Lets processes work for a moment every three seconds, as a tight limit of CPU does, until the signal comes. */
async function starve(pids: readonly number[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    await sleep(3000)
    for (const pid of pids) process.kill(pid, 'SIGCONT')
    await sleep(15)
  }
}
