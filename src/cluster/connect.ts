import type { Access } from './access.ts'
import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { httpClient } from './http-client.ts'
import { kubeconfigFiles } from './kubeconfig-files.ts'
import { serviceAccount } from './service-account.ts'

/** Which cluster, as kubectl's flags say it. */
export interface ConnectOptions {
  /** Default: the kubeconfig's current one. */
  readonly context?: string | undefined
  /** Default: what `KUBECONFIG` lists, else `~/.kube/config`. */
  readonly kubeconfig?: string | undefined
}

/**
 * A client of the cluster that is meant: that of a kubeconfig, else that of the pod this runs in (kubectl's order). It
 * has made no call yet. Rejects with ClusterError `kubeconfig`.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubernetesClient> {
  const { context, kubeconfig } = options
  const files = kubeconfigFiles(process.env, kubeconfig)
  const pod = accessAsPod(options)
  if (pod !== undefined) return httpClient(pod)
  if (files.length === 0) throw new ClusterError('kubeconfig', nowhere)
  const { fromKubeconfig } = await import('./kubeconfig.ts')
  return httpClient(await fromKubeconfig(files, context))
}

/** Is the cluster that is meant the one that this runs in, and we a pod of it? */
export function connectsAsPod(options: ConnectOptions): boolean {
  return accessAsPod(options) !== undefined
}

function accessAsPod({ context, kubeconfig }: ConnectOptions): Access | undefined {
  if (context !== undefined || kubeconfigFiles(process.env, kubeconfig).length > 0) return undefined
  return serviceAccount(process.env)
}

/** Is there a cluster to be asked, without a look into the files? */
export function canConnect(): boolean {
  return kubeconfigFiles(process.env).length > 0 || serviceAccount(process.env) !== undefined
}

const nowhere =
  'no cluster can be found: there is no kubeconfig (--kubeconfig, KUBECONFIG, ~/.kube/config; on Amazon EKS ' +
  '`aws eks update-kubeconfig --name CLUSTER` makes one), and this is no pod with a ServiceAccount'
