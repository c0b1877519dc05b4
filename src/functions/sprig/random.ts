import { returns } from '../define.ts'
import { runtimeError, goError } from './errors.ts'
import { checkText } from './limits.ts'
import type { SprigOptions } from './options.ts'
import type { FunctionTable } from './table.ts'

const digits = '0123456789'
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 0x20 + i))

/** Functions whose result is by chance, all from the one source that is passed in. */
export function randomFunctions({ random }: SprigOptions): FunctionTable {
  /** An integer from 0 to below the limit, each as likely. */
  const below = (limit: bigint): bigint => {
    // The rest of 2^64 that is no whole multiple of the limit would favour small numbers.
    const fair = 2n ** 64n - (2n ** 64n % limit)
    for (;;) {
      const drawn = Buffer.from(random(8)).readBigUInt64BE()
      if (drawn < fair) return drawn % limit
    }
  }
  const charactersOf = (alphabet: string) => {
    return returns('string', ['int'], (count) => {
      checkText(Number(count))
      let text = ''
      while (text.length < count) {
        // One byte may stand for a character only below the greatest multiple of their number.
        const fair = 256 - (256 % alphabet.length)
        for (const byte of random(Number(count) - text.length)) {
          if (byte < fair) text += alphabet.charAt(byte % alphabet.length)
        }
      }
      return text
    })
  }
  return [
    ['randAlphaNum', charactersOf(letters + digits)],
    ['randAlpha', charactersOf(letters)],
    ['randNumeric', charactersOf(digits)],
    ['randAscii', charactersOf(printable)],
    [
      'randBytes',
      returns('string', ['int'], (count) => {
        if (count < 0n) throw runtimeError('makeslice: len out of range')
        checkText(Number(count))
        return Buffer.from(random(Number(count))).toString('base64')
      }),
    ],
    [
      'randInt',
      returns('int', ['int', 'int'], (least, limit) => {
        if (limit <= least) throw goError('invalid argument to Intn')
        return least + below(limit - least)
      }),
    ],
    ['shuffle', returns('string', ['string'], (text) => shuffled(text, below))],
    ['uuidv4', returns('string', [], () => uuid(random(16)))],
  ]
}

/** The characters in another order. */
function shuffled(text: string, below: (limit: bigint) => bigint): string {
  const chars = Array.from(text.toWellFormed())
  for (let last = chars.length - 1; last > 0; last--) {
    const other = Number(below(BigInt(last + 1)))
    const moved = chars[last] ?? ''
    chars[last] = chars[other] ?? ''
    chars[other] = moved
  }
  return chars.join('')
}

/** A UUID of version 4 and the usual variant (RFC 9562, 5.4). */
function uuid(random: Uint8Array): string {
  const bytes = Buffer.from(random)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
