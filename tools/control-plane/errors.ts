/** Why a program of the control plane cannot be had. */
export type ControlPlaneErrorCode =
  | 'no-go' // there is no Go on this machine, or one that is too old
  | 'unknown-program' // a name that no program has
  | 'build' // the Go compiler or the module proxy said no

/** A program of the control plane that cannot be had. The message says how it can. */
export class ControlPlaneError extends Error {
  readonly code: ControlPlaneErrorCode

  constructor(code: ControlPlaneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ControlPlaneError'
    this.code = code
  }
}
