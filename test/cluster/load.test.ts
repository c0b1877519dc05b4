/** Under load, everything changes at once: certificates with their CA, all pods of the injector, the release. Nobody notices. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startLoad, summary, type Load } from './harness/load.ts'
import type { List, Pod } from './harness/objects.ts'
import {
  applyIstio,
  clusterFor,
  ensureNamespace,
  installation,
  installChart,
  proxyImage,
} from './harness/scenario.ts'
import { until } from './harness/wait.ts'

const perSecond = 50
const leastSeconds = 180
const mostSeconds = 420
const restarts = 10
const rotations = 10

const cluster = await clusterFor(t)
const folder = 'releases/istio-1.30.3/defaults'
await applyIstio(cluster, `${folder}/istio.configmap.yaml`, `${folder}/istio-sidecar-injector.configmap.yaml`)
await ensureNamespace(cluster, 'load', { 'istio-injection': 'enabled' })

/** A certificate is renewed after two thirds of its life, and so is the CA. */
const lifetimes = 'extraArgs={--certificateLifetime=20s,--authorityLifetime=60s}'
await installChart(cluster, { set: [lifetimes] })
const deployment = `deployment/${installation.name}`
const inNamespace = ['-n', installation.namespace]

await t.test('rotations, rolling restarts and a Helm upgrade under load', async (t) => {
  const load = startLoad(cluster, { namespace: 'load', perSecond })
  for (let restart = 1; restart <= restarts; restart += 1) {
    if (restart === restarts / 2) {
      await installChart(cluster, { set: [lifetimes, 'webhooks.timeoutSeconds=6', 'podLabels.upgraded=yes'] })
      t.comment(`${load.now().toFixed(0)} s: the release was upgraded`)
    }
    await cluster.kubectl(['rollout', 'restart', deployment, ...inNamespace])
    await cluster.kubectl(['rollout', 'status', deployment, ...inNamespace, '--timeout=120s'])
    t.comment(`${load.now().toFixed(0)} s: rolling restart ${restart} is over`)
  }
  while (load.now() < leastSeconds || (rotated() < rotations && load.now() < mostSeconds)) await sleep(500)
  await load.stop()
  t.comment(summary(load))
  t.comment(`${rotated()} certificates, ${count('"step":"promote"')} changes of the CA`)

  const rate = load.creations.length / Math.max(...load.creations.map(({ at }) => at))
  t.ok(rate > perSecond * 0.98, `${rate.toFixed(1)} creations a second`)
  t.ok(rotated() >= rotations, `at least ${rotations} rotations of the certificate`)
  t.ok(count('"step":"promote"') >= 2, 'the CA was changed, too')
  t.same(failuresOf(load), [], 'no creation failed')
  t.ok(
    load.creations.every(({ hasSidecar }) => hasSidecar),
    'every pod has its sidecar',
  )
  const { items } = await cluster.api.get<List<Pod>>('/api/v1/namespaces/load/pods')
  t.ok(items.length > 0 && items.every((pod) => proxyImage(pod) !== undefined), 'and every stored one')
  await deleteAll()
})

await t.test('kill -9 of one of two replicas', async (t) => {
  const load = startLoad(cluster, { namespace: 'load', perSecond })
  await sleep(5000)
  const [victim] = cluster.kubelet.pods()
  const pid = victim?.pid()
  t.ok(pid, 'a pod runs')
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  const killed = load.now()
  await sleep(10_000)
  await load.stop()
  t.comment(summary(load))
  const failed = load.creations.filter(({ failure }) => failure !== undefined)
  const last = Math.max(killed, ...failed.map(({ at, milliseconds }) => at + milliseconds / 1000))
  for (const line of failuresOf(load)) t.comment(line)
  t.comment(`${failed.length} creations failed, the last ${(last - killed).toFixed(2)} s after the kill`)
  t.ok(last - killed < 2, 'after 2 s none fails any more')
  t.ok(
    failed.every(({ at }) => at > killed - 6),
    'none failed before but those in flight',
  )
  await until('both are ready again', 30, async () => {
    const status = await cluster.kubectl([
      'get',
      deployment,
      ...inNamespace,
      '-o',
      'jsonpath={.status.readyReplicas}',
    ])
    return status === '2'
  })
})

/** Different reasons, and how often each came. */
function failuresOf({ creations }: Load): readonly string[] {
  const counts = new Map<string, number>()
  for (const { failure } of creations) {
    if (failure === undefined) continue
    // Names and ports differ each time.
    const reason = failure.replaceAll(/load-\d+|:\d{5}->/g, '…')
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].map(([reason, times]) => `${times} × ${reason}`)
}

/** How often a line with this text is in the logs of all our pods, of those that are gone, too. */
function count(text: string): number {
  return logs().filter((line) => line.includes(text)).length
}

/** How many certificates were taken up; those of new pods are no rotations. */
function rotated(): number {
  const files = logFiles().map(
    (file) => readFileSync(file, 'utf8').split('"msg":"certificate loaded"').length - 1,
  )
  return files.reduce((sum, loaded) => sum + Math.max(0, loaded - 1), 0)
}

function logs(): readonly string[] {
  return logFiles().flatMap((file) => readFileSync(file, 'utf8').split('\n'))
}

function logFiles(): readonly string[] {
  const folder = join(cluster.folder, 'logs')
  return readdirSync(folder)
    .filter((file) => file.startsWith(installation.name))
    .map((file) => join(folder, file))
}

async function deleteAll(): Promise<void> {
  await cluster.kubectl([
    'delete',
    'pods',
    '-n',
    'load',
    '--all',
    '--grace-period=0',
    '--force',
    '--wait=false',
  ])
}
