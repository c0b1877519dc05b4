/**
 * Why a function of Sprig failed: `go` (with Sprig's own message, a panic's included), `read-only` (it would change
 * what is not the template's) or `unavailable` (we do not do this, the message says why). A result that is too large
 * is a TextLimitError instead, which the engine reports as a limit.
 */
export type SprigErrorCode = 'go' | 'read-only' | 'unavailable'

/** What functions of Sprig throw; templates see `error calling NAME: MESSAGE`. */
export class SprigError extends Error {
  readonly code: SprigErrorCode

  constructor(code: SprigErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SprigError'
    this.code = code
  }
}

/** Go panics or returns an error; templates cannot tell. */
export function goError(message: string): SprigError {
  return new SprigError('go', message)
}

/** A panic of Go's runtime itself. */
export function runtimeError(message: string): SprigError {
  return goError(`runtime error: ${message}`)
}

/** What Go says when it looks into nil. */
export function nilDereference(): SprigError {
  return runtimeError('invalid memory address or nil pointer dereference')
}
