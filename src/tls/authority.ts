import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readBundle, type Anchor } from './bundle.ts'
import { backdatedMs } from './lifetimes.ts'

/** A CA of ours whose key we have. */
export interface Authority extends Anchor {
  readonly key: string
}

/** What the Secret says. Every part but `ca` is there during a change of CAs only. */
export interface AuthorityState {
  /** Signs. Undefined: there is none that could. */
  readonly ca: Authority | undefined
  /** Is to sign as soon as everybody trusts it. */
  readonly next: Authority | undefined
  /** Have signed. Trusted until they expire, and with them the last certificate that they can have signed. */
  readonly previous: readonly Anchor[]
  /** Why `ca` or `next` is undefined though the Secret has something there, e.g. `ca.key is no private key`. */
  readonly faults: readonly string[]
}

/** The keys of the Secret; all values are PEM. */
export const secretKeys = {
  ca: 'ca.crt',
  caKey: 'ca.key',
  next: 'ca-next.crt',
  nextKey: 'ca-next.key',
  previous: 'ca-previous.crt',
} as const

/** Reads the values of the Secret. */
export function readAuthorityState(values: ReadonlyMap<string, string>, now: number): AuthorityState {
  const faults: string[] = []
  const ca = readAuthority(values, secretKeys.ca, secretKeys.caKey, now, faults)
  const next = readAuthority(values, secretKeys.next, secretKeys.nextKey, now, faults)
  return { ca, next, previous: readBundle(values.get(secretKeys.previous) ?? ''), faults }
}

/** The values of the Secret; undefined for keys that it is not to have. */
export function writeAuthorityState({ ca, next, previous }: AuthorityState): Map<string, string | undefined> {
  return new Map([
    [secretKeys.ca, ca?.cert],
    [secretKeys.caKey, ca?.key],
    [secretKeys.next, next?.cert],
    [secretKeys.nextKey, next?.key],
    [secretKeys.previous, previous.length === 0 ? undefined : previous.map(({ cert }) => cert).join('')],
  ])
}

/** A new CA as the state has it. Throws TypeError for what is no certificate. */
export function authorityOf({ cert, key }: { readonly cert: string; readonly key: string }): Authority {
  const [anchor] = readBundle(cert)
  if (anchor === undefined) throw new TypeError('a CA that was just made cannot be read')
  return { ...anchor, key }
}

/** What a caBundle is to have: everything that signs, will sign or has signed and is good still. */
export function trustedBy({ ca, next, previous }: AuthorityState, now: number): Anchor[] {
  const all = [ca, next, ...previous].filter((anchor) => anchor !== undefined)
  const byFingerprint = new Map(
    all.filter(({ expires }) => expires > now).map((each) => [each.fingerprint, each]),
  )
  return [...byFingerprint.values()]
}

/** When it was made: certificates are good from a little before. */
export function madeAt({ notBefore }: Anchor): number {
  return notBefore + backdatedMs
}

function readAuthority(
  values: ReadonlyMap<string, string>,
  certName: string,
  keyName: string,
  now: number,
  faults: string[],
): Authority | undefined {
  const [cert, key] = [values.get(certName) ?? '', values.get(keyName) ?? '']
  if (cert === '' && key === '') return undefined
  const [anchor] = readBundle(cert)
  const fault =
    anchor === undefined ? `${certName} is no certificate` : faultOf(anchor, key, certName, keyName, now)
  if (fault !== undefined) faults.push(fault)
  return fault !== undefined || anchor === undefined ? undefined : { ...anchor, key }
}

/** What certificates are signed with (issue.ts). */
function isOfOurKind({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

function faultOf(
  { cert, expires }: Anchor,
  key: string,
  certName: string,
  keyName: string,
  now: number,
): string | undefined {
  const certificate = new X509Certificate(cert)
  if (!certificate.ca) return `${certName} is no CA`
  if (expires <= now) return `${certName} has expired on ${new Date(expires).toISOString()}`
  try {
    const read = createPrivateKey(key)
    if (!isOfOurKind(read)) return `${keyName} is no key of ECDSA P-256`
    return certificate.checkPrivateKey(read) ? undefined : `${keyName} belongs to another certificate`
  } catch {
    return `${keyName} is no private key`
  }
}
