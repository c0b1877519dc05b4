import type { OutgoingHttpHeaders } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { JsonObject } from '../golang/json-value.ts'
import { ClusterError } from './errors.ts'

/**
 * The `Authorization` of a user whose login was built into kubectl: `auth-provider` of OIDC, and of clouds which have
 * plug-ins now. This is @kubernetes/client-node's work, tokens that are to be renewed included.
 *
 * @returns asks anew at every call. Rejects with ClusterError `kubeconfig`.
 */
export function authProvider(context: string, user: JsonObject): () => Promise<string | undefined> {
  const config = load(user)
  return async () => {
    const headers: OutgoingHttpHeaders = {}
    const options: RequestOptions = { headers }
    try {
      await (await config).applyToHTTPSOptions(options)
    } catch (cause) {
      throw unusable(context, cause instanceof Error ? cause.message : String(cause), cause)
    }
    const { Authorization: authorization } = headers
    if (typeof authorization === 'string') return authorization
    throw unusable(context, 'it gave no token')
  }
}

/** It wants a whole kubeconfig; of the cluster it looks at nothing but whether there is one. */
async function load(user: JsonObject) {
  // A fifth of a second and 40 MB: only for those who have such a user.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      'current-context': 'one',
      contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
      clusters: [{ name: 'one', cluster: { server: 'https://localhost' } }],
      users: [{ name: 'one', user }],
    }),
  )
  return config
}

function unusable(context: string, reason: string, cause?: unknown): ClusterError {
  const way =
    'log in again, or let the user ask an exec plug-in, such as `aws eks get-token` or `kubectl oidc-login`'
  return new ClusterError(
    'kubeconfig',
    `the auth-provider of context ${context} cannot be used: ${reason}; ${way}`,
    { cause },
  )
}
