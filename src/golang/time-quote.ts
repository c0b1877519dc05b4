import { encode } from './bytes.ts'

/** The quotes of Go's time package: every byte that is neither ASCII nor a blank or more is `\xff`. */
export function quoteTime(text: string): string {
  let quoted = ''
  for (const byte of encode(text)) {
    const char = String.fromCharCode(byte)
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, '0')}`
    else quoted += char === '"' || char === '\\' ? `\\${char}` : char
  }
  return `"${quoted}"`
}
