import { decode } from '../golang/bytes.ts'
import { char, isBlank, isBreakOrEnd, isDigit, isGap, isWordCharacter } from './characters.ts'
import type { Cursor } from './cursor.ts'

/** A name for a tag: `!e!` and `foo` of `!e!foo`. */
export interface TagName {
  readonly handle: string
  readonly suffix: string
}

/** What a line `%YAML 1.1` or `%TAG !e! tag:example.org,2000:` says. */
export type Directive =
  | { readonly type: 'version'; readonly version: string }
  | { readonly type: 'tag-handle'; readonly handle: string; readonly prefix: string }

/** Reads a directive, its line break included. */
export function scanDirective(cursor: Cursor): Directive {
  cursor.at++
  const directive = scanDirectiveBody(cursor)
  cursor.skipBlanks()
  cursor.skipComment()
  if (!isBreakOrEnd(cursor.code())) throw cursor.fault('did not find expected comment or line break')
  cursor.skipBreak()
  return directive
}

function scanDirectiveBody(cursor: Cursor): Directive {
  const name = scanWord(cursor)
  if (name === '') throw cursor.fault('could not find expected directive name')
  if (!isGap(cursor.code())) throw cursor.fault('found unexpected non-alphabetical character')
  if (name !== 'YAML' && name !== 'TAG') throw cursor.fault('found unknown directive name')
  cursor.skipBlanks()
  return name === 'YAML' ? scanVersion(cursor) : scanTagDirective(cursor)
}

function scanVersion(cursor: Cursor): Directive {
  const major = scanVersionNumber(cursor)
  if (cursor.code() !== char.dot) throw cursor.fault("did not find expected digit or '.' character")
  cursor.at++
  return { type: 'version', version: `${major}.${scanVersionNumber(cursor)}` }
}

function scanVersionNumber(cursor: Cursor): number {
  const start = cursor.at
  while (isDigit(cursor.code())) {
    if (cursor.at - start === 2) throw cursor.fault('found extremely long version number')
    cursor.at++
  }
  if (cursor.at === start) throw cursor.fault('did not find expected version number')
  return Number(cursor.text.slice(start, cursor.at))
}

function scanTagDirective(cursor: Cursor): Directive {
  const handle = scanHandle(cursor)
  if (handle !== '!' && !handle.endsWith('!')) throw cursor.fault("did not find expected '!'")
  if (!isBlank(cursor.code())) throw cursor.fault('did not find expected whitespace')
  cursor.skipBlanks()
  const prefix = scanUri(cursor, '')
  if (!isGap(cursor.code())) throw cursor.fault('did not find expected whitespace or line break')
  return { type: 'tag-handle', handle, prefix }
}

/** Reads `!`, `!suffix`, `!!suffix`, `!handle!suffix` or `!<tag>`. */
export function scanTag(cursor: Cursor): TagName {
  const tag = cursor.code(1) === char.less ? scanVerbatimTag(cursor) : scanShortTag(cursor)
  if (!isGap(cursor.code())) throw cursor.fault('did not find expected whitespace or line break')
  return tag
}

function scanVerbatimTag(cursor: Cursor): TagName {
  cursor.at += 2
  const suffix = scanUri(cursor, '')
  if (cursor.code() !== char.greater) throw cursor.fault("did not find the expected '>'")
  cursor.at++
  return { handle: '', suffix }
}

function scanShortTag(cursor: Cursor): TagName {
  const handle = scanHandle(cursor)
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, '') }
  const suffix = scanUri(cursor, handle)
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

function scanHandle(cursor: Cursor): string {
  if (cursor.code() !== char.exclamation) throw cursor.fault("did not find expected '!'")
  cursor.at++
  const word = scanWord(cursor)
  if (cursor.code() !== char.exclamation) return `!${word}`
  cursor.at++
  return `!${word}!`
}

function scanWord(cursor: Cursor): string {
  const start = cursor.at
  while (isWordCharacter(cursor.code())) cursor.at++
  return cursor.text.slice(start, cursor.at)
}

const uriCharacters: ReadonlySet<string> = new Set(";/?:@&=+$,.!~*'()[]")

/** Reads a tag's URI, `%xx` decoded; `head` is what was read of it as a handle, with its `!`. */
function scanUri(cursor: Cursor, head: string): string {
  const start = cursor.at
  let uri = head.slice(1)
  for (;;) {
    const code = cursor.code()
    if (code === char.percent) uri += scanUriEscape(cursor)
    else if (isWordCharacter(code) || uriCharacters.has(cursor.text.charAt(cursor.at))) {
      uri += cursor.text.charAt(cursor.at++)
    } else break
  }
  if (head === '' && cursor.at === start) throw cursor.fault('did not find expected tag URI')
  return uri
}

/** Reads the escaped bytes of one character. */
function scanUriEscape(cursor: Cursor): string {
  const first = scanOctet(cursor)
  const width = utf8Width(first)
  if (width === 0) throw cursor.fault('found an incorrect leading UTF-8 octet')
  const octets = [first]
  while (octets.length < width) {
    const octet = scanOctet(cursor)
    if ((octet & 0xc0) !== 0x80) throw cursor.fault('found an incorrect trailing UTF-8 octet')
    octets.push(octet)
  }
  return decode(Uint8Array.from(octets))
}

function scanOctet(cursor: Cursor): number {
  const escape = /^%([0-9a-fA-F]{2})$/.exec(cursor.text.slice(cursor.at, cursor.at + 3))
  if (escape === null) throw cursor.fault('did not find URI escaped octet')
  cursor.at += 3
  return Number.parseInt(escape[1] ?? '', 16)
}

function utf8Width(octet: number): number {
  if (octet < 0x80) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}
