/** Sprig's encryptAES and decryptAES. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { decode, encode } from '../../golang/bytes.ts'
import { decodeBase64 } from './base64.ts'
import { goError, runtimeError } from './errors.ts'

const cipher = 'aes-256-cbc'
/** Bytes of a block and of the vector that the first is mixed with. */
export const blockSize = 16

/** Sprig's key is the password itself, cut or filled with zeros to 32 bytes. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32)
  key.set(encode(password).subarray(0, 32))
  return key
}

/** The text in blocks of AES-256-CBC behind the vector, in base64. */
export function encryptAes(password: string, text: string, iv: Uint8Array): string {
  const encrypt = createCipheriv(cipher, keyOf(password), iv)
  return Buffer.concat([iv, encrypt.update(encode(text)), encrypt.final()]).toString('base64')
}

/**
 * What {@link encryptAes} has made. Throws SprigError with the errors of Go, which does not look whether there is a text
 * behind the bytes.
 */
export function decryptAes(password: string, encoded: string): string {
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
