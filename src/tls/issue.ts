// The library's dependency injection looks for it when it is loaded.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { createPrivateKey, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { backdatedMs } from './lifetimes.ts'

/** A certificate and its private key, as PEM. */
export interface IssuedPair {
  readonly cert: string
  readonly key: string
}

/** A new CA and a server certificate of it, as PEM. */
export interface Issued extends IssuedPair {
  readonly ca: string
}

export interface AuthorityOptions {
  /** Its common name. Those in one bundle should differ: verifiers find an issuer by its name first. */
  readonly name: string
  readonly now: Date
  readonly lifetimeMs: number
}

export interface LeafOptions {
  readonly authority: IssuedPair
  /** DNS names and IP addresses. */
  readonly names: readonly string[]
  readonly now: Date
  /** Cut short where the authority ends sooner. */
  readonly lifetimeMs: number
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000
const developmentLifetime = 365 * day

/** Makes a CA that is only good for a development pair: its key is thrown away. */
export async function issue(names: readonly string[], now: Date): Promise<Issued> {
  const lifetimeMs = developmentLifetime
  const authority = await issueAuthority({ name: 'eks-sidecar-injector development CA', now, lifetimeMs })
  return { ca: authority.cert, ...(await issueLeaf({ authority, names, now, lifetimeMs })) }
}

/**
 * Makes an ECDSA P-256 CA that signs server certificates and no other CA, strict enough for
 * `openssl verify -x509_strict` (RFC 5280: key identifiers, critical basic constraints and key usage).
 */
export async function issueAuthority({ name, now, lifetimeMs }: AuthorityOptions): Promise<IssuedPair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    notBefore: new Date(now.getTime() - backdatedMs),
    notAfter: new Date(now.getTime() + lifetimeMs),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: pem(certificate.toString('pem')), key: await keyPem(keys.privateKey) }
}

/** Lets a CA sign a new certificate for a server; it never ends after its CA. */
export async function issueLeaf({ authority, names, now, lifetimeMs }: LeafOptions): Promise<IssuedPair> {
  const issuer = new x509.X509Certificate(authority.cert)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore: new Date(now.getTime() - backdatedMs),
    notAfter: new Date(Math.min(now.getTime() + lifetimeMs, issuer.notAfter.getTime())),
    subject: 'CN=eks-sidecar-injector',
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  })
  return { cert: pem(certificate.toString('pem')), key: await keyPem(keys.privateKey) }
}

function alternativeName(value: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}

/** Of whatever form: `openssl ecparam` writes another than we do. */
function readKey(key: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem(x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'))
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`
}
