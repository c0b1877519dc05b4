/** What is wrong with a certificate or its key. */
export type CertificateErrorCode =
  | 'certificate-unreadable' // no PEM certificate
  | 'key-unreadable' // no PEM key, or one with a passphrase
  | 'key-mismatch' // the key belongs to another certificate
  | 'pair-unusable' // OpenSSL does not take it: too weak, or its chain is broken

export class CertificateError extends Error {
  readonly code: CertificateErrorCode

  constructor(code: CertificateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CertificateError'
    this.code = code
  }
}
