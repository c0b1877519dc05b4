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

/** A pod that cannot be injected; the message is what the release's own injector would say. */
export class InjectionError extends Error {
  readonly code: InjectionErrorCode

  constructor(code: InjectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InjectionError'
    this.code = code
  }

  /** What to do about it, for the people who read the answer. */
  get advice(): string {
    return advice[this.code]
  }
}

/** Which of the three texts is wrong. */
export type SettingsErrorCode =
  'config-invalid' | 'template-invalid' | 'values-invalid' | 'mesh-invalid' | 'release-unknown' // --istioVersion names no release

/** Settings that cannot be used; whoever loads them keeps the last good ones. */
export class SettingsError extends Error {
  readonly code: SettingsErrorCode

  constructor(code: SettingsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SettingsError'
    this.code = code
  }
}
