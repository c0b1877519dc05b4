/** The Master Password algorithm, which makes passwords that need not be kept anywhere. */
import { createHmac, scryptSync } from 'node:crypto'
import { byteLength, encode } from '../../golang/bytes.ts'

const longForms =
  'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
  'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
  'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'

/** The forms of passwords by their names in the Master Password algorithm; a letter says what stands at its place. */
const formsByType: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  ['long', longForms.split(' ')],
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

/** Keeps the keys of the algorithm apart from all others. */
const scope = 'com.lyndir.masterpassword'

/** The algorithm's scrypt parameters; 128 · N · r bytes of memory. */
const scryptOptions = { N: 32_768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 }

/** What a password is derived from, besides the counter. */
export interface Secret {
  readonly password: string
  readonly user: string
  readonly site: string
}

/** The Master Password algorithm, version 3: the same password for the same secret, user, site and counter. */
export function derivePassword(counter: number, type: string, { password, user, site }: Secret): string {
  const forms = formsByType.get(type)
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
