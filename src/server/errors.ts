import { plainText, type Handled } from '../admission/handle.ts'

/** The answers to requests that are no review: short texts, in Istio's words where it has some. */
export const notFound = plainText(404, '404 page not found')
export const methodNotAllowed = plainText(405, 'method not allowed, want POST')
export const noBody = plainText(400, 'no body found')
export const wrongMediaType = plainText(415, 'invalid Content-Type, want `application/json`')
export const badRequest = plainText(400, 'bad request')
/** An answer would let the pod pass without a sidecar; so the webhook's failurePolicy decides. */
export const noSettings = plainText(503, 'no settings have been loaded yet')
export const internalError = plainText(500, 'internal error')

/** Nobody reads it; 499 is nginx's number for a client that hung up. */
export const aborted = plainText(499, 'the client hung up')

export function tooLarge(limit: number): Handled {
  return plainText(413, `Request entity too large: limit is ${limit}`)
}

/** The answer to what Fastify itself refuses: a path with a broken escape, a body on a path that is not ours, … */
export function answerToError(error: unknown, bodyLimit: number): Handled {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return tooLarge(bodyLimit)
  return typeof status === 'number' && status < 500 ? badRequest : internalError
}
