import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { Access, Credentials } from './access.ts'
import { ClusterError } from './errors.ts'

/** Where Kubernetes mounts a pod's ServiceAccount. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Access as the pod that this runs in; undefined outside of one. */
export function serviceAccount(environment: NodeJS.ProcessEnv, folder: string = mounted): Access | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment
  if (!host || !port || !existsSync(join(folder, 'token'))) return undefined
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    credentials: () => read(folder),
    forget: () => undefined,
    advice: 'give the ServiceAccount of this pod the rights that docs/rights.md lists (the chart does)',
  }
}

/** Both are small files in memory, and are replaced before they expire: read every time, none is ever too old. */
async function read(folder: string): Promise<Credentials> {
  try {
    const [ca, token] = await Promise.all([
      readFile(join(folder, 'ca.crt'), 'utf8'),
      readFile(join(folder, 'token'), 'utf8'),
    ])
    return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const way = 'the pod needs automountServiceAccountToken: true'
    throw new ClusterError('kubeconfig', `the ServiceAccount of this pod cannot be read: ${reason}; ${way}`, {
      cause,
    })
  }
}

/** The namespace of the pod that this runs in; undefined outside of one. */
export async function ownNamespace(folder: string = mounted): Promise<string | undefined> {
  const namespace = await readFile(join(folder, 'namespace'), 'utf8').catch(() => '')
  return namespace.trim() || undefined
}
