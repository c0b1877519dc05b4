/** What is wrong with a manifest. */
export type ManifestErrorCode =
  | 'yaml-invalid' // a document is no YAML
  | 'object-undecodable' // a document of a known kind does not fit it
  | 'injection-failed' // the pod template could not be injected

/** A stream of manifests that cannot be injected; `document` counts from 1. */
export class ManifestError extends Error {
  readonly code: ManifestErrorCode
  readonly document: number | undefined

  constructor(
    code: ManifestErrorCode,
    message: string,
    options?: ErrorOptions & { readonly document?: number },
  ) {
    super(message, options)
    this.name = 'ManifestError'
    this.code = code
    this.document = options?.document
  }
}
