import { createPrivateKey, X509Certificate } from 'node:crypto'
import { decode } from '../../golang/bytes.ts'
import { goKind, type GoStruct } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { decodeBase64 } from './base64.ts'
import { goError, SprigError } from './errors.ts'
import type { FunctionTable } from './table.ts'

const list = '[]interface {}'
const certificate = 'sprig.certificate'

/**
 * Keys, certificates and salted hashes. Making them is refused: each replica would make its own, and so would each
 * repetition of a request, for one and the same pod. A certificate that is brought along is only checked.
 */
export const certificateFunctions: FunctionTable = [
  ['buildCustomCert', returns(certificate, ['string', 'string'], buildCustomCert)],
  ['genCA', returns(certificate, ['string', 'int'], refusal('genCA'))],
  ['genCAWithKey', returns(certificate, ['string', 'int', 'string'], refusal('genCAWithKey'))],
  ['genSelfSignedCert', returns(certificate, ['string', list, list, 'int'], refusal('genSelfSignedCert'))],
  [
    'genSelfSignedCertWithKey',
    returns(certificate, ['string', list, list, 'int', 'string'], refusal('genSelfSignedCertWithKey')),
  ],
  [
    'genSignedCert',
    returns(certificate, ['string', list, list, 'int', certificate], refusal('genSignedCert')),
  ],
  [
    'genSignedCertWithKey',
    returns(
      certificate,
      ['string', list, list, 'int', certificate, 'string'],
      refusal('genSignedCertWithKey'),
    ),
  ],
  ['genPrivateKey', returns('string', ['string'], generateKey)],
  ['bcrypt', returns('string', ['string'], () => refuse('bcrypt', 'hashes'))],
  [
    'htpasswd',
    returns('string', ['string', 'string'], (user) => {
      return user.includes(':') ? `invalid username: ${user}` : refuse('htpasswd', 'hashes')
    }),
  ],
]

function refuse(name: string, what: string): never {
  const reason = `${what} made while a pod is admitted would differ between replicas`
  throw new SprigError('unavailable', `${name} is not available here: ${reason}`)
}

function refusal(name: string): () => never {
  return () => refuse(name, 'certificates')
}

const keyTypes: ReadonlySet<string> = new Set(['', 'rsa', 'dsa', 'ecdsa', 'ed25519'])

function generateKey(type: string): string {
  return keyTypes.has(type) ? refuse('genPrivateKey', 'keys') : `Unknown type ${type}`
}

/** Checks a certificate and a key, PEM in base64, and gives both as `{Cert, Key}`. They need not belong together. */
function buildCustomCert(certificate: string, key: string): GoStruct {
  const certificatePem = decoded(certificate, 'certificate')
  const keyPem = decoded(key, 'private key')
  const block = firstBlock(certificatePem)
  if (block === undefined) throw goError('unable to decode certificate')
  attempt('certificate: decodedCert.Bytes: x509: malformed certificate', () => new X509Certificate(block))
  const keyBlock = firstBlock(keyPem)
  if (keyBlock === undefined) throw goError('error parsing private key: no PEM data in input')
  attempt('private key', () => createPrivateKey(keyBlock))
  return certificateValue(certificatePem, keyPem)
}

function decoded(text: string, what: string): string {
  try {
    return decode(decodeBase64(text))
  } catch (cause) {
    throw new SprigError('go', `unable to decode base64 ${what}`, cause)
  }
}

function attempt(what: string, parse: () => unknown): void {
  try {
    parse()
  } catch (cause) {
    throw new SprigError('go', `error parsing ${what}`, cause)
  }
}

/** The first block of a PEM text, with its first and last line. */
function firstBlock(text: string): string | undefined {
  const end = text.indexOf('\n-----END ')
  const start = end < 0 ? -1 : text.lastIndexOf('-----BEGIN ', end)
  if (start < 0 || (start > 0 && text[start - 1] !== '\n')) return undefined
  const lineEnd = text.indexOf('\n', end + 1)
  return text.slice(start, lineEnd < 0 ? text.length : lineEnd)
}

function certificateValue(certificate: string, key: string): GoStruct {
  return {
    [goKind]: 'struct',
    goType: 'sprig.certificate',
    field: (name) => (name === 'Cert' ? certificate : name === 'Key' ? key : undefined),
    fieldNames: () => ['Cert', 'Key'],
  }
}
