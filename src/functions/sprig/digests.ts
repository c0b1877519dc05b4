import { createHash } from 'node:crypto'
import { encode } from '../../golang/bytes.ts'
import type { GoFunction } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import type { FunctionTable } from './table.ts'

/** Digests in hexadecimal digits. */
export const digestFunctions: FunctionTable = [
  ['sha1sum', digest('sha1')],
  ['sha256sum', digest('sha256')],
  ['sha512sum', digest('sha512')],
  ['adler32sum', returns('string', ['string'], adler32)],
]

function digest(algorithm: string): GoFunction {
  return returns('string', ['string'], (text) => createHash(algorithm).update(encode(text)).digest('hex'))
}

/** The greatest prime below 2^16. */
const modulus = 65_521
/** So many bytes can be added up before the sums must be reduced (RFC 1950 has 5552 for 32 bits; ours have 53). */
const block = 4096

/** Adler-32 as a decimal number (RFC 1950). */
function adler32(text: string): string {
  const bytes = encode(text)
  let low = 1
  let high = 0
  for (let start = 0; start < bytes.length; start += block) {
    for (const byte of bytes.subarray(start, start + block)) {
      low += byte
      high += low
    }
    low %= modulus
    high %= modulus
  }
  return String(high * 65_536 + low)
}
