/** What the webhook's listener takes, and how long it waits for it. */
export interface Limits {
  /** Bytes of the largest body that is read. */
  readonly body: number
  /** Bytes of a larger one that are read and thrown away, so that its sender reads the refusal and not a reset. */
  readonly discard: number
  /** For the TLS handshake. */
  readonly handshakeMs: number
  /** For the head of a request, from the handshake or the end of the request before. */
  readonly headersMs: number
  /** For the whole request. */
  readonly requestMs: number
  /** How often connections are looked for that are over the two before. */
  readonly checkMs: number
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number
  /** How long a closing server waits for requests in flight before it cuts them off. */
  readonly closeMs: number
}

/**
 * The largest review: 7 MiB, as controller-runtime's webhooks have it (pkg/webhook/admission/http.go). etcd stores no
 * object over 1.5 MB, which is protobuf; as JSON it is taken for twice that; an update carries the object twice, old
 * and new: 6 MB, and 1 MB for the rest of the review. Fastify's default of 1 MiB would refuse pods that the API server
 * accepts.
 */
const maxBody = 7 * 1024 * 1024

export const defaultLimits: Limits = {
  body: maxBody,
  discard: 4 * maxBody,
  // Node's default of 120 s is for browsers on bad lines.
  handshakeMs: 10_000,
  // The API server sends it in one packet.
  headersMs: 10_000,
  // The longest timeoutSeconds of a webhook: whoever sends for longer does not wait for an answer any more.
  requestMs: 30_000,
  checkMs: 2_000,
  // Longer than the API server keeps it (90 s, IdleConnTimeout of Go's default transport), so that it is never closed
  // under a request on its way.
  keepAliveMs: 100_000,
  // An answer takes milliseconds.
  closeMs: 10_000,
}
