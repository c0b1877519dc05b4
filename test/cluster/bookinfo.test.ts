/** The field scenario: Istio's ConfigMaps are there, the chart is installed, and BookInfo comes up with its sidecars. */
import t, { type Test } from 'tap'

import type { Pod } from './harness/objects.ts'
import {
  applyBookinfo,
  applyIstio,
  clusterFor,
  containerNames,
  createPod,
  ensureNamespace,
  installation,
  installChart,
  plainPod,
  proxyImage,
  releaseFolder,
} from './harness/scenario.ts'
import { comparable } from './harness/stored.ts'
import { until } from './harness/wait.ts'

const cluster = await clusterFor(t)
const istio100 = 'releases/istio-1.0.0'
const injectorFile = 'istio-sidecar-injector.configmap.yaml'

/** The article's four installations of Istio 1.0.0, and what its own kube-inject makes of BookInfo with them. */
const variants = [
  { variant: 'article-A-galley-off', injected: 'defaults' },
  { variant: 'article-B-galley-off-webhook-off', injected: 'defaults' },
  { variant: 'article-C-mtls', injected: 'article-C-mtls' },
  { variant: 'combined-D-webhook-off-galley-off-mtls', injected: 'article-C-mtls' },
] as const

/** Where a variant of 1.0.0 has no ConfigMap of the injector, the one of the same release with the webhook on is taken. */
const wayOut = `${istio100}/defaults/${injectorFile}`

await t.test('without the ConfigMap of the injector, as Istio 1.0.0 leaves it', async (t) => {
  await applyIstio(cluster, `${istio100}/article-B-galley-off-webhook-off/istio.configmap.yaml`)
  await installChart(cluster, { wait: false })
  const reason = await until('a pod that says why it is not ready', 30, async () => {
    const [pod] = cluster.kubelet.pods()
    return pod !== undefined && (await readyText(pod.address)).includes('istio-sidecar-injector') && pod
  })
  t.match(await readyText(reason.address), /istio-sidecar-injector/, 'the ConfigMap that is missing is named')
  await applyIstio(cluster, wayOut)
  const deployment = `deployment/${installation.name}`
  await cluster.kubectl(['rollout', 'status', deployment, '-n', installation.namespace, '--timeout=60s'])
  t.pass('with the ConfigMap the pods become ready by themselves')
})

for (const [index, { variant, injected }] of variants.entries()) {
  await t.test(`Istio 1.0.0, ${variant}: BookInfo`, async (t) => {
    const namespace = `bookinfo-${index}`
    await useVariant(variant)
    await ensureNamespace(cluster, namespace, { 'istio-injection': 'enabled' })
    const pods = await applyBookinfo(cluster, namespace)
    t.comment(await cluster.kubectl(['get', 'pods', '-n', namespace]))
    for (const pod of pods) t.match(containerNames(pod), / istio-proxy \| istio-init$/, pod.metadata.name)
    await servicesUntouched(t, namespace)

    const byHand = `${namespace}-by-hand`
    await ensureNamespace(cluster, byHand, { 'istio-injection': 'disabled' })
    const file = releaseFolder(`${istio100}/oracle/bookinfo-1.30.3-injected-${injected}.yaml`)
    const expected = byApp(await applyBookinfo(cluster, byHand, file))
    for (const [app, pod] of byApp(pods)) {
      t.same(
        comparable(pod),
        comparable(expected.get(app)!),
        `${app} is stored as Istio's own kube-inject has it`,
      )
    }
  })
}

await t.test('Istio 1.30.3: BookInfo with native sidecars', async (t) => {
  await cluster.kubectl(['delete', 'configmap', '-n', 'istio-system', '--all'])
  const folder = 'releases/istio-1.30.3/defaults'
  await applyIstio(cluster, `${folder}/istio.configmap.yaml`, `${folder}/${injectorFile}`)
  await untilImage('1.30.3')
  await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
  const pods = await applyBookinfo(cluster, 'bookinfo')
  t.comment(await cluster.kubectl(['get', 'pods', '-n', 'bookinfo']))
  for (const pod of pods) {
    t.match(containerNames(pod), /^\S+ \| istio-init istio-proxy$/, pod.metadata.name)
    t.equal(pod.spec.initContainers?.at(-1)?.restartPolicy, 'Always', 'the sidecar is a native one')
  }
  await servicesUntouched(t, 'bookinfo')
})

await t.test('namespaces and pods that do not want it', async (t) => {
  await ensureNamespace(cluster, 'unlabelled', {})
  await ensureNamespace(cluster, 'disabled', { 'istio-injection': 'disabled' })
  for (const namespace of ['unlabelled', 'disabled']) {
    const pods = await applyBookinfo(cluster, namespace)
    t.ok(
      pods.every((pod) => proxyImage(pod) === undefined),
      `${namespace}: no pod has a sidecar`,
    )
  }
  const optedOut = { 'sidecar.istio.io/inject': 'false' }
  const byAnnotation = await createPod(
    cluster,
    'bookinfo',
    plainPod('by-annotation', { annotations: optedOut }),
  )
  t.equal(containerNames(byAnnotation), 'app | ', 'the annotation is honoured')
  const byLabel = await createPod(cluster, 'bookinfo', plainPod('by-label', { labels: optedOut }))
  t.equal(containerNames(byLabel), 'app | ', 'the label is honoured')
  const wanted = await createPod(cluster, 'bookinfo', plainPod('wanted'))
  t.equal(containerNames(wanted), 'app | istio-init istio-proxy', 'one that says nothing has its sidecar')
})

/** Changes Istio to another of the article's installations, and waits until pods are made with it. */
async function useVariant(variant: string): Promise<void> {
  const folder = `${istio100}/${variant}`
  await applyIstio(cluster, `${folder}/istio.configmap.yaml`, wayOut)
  const port = variant.includes('mtls') ? '15005' : '15007'
  await ensureNamespace(cluster, 'probe', { 'istio-injection': 'enabled' })
  await until(`pods with the settings of ${variant}`, 10, async () => {
    const pod = await createPod(cluster, 'probe', plainPod('probe'), { dryRun: true })
    const proxy = pod.spec.containers.find(({ name }) => name === 'istio-proxy')
    return proxy?.args?.some((arg) => arg.endsWith(`:${port}`))
  })
}

function untilImage(tag: string): Promise<boolean> {
  return until(`sidecars of ${tag}`, 10, async () => {
    const pod = await createPod(cluster, 'probe', plainPod('probe'), { dryRun: true })
    return proxyImage(pod)?.includes(tag)
  })
}

async function servicesUntouched(t: Test, namespace: string): Promise<void> {
  const file = releaseFolder('releases/bookinfo/1.30.3/platform/kube/bookinfo.yaml')
  const diff = await cluster.tryKubectl(['diff', '-n', namespace, '-l', 'service', '-f', file])
  t.equal(diff.stdout, '', `Services of ${namespace} are as the sample says`)
}

function byApp(pods: readonly Pod[]): ReadonlyMap<string, Pod> {
  return new Map(
    pods.map((pod) => [`${pod.metadata.labels?.['app']}-${pod.metadata.labels?.['version']}`, pod]),
  )
}

/** What `/readyz` of a pod says. */
async function readyText(address: string): Promise<string> {
  const answer = await fetch(`http://${address}:8080/readyz`)
  return answer.text()
}
