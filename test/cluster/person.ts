import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ControlPlaneError } from '../../tools/control-plane/errors.ts'
import { makePrograms } from '../../tools/control-plane/make.ts'
import { startCluster, type Cluster } from './harness/cluster.ts'
import { inNamespace, isInNamespace } from './harness/namespace.ts'
import { applyBookinfo, applyIstio, ensureNamespace, installation, installChart } from './harness/scenario.ts'

/*
 * `npm run cluster [-- RELEASE]`: a cluster to look at, with the chart installed and BookInfo running with its sidecars, until Ctrl-C.
 * RELEASE is a release of Istio whose ConfigMaps are in the shared data, 1.30.3 if none is given.
 */

const root = join(import.meta.dirname, '../..')
const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function outside(args: readonly string[]): Promise<number> {
  process.env['CONTROL_PLANE_BIN'] = await makePrograms([], (line) => process.stderr.write(`${line}\n`))
  say('Making the bundle that the pods run.')
  const bundled = spawnSync(process.execPath, [join(root, 'tools/bundle.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (bundled.status !== 0) return 1
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'))
  process.env['CLUSTER_FOLDER'] = folder
  try {
    return await inNamespace(process.execPath, [import.meta.filename, ...args], (enter) =>
      writeEnter(folder, enter),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function inside(istio: string): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
  say('Starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok.')
  const folder = process.env['CLUSTER_FOLDER'] ?? ''
  const cluster = await startCluster({ bin: process.env['CONTROL_PLANE_BIN'] ?? '', folder })
  try {
    say(`Istio ${istio}: its ConfigMaps.`)
    const data = `releases/istio-${istio}/defaults`
    await applyIstio(cluster, `${data}/istio.configmap.yaml`, `${data}/istio-sidecar-injector.configmap.yaml`)
    say('helm install: two replicas of the injector.')
    await installChart(cluster)
    say('kubectl label namespace bookinfo istio-injection=enabled; kubectl apply -f bookinfo.yaml')
    await ensureNamespace(cluster, 'bookinfo', { 'istio-injection': 'enabled' })
    await applyBookinfo(cluster, 'bookinfo')
    await show(cluster)
    await stopped
    say('\nStopping.')
  } finally {
    await cluster.stop()
  }
  return 0
}

async function show(cluster: Cluster): Promise<void> {
  const enter = join(cluster.folder, 'enter')
  say(
    `\n$ kubectl -n bookinfo get pods,services\n${await cluster.kubectl(['-n', 'bookinfo', 'get', 'pods,services'])}`,
  )
  say(
    [
      'The cluster has a network of its own; this runs a command in it, from another terminal, with its kubectl, helm3 and helm4:',
      '',
      `  ${enter} kubectl -n bookinfo get pods`,
      `  ${enter} kubectl -n bookinfo get pod -l app=productpage -o yaml`,
      `  ${enter} kubectl -n bookinfo run try --image=try --dry-run=server -o yaml`,
      `  ${enter} kubectl -n ${installation.namespace} get pods -o wide`,
      `  ${enter} bash`,
      '',
      `Logs are in ${join(cluster.folder, 'logs')}. Pods of BookInfo are pretended by kwok; those of the injector run.`,
      'Ctrl-C ends everything.',
    ].join('\n'),
  )
}

/** Writes a command that runs others in the network of the cluster, with its programs. */
function writeEnter(folder: string, enter: readonly string[]): void {
  const lines = [
    '#!/bin/sh',
    `export KUBECONFIG='${join(folder, 'admin.kubeconfig')}' PATH="${process.env['CONTROL_PLANE_BIN']}:$PATH"`,
    `exec ${enter.join(' ')} "$@"`,
  ]
  writeFileSync(join(folder, 'enter'), `${lines.join('\n')}\n`, { mode: 0o755 })
}

try {
  const [istio = '1.30.3', ...others] = process.argv.slice(2)
  if (others.length > 0) throw new ControlPlaneError('unknown-program', 'one release of Istio at most')
  process.exitCode = (await isInNamespace()) ? await inside(istio) : await outside([istio])
} catch (error) {
  if (!(error instanceof ControlPlaneError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
