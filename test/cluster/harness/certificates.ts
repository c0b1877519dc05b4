import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IssuedPair } from '../../../src/tls/issue.ts'
import type { Cluster } from './cluster.ts'
import { installation } from './scenario.ts'

const { namespace, chart, release } = installation

/** Keeps a certificate and its key in a Secret beside the injector, in place of what is there. */
export async function storePair(cluster: Cluster, secret: string, { cert, key }: IssuedPair): Promise<void> {
  const metadata = { name: secret, namespace }
  const stringData = { 'tls.crt': cert, 'tls.key': key }
  await cluster.apply([{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', stringData }])
}

/** Installs the chart with a certificate of the operator's, that of a Secret, trusted by this authority (PEM). */
export async function installWithPair(cluster: Cluster, secret: string, authority: string): Promise<void> {
  const file = join(cluster.folder, 'ca.pem')
  await writeFile(file, authority)
  await cluster.helm(3, [
    'install',
    release,
    chart,
    `--namespace=${namespace}`,
    '--wait',
    '--timeout=120s',
    `--set=certificates.mode=secret,certificates.secretName=${secret}`,
    `--set-file=certificates.caBundle=${file}`,
  ])
}
