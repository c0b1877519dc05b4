import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto'
import { byteLength, decode, encode } from '../../golang/bytes.ts'
import { returns } from '../define.ts'
import { decodeBase64 } from './base64.ts'
import { goError, runtimeError } from './errors.ts'
import type { SprigOptions } from './options.ts'
import type { FunctionTable } from './table.ts'

/** Functions that derive passwords and hide texts. */
export function passwordFunctions({ random }: SprigOptions): FunctionTable {
  return [
    [
      'derivePassword',
      returns(
        'string',
        ['uint32', 'string', 'string', 'string', 'string'],
        (counter, type, password, user, site) => {
          return derivePassword(Number(counter.scalar), type, { password, user, site })
        },
      ),
    ],
    [
      'encryptAES',
      returns('string', ['string', 'string'], (password, text) => {
        return text === '' ? '' : encryptAes(password, text, random(blockSize))
      }),
    ],
    [
      'decryptAES',
      returns('string', ['string', 'string'], (password, text) =>
        text === '' ? '' : decryptAes(password, text),
      ),
    ],
  ]
}

/** Which characters stand at each place of a password, by the names of the Master Password algorithm. */
const templates: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    [
      'CvcvnoCvcvCvcv',
      'CvcvCvcvnoCvcv',
      'CvcvCvcvCvcvno',
      'CvccnoCvcvCvcv',
      'CvccCvcvnoCvcv',
      'CvccCvcvCvcvno',
      'CvcvnoCvccCvcv',
      'CvcvCvccnoCvcv',
      'CvcvCvccCvcvno',
      'CvcvnoCvcvCvcc',
      'CvcvCvcvnoCvcc',
      'CvcvCvcvCvccno',
      'CvccnoCvccCvcv',
      'CvccCvccnoCvcv',
      'CvccCvccCvcvno',
      'CvcvnoCvccCvcc',
      'CvcvCvccnoCvcc',
      'CvcvCvccCvccno',
      'CvccnoCvcvCvcc',
      'CvccCvcvnoCvcc',
      'CvccCvcvCvccno',
    ],
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
])

const vowels = 'AEIOU'
const consonants = 'BCDFGHJKLMNPQRSTVWXYZ'
const letters = vowels + vowels.toLowerCase() + consonants + consonants.toLowerCase()

const characters: ReadonlyMap<string, string> = new Map([
  ['V', vowels],
  ['C', consonants],
  ['v', vowels.toLowerCase()],
  ['c', consonants.toLowerCase()],
  ['A', vowels + consonants],
  ['a', letters],
  ['n', '0123456789'],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', `${letters}0123456789!@#$%^&*()`],
])

const scope = 'com.lyndir.masterpassword'

/** The algorithm's scrypt parameters; 128 · N · r bytes of memory. */
const scryptOptions = { N: 32_768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 }

interface Secret {
  readonly password: string
  readonly user: string
  readonly site: string
}

/** The Master Password algorithm, version 3: the same password for the same secret, user, site and counter. */
function derivePassword(counter: number, type: string, { password, user, site }: Secret): string {
  const forms = templates.get(type)
  if (forms === undefined) return `cannot find password template ${type}`
  const salt = Buffer.concat([Buffer.from(scope), bigEndian(byteLength(user)), encode(user)])
  const key = scryptSync(encode(password), salt, 64, scryptOptions)
  const seed = createHmac('sha256', key)
    .update(
      Buffer.concat([Buffer.from(scope), bigEndian(byteLength(site)), encode(site), bigEndian(counter)]),
    )
    .digest()
  const form = forms[(seed[0] ?? 0) % forms.length] ?? ''
  return Array.from(form, (place, i) => {
    const allowed = characters.get(place) ?? ''
    return allowed.charAt((seed[i + 1] ?? 0) % allowed.length)
  }).join('')
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const cipher = 'aes-256-cbc'
const blockSize = 16

/** Sprig's key is the password itself, cut or filled with zeros to 32 bytes. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32)
  key.set(encode(password).subarray(0, 32))
  return key
}

function encryptAes(password: string, text: string, iv: Uint8Array): string {
  const encrypt = createCipheriv(cipher, keyOf(password), iv)
  return Buffer.concat([iv, encrypt.update(encode(text)), encrypt.final()]).toString('base64')
}

/** The errors are those of Go, which does not look whether there is a text behind the bytes. */
function decryptAes(password: string, encoded: string): string {
  const bytes = decodeBase64(encoded)
  if (bytes.length < blockSize) {
    throw runtimeError(`slice bounds out of range [:${blockSize}] with capacity ${decodedCapacity(encoded)}`)
  }
  const iv = bytes.subarray(0, blockSize)
  const blocks = bytes.subarray(blockSize)
  if (blocks.length % blockSize !== 0) throw goError('crypto/cipher: input not full blocks')
  if (blocks.length === 0) throw runtimeError('index out of range [-1]')
  const decrypt = createDecipheriv(cipher, keyOf(password), iv).setAutoPadding(false)
  const text = Buffer.concat([decrypt.update(blocks), decrypt.final()])
  const length = text.length - (text.at(-1) ?? 0)
  if (length < 0) throw runtimeError(`slice bounds out of range [:${length}]`)
  return decode(text.subarray(0, length))
}

/** The room that Go makes for what it decodes. */
function decodedCapacity(encoded: string): number {
  return Math.floor(encoded.length / 4) * 3
}
