import { X509Certificate } from 'node:crypto'

/** A certificate that somebody may trust. */
export interface Anchor {
  readonly cert: string
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string
  readonly subject: string
  /** Milliseconds since 1970, as all times here. */
  readonly notBefore: number
  readonly expires: number
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a PEM text, each once; what cannot be read is left out, as Go's certificate pools do. */
export function readBundle(pem: string): Anchor[] {
  const anchors = new Map<string, Anchor>()
  for (const [cert] of pem.matchAll(block)) {
    const anchor = readAnchor(cert)
    if (anchor !== undefined) anchors.set(anchor.fingerprint, anchor)
  }
  return [...anchors.values()]
}

function readAnchor(cert: string): Anchor | undefined {
  try {
    const { fingerprint256, subject, validFromDate, validToDate } = new X509Certificate(cert)
    return {
      cert: `${cert}\n`,
      fingerprint: fingerprint256,
      subject,
      notBefore: validFromDate.getTime(),
      expires: validToDate.getTime(),
    }
  } catch {
    return undefined
  }
}

/** As one PEM text, for `caBundle`. */
export function writeBundle(anchors: readonly Anchor[]): string {
  return anchors.map(({ cert }) => cert).join('')
}

/** The same certificates, in whatever order. */
export function isSameBundle(one: readonly Anchor[], other: readonly Anchor[]): boolean {
  return one.length === other.length && one.every((anchor) => holds(other, anchor.fingerprint))
}

/** Is this certificate in it? */
export function holds(anchors: readonly Anchor[], fingerprint: string): boolean {
  return anchors.some((anchor) => anchor.fingerprint === fingerprint)
}

/**
 * Would a client that trusts these certificates and no others take this chain? The first certificate is the server's;
 * names and dates are not looked at.
 */
export function trusts(anchors: readonly Anchor[], chain: readonly Anchor[]): boolean {
  const roots = anchors.map(({ cert }) => new X509Certificate(cert))
  return chain.some(({ cert, fingerprint }, index) => {
    const certificate = new X509Certificate(cert)
    const isTrusted = holds(anchors, fingerprint) || roots.some((root) => isIssuedBy(certificate, root))
    return isTrusted && isLinked(chain.slice(0, index + 1))
  })
}

/** Has each certificate been issued by the one after it? */
function isLinked(chain: readonly Anchor[]): boolean {
  const certificates = chain.map(({ cert }) => new X509Certificate(cert))
  return certificates.every((certificate, index) => {
    const issuer = certificates[index + 1]
    return issuer === undefined || isIssuedBy(certificate, issuer)
  })
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
