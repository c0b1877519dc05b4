/** What went wrong, in codes that metrics and tests use. */
export type InjectionErrorCode =
  | 'pod-undecodable' // request.object is missing or is no Pod
  | 'annotation-invalid' // an annotation that the release validates does not pass
  | 'template-failed' // a template could not be executed
  | 'overlay-invalid' // the rendered text is no YAML or does not fit a Pod
  | 'settings-invalid' // config, values or mesh cannot be used
  | 'internal' // a defect of ours

/** An injection that failed; the message is what the user of kubectl reads. */
export class InjectionError extends Error {
  readonly code: InjectionErrorCode

  constructor(code: InjectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InjectionError'
    this.code = code
  }
}
