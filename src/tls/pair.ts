import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { CertificateError } from './errors.ts'

/** A certificate, with its chain, and its key, as PEM; known to belong together. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
  /** SHA-256 of the first certificate, `AB:CD:…`. */
  readonly fingerprint: string
  readonly expires: Date
}

/**
 * Checks a pair before it is served. An expired one passes: its expiry is told by log and metric, and a listener
 * that answers badly can be found out more easily than one that is not there.
 *
 * @throws {CertificateError}
 */
export function checkPair(cert: string, key: string): CertificatePair {
  const certificate = readCertificate(cert)
  if (!certificate.checkPrivateKey(readKey(key))) {
    throw new CertificateError('key-mismatch', 'the private key belongs to another certificate')
  }
  checkUsable(cert, key)
  return { cert, key, fingerprint: certificate.fingerprint256, expires: certificate.validToDate }
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new CertificateError('certificate-unreadable', 'no certificate in PEM form', { cause })
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new CertificateError('key-unreadable', 'no private key in PEM form without a passphrase', { cause })
  }
}

function checkUsable(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CertificateError('pair-unusable', `OpenSSL does not take the certificate: ${why}`, { cause })
  }
}
