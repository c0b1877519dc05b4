/** What went wrong with one pod, in codes that metrics and tests use; the text says what its user can do. */
const advice = {
  'pod-undecodable': 'send a v1 Pod in request.object',
  'annotation-invalid': 'correct the annotation on the pod template',
  'template-failed':
    'mend the template in ConfigMap istio-sidecar-injector, or annotate the pod sidecar.istio.io/inject: "false"',
  'overlay-invalid':
    'the rendered template does not fit a Pod: mend it, or the annotation or value that it puts in unquoted',
  'settings-invalid': 'mend the ConfigMaps of the injector; the reason is in its log',
  internal: 'this is a defect of the injector: report it with the pod and the ConfigMaps',
} as const

export type InjectionErrorCode = keyof typeof advice

/** What the errors of this package may have besides a message and a cause. */
export interface DetailOptions extends ErrorOptions {
  /** The message with the place in its source, on several lines; made only when somebody wants to see it. */
  readonly detail?: () => string
}

/** A pod that cannot be injected; the message is what the release's own injector would say. */
export class InjectionError extends Error {
  readonly code: InjectionErrorCode
  readonly #detail: (() => string) | undefined

  constructor(code: InjectionErrorCode, message: string, options?: DetailOptions) {
    super(message, options)
    this.name = 'InjectionError'
    this.code = code
    this.#detail = options?.detail
  }

  /** The same error with words before its message. */
  withPrefix(prefix: string): InjectionError {
    const detail = this.#detail
    const options: DetailOptions = {
      cause: this.cause,
      ...(detail === undefined ? {} : { detail: () => prefix + detail() }),
    }
    return new InjectionError(this.code, prefix + this.message, options)
  }

  /** What to do about it, for the people who read the answer. */
  get advice(): string {
    return advice[this.code]
  }

  /** The message for a terminal, with the source line and a caret where there is a source. */
  get detail(): string {
    return this.#detail?.() ?? this.message
  }
}

/** Which of the texts is wrong. */
export type SettingsErrorCode =
  | 'config-invalid'
  | 'template-invalid'
  | 'values-invalid'
  | 'mesh-invalid'
  | 'proxy-configs-invalid'
  | 'release-unknown' // --istioVersion names no release

/** Settings that cannot be used; whoever loads them keeps the last good ones. */
export class SettingsError extends Error {
  readonly code: SettingsErrorCode
  readonly #detail: (() => string) | undefined

  constructor(code: SettingsErrorCode, message: string, options?: DetailOptions) {
    super(message, options)
    this.name = 'SettingsError'
    this.code = code
    this.#detail = options?.detail
  }

  /** The message for a terminal, with the source line and a caret where there is a source. */
  get detail(): string {
    return this.#detail?.() ?? this.message
  }
}
