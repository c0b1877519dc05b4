/** encoding/base64's and encoding/base32's standard encodings, with Go's errors. */
import { decode, encode } from '../../golang/bytes.ts'
import { goError } from './errors.ts'
import { toBinary } from './text.ts'

const sixBits = /^[A-Za-z0-9+/]$/
const wellFormed = /^[A-Za-z0-9+/]*={0,2}$/

export function encodeBase64(text: string): string {
  return Buffer.from(encode(text)).toString('base64')
}

/** The bytes of a text in base64. Throws SprigError: `illegal base64 data at input byte 3`. */
export function decodeBase64(text: string): Buffer {
  if (text.length % 4 !== 0 || !wellFormed.test(text)) {
    const fault = base64Fault(toBinary(text))
    if (fault !== undefined) throw goError(`illegal base64 data at input byte ${fault}`)
  }
  return Buffer.from(text, 'base64')
}

/** Where Go stumbles over a text, one character a byte; undefined if it does not. */
function base64Fault(bytes: string): number | undefined {
  let at = 0
  // Characters of the current four.
  let count = 0
  for (; at < bytes.length; at++) {
    const char = bytes.charAt(at)
    if (isNewline(char)) continue
    if (!sixBits.test(char)) break
    count = (count + 1) % 4
  }
  if (at === bytes.length) return count === 0 ? undefined : at - count
  if (bytes[at] !== '=' || count < 2) return at
  let next = afterNewlines(bytes, at + 1)
  if (count === 2) {
    if (next === bytes.length) return next
    if (bytes[next] !== '=') return next - 1
    next = afterNewlines(bytes, next + 1)
  }
  return next < bytes.length ? next : undefined
}

function isNewline(char: string | undefined): boolean {
  return char === '\n' || char === '\r'
}

function afterNewlines(bytes: string, from: number): number {
  let at = from
  while (isNewline(bytes[at])) at++
  return at
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function encodeBase32(text: string): string {
  let encoded = ''
  let bits = 0
  let count = 0
  for (const byte of encode(text)) {
    bits = (bits << 8) | byte
    count += 8
    while (count >= 5) {
      count -= 5
      encoded += alphabet.charAt((bits >> count) & 31)
    }
    bits &= (1 << count) - 1
  }
  if (count > 0) encoded += alphabet.charAt((bits << (5 - count)) & 31)
  return encoded.padEnd(Math.ceil(encoded.length / 8) * 8, '=')
}

/** The text behind a text in base32. Throws SprigError: `illegal base32 data at input byte 0`. */
export function decodeBase32(text: string): string {
  const bytes = toBinary(text).replace(/[\r\n]/g, '')
  const length = lengthBeforePadding(bytes)
  const decoded: number[] = []
  let bits = 0
  let count = 0
  for (let at = 0; at < length; at++) {
    bits = (bits << 5) | alphabet.indexOf(bytes.charAt(at))
    count += 5
    if (count < 8) continue
    count -= 8
    decoded.push((bits >> count) & 0xff)
    bits &= (1 << count) - 1
  }
  return decode(Uint8Array.from(decoded))
}

/** How many characters of data there are. Throws SprigError where Go stumbles. */
function lengthBeforePadding(bytes: string): number {
  let at = 0
  while (at < bytes.length && isBase32(bytes.charAt(at))) at++
  const inBlock = at % 8
  if (at === bytes.length) return inBlock === 0 ? at : illegal(at - inBlock)
  const left = bytes.length - at - 1
  if (bytes[at] !== '=' || inBlock < 2 || left >= 8) return illegal(at)
  if (left + inBlock < 7) return illegal(bytes.length)
  for (let i = 0; i < 7 - inBlock; i++) {
    if (bytes[at + 1 + i] !== '=') return illegal(at + i)
  }
  return inBlock === 3 || inBlock === 6 ? illegal(at) : at
}

function isBase32(char: string): boolean {
  return alphabet.includes(char)
}

function illegal(at: number): never {
  throw goError(`illegal base32 data at input byte ${at}`)
}
