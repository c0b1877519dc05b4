/** Why a call of the API server failed. */
export type ClusterErrorCode =
  | 'kubeconfig' // none, or one that cannot be used
  | 'unreachable' // no answer: address, network, TLS, time-out
  | 'unauthorized' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'conflict' // 409
  | 'gone' // 410: the resourceVersion is too old
  | 'too-many-requests' // 429
  | 'invalid' // other 4xx
  | 'server' // 5xx
  | 'garbled' // an answer that is not what the API server writes

export interface ClusterErrorOptions extends ErrorOptions {
  /** Of the answer; undefined where there was none. */
  readonly status?: number | undefined
  /** `reason` of the Status that came, e.g. `AlreadyExists`. */
  readonly reason?: string | undefined
  /** How long the server asks to wait, from `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined
}

/** A call of the API server that failed. The message names the call and the server's own words. */
export class ClusterError extends Error {
  readonly code: ClusterErrorCode
  readonly status: number | undefined
  readonly reason: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ClusterErrorCode, message: string, options: ClusterErrorOptions = {}) {
    super(message, options)
    this.name = 'ClusterError'
    this.code = code
    this.status = options.status
    this.reason = options.reason
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
