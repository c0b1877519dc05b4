import type { Json } from '../golang/json-value.ts'
import type { EksName } from './eks-name.ts'

/** One call of the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Without the server's address: `/api/v1/namespaces/istio-system/configmaps`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  /** Of the body, e.g. `application/apply-patch+yaml`. Default: `application/json`. */
  readonly contentType?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** The longest silence of the server, from the first byte to the last. Default: 30,000. */
  readonly silenceMs?: number | undefined
}

/**
 * An API server with the credentials to call it. Objects stay raw JSON: typed clients drop the fields that they do
 * not know.
 */
export interface KubernetesClient {
  /** The server's address, for messages. */
  readonly server: string
  /** What Amazon EKS calls the cluster, where a kubeconfig tells it. */
  readonly eks?: EksName | undefined
  /** The JSON of the answer. Rejects with ClusterError for an answer of 400 and more, and for none. */
  call(request: ApiRequest): Promise<Json>
  /** The lines of an answer that goes on, such as a watch's. Rejects as `call` does, before the first line and later. */
  lines(request: ApiRequest): AsyncIterable<string>
  close(): Promise<void>
}
