import type { IncomingMessage } from 'node:http'
import type { Limits } from './limits.ts'

/** A body that was read whole; or why there is none: it is too large, or its sender hung up. */
export type ReadBody = Buffer | 'too-large' | 'aborted'

/**
 * Reads the body of a request and calls back once. Too large a body is read on and thrown away before it is refused:
 * a client that still sends when the connection is closed sees a reset and not the reason. What goes beyond that limit,
 * too, is refused at once.
 */
export function readBody(request: IncomingMessage, limits: Limits, done: (body: ReadBody) => void): void {
  const chunks: Buffer[] = []
  let length = 0
  let finished = false

  function finish(body: ReadBody): void {
    if (finished) return
    finished = true
    done(body)
  }

  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limits.body) chunks.push(chunk)
    else chunks.length = 0
    if (length > limits.discard) finish('too-large')
  })
  request.on('end', () => finish(length > limits.body ? 'too-large' : joined(chunks, length)))
  // Closed before its end; Node has an 'error', too, for those who listen.
  request.on('close', () => finish('aborted'))

  if (Number(request.headers['content-length']) > limits.discard) finish('too-large')
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length)
}
