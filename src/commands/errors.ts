/** A command that was called wrongly in a way that only it can tell, e.g. one of two flags that belong together. */
export class UsageError extends Error {
  readonly code = 'usage'

  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** A command that could not do what it was asked; the message says what is wrong and the way out. */
export class CommandError extends Error {
  readonly code = 'command'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommandError'
  }
}
