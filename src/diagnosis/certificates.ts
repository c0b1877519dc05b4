import { X509Certificate } from 'node:crypto'
import { readBundle, trusts, type Anchor } from '../tls/bundle.ts'

/** What is wrong with a chain that is served, for those who trust these certificates. */
export interface ChainFault {
  readonly kind: 'expired' | 'not-yet-valid' | 'wrong-name' | 'unknown-authority'
  readonly text: string
}

/** Clocks may differ by so much without anybody being wrong. */
const clockSkewMs = 60_000

/**
 * The faults of a chain, PEM, which is served to clients that trust `anchors` and want `name`, at a time (milliseconds since
 * 1970). No anchors: nothing is said of trust, as the system's are asked then.
 */
export function chainFaults(
  chain: string,
  { anchors, name, at }: { readonly anchors: readonly Anchor[]; readonly name: string; readonly at: number },
): readonly ChainFault[] {
  const certificates = readBundle(chain)
  const [leaf] = certificates
  if (leaf === undefined) return []
  return [...dateFaults(leaf, at), ...nameFaults(leaf, name), ...trustFaults(certificates, anchors, at)]
}

function dateFaults({ expires, notBefore, subject }: Anchor, at: number): ChainFault[] {
  const who = oneLine(subject)
  if (expires < at - clockSkewMs) {
    return [
      { kind: 'expired', text: `the certificate that is served (${who}) has expired on ${date(expires)}` },
    ]
  }
  if (notBefore > at + clockSkewMs) {
    const text = `the certificate that is served (${who}) is valid from ${date(notBefore)} on only`
    return [{ kind: 'not-yet-valid', text }]
  }
  return []
}

function nameFaults({ cert }: Anchor, name: string): ChainFault[] {
  const certificate = new X509Certificate(cert)
  // Go looks at no common name.
  if (certificate.checkHost(name, { subject: 'never' }) !== undefined) return []
  const names = certificate.subjectAltName ?? 'no names'
  return [{ kind: 'wrong-name', text: `the certificate that is served has ${names}, not DNS:${name}` }]
}

function trustFaults(chain: readonly Anchor[], anchors: readonly Anchor[], at: number): ChainFault[] {
  if (anchors.length === 0) return []
  const current = anchors.filter(({ expires }) => expires >= at - clockSkewMs)
  if (trusts(current, chain)) return []
  if (trusts(anchors, chain)) {
    const ends = anchors.map(({ subject, expires }) => `${oneLine(subject)} on ${date(expires)}`)
    return [{ kind: 'expired', text: `the CA in the caBundle has expired: ${ends.join(', ')}` }]
  }
  const trusted = anchors.map(({ subject, fingerprint }) => `${oneLine(subject)} ${shortened(fingerprint)}`)
  const top = chain.at(-1)
  const served = oneLine(top === undefined ? '' : new X509Certificate(top.cert).issuer)
  const text = `the caBundle has ${trusted.join(', ')}, and the chain that is served is issued by ${served}, which is not it`
  return [{ kind: 'unknown-authority', text }]
}

/** Certificates that a caBundle has, for evidence: subject, fingerprint, end. */
export function anchorLines(anchors: readonly Anchor[]): readonly string[] {
  return anchors.map(
    ({ subject, fingerprint, expires }) =>
      `the caBundle has ${oneLine(subject)} ${shortened(fingerprint)}, valid until ${date(expires)}`,
  )
}

/** `CN=a\nO=b` is `CN=a, O=b`. */
function oneLine(subject: string): string {
  return subject.replaceAll('\n', ', ') || 'no name'
}

function shortened(fingerprint: string): string {
  return `(SHA-256 ${fingerprint.slice(0, 11)}…)`
}

function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
