import { decode } from '../../golang/bytes.ts'
import { returns } from '../define.ts'
import { decodeBase32, decodeBase64, encodeBase32, encodeBase64 } from './base64.ts'
import { SprigError } from './errors.ts'
import type { FunctionTable } from './table.ts'

/** base64 and base32. What cannot be decoded gives the error's text, not an error. */
export const encodingFunctions: FunctionTable = [
  ['b64enc', returns('string', ['string'], encodeBase64)],
  ['b64dec', returns('string', ['string'], (text) => orMessage(() => decode(decodeBase64(text))))],
  ['b32enc', returns('string', ['string'], encodeBase32)],
  ['b32dec', returns('string', ['string'], (text) => orMessage(() => decodeBase32(text)))],
]

function orMessage(run: () => string): string {
  try {
    return run()
  } catch (error) {
    if (error instanceof SprigError) return error.message
    throw error
  }
}
