// The library's dependency injection looks for it when it is loaded.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import type { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'

/** A new CA and a server certificate of it, as PEM. */
export interface Issued {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000
const lifetime = 365 * day

/** Clocks differ: a certificate is good from a little before it was made. */
const backdated = 5 * 60 * 1000

/**
 * Makes a CA and lets it sign a certificate for a server with these DNS names and IP addresses, strict enough for
 * `openssl verify -x509_strict` (RFC 5280: key identifiers, critical basic constraints and key usage).
 */
export async function issue(names: readonly string[], now: Date): Promise<Issued> {
  const validity = {
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + lifetime),
  }
  const caKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const leafKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=eks-sidecar-injector development CA',
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=eks-sidecar-injector',
    issuer: ca.subject,
    publicKey: leafKeys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })

  return {
    ca: pem(ca.toString('pem')),
    cert: pem(leaf.toString('pem')),
    key: await keyPem(leafKeys.privateKey),
  }
}

function alternativeName(value: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem(x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'))
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`
}
