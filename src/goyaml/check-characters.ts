import { YamlError } from './errors.ts'

/** Anything but what YAML 1.1 calls printable; half of a surrogate pair is a byte that is no UTF-8 (see golang/bytes.ts). */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Refuses text with characters that YAML does not allow. */
export function checkCharacters(text: string): void {
  const found = unprintable.exec(text)
  if (found === null) return
  const code = found[0].charCodeAt(0)
  const problem =
    code >= 0xd800 && code <= 0xdfff ? utf8Problem(text, found.index) : 'control characters are not allowed'
  const before = text.slice(0, found.index).split(/\r\n|[\r\n]/)
  throw new YamlError('character', `yaml: ${problem}`, {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  })
}

/** What go-yaml says of a byte that begins no character. */
function utf8Problem(text: string, at: number): string {
  const octet = text.charCodeAt(at) - 0xdc00
  const width = octet < 0xc0 || octet > 0xf7 ? 0 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4
  if (width === 0) return 'invalid leading UTF-8 octet'
  return at + width > text.length ? 'incomplete UTF-8 octet sequence' : 'invalid trailing UTF-8 octet'
}
