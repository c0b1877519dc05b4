import { decode } from '../../golang/bytes.ts'
import { checkText } from './limits.ts'
import { toBinary } from './text.ts'

/** What goutils puts for what it leaves out. */
const marker = '...'

/**
 * goutils.WrapCustom: lines of at most so many bytes, broken at blanks; words that are longer are broken too if
 * `breaksWords`.
 */
export function wrap(text: string, width: bigint, lineBreak: string, breaksWords: boolean): string {
  const bytes = toBinary(text)
  const brk = toBinary(lineBreak)
  const columns = width < 1n ? 1 : Number(width)
  let wrapped = ''
  let at = 0
  while (bytes.length - at > columns) {
    if (bytes[at] === ' ') {
      at++
      continue
    }
    const end = lineEnd(bytes, at, columns, breaksWords)
    wrapped += bytes.slice(at, end.from)
    at = end.to
    if (end.isLast) break
    wrapped += brk
    checkText(wrapped.length)
  }
  return fromBinary(wrapped + bytes.slice(at))
}

/** Where a line ends and the next begins. */
interface LineEnd {
  readonly from: number
  readonly to: number
  /** No line follows. */
  readonly isLast?: boolean
}

function lineEnd(bytes: string, at: number, columns: number, breaksWords: boolean): LineEnd {
  const blank = bytes.lastIndexOf(' ', at + columns)
  if (blank >= at) return { from: blank, to: blank + 1 }
  if (breaksWords) return { from: at + columns, to: at + columns }
  const next = bytes.indexOf(' ', at + columns)
  if (next < 0) return { from: bytes.length, to: bytes.length, isLast: true }
  return { from: next, to: next + 1 }
}

/**
 * goutils.AbbreviateFull: at most `width` bytes, with `...` for what is left out at the end, and before `left` too.
 * Widths that leave no room for anything else change nothing.
 */
export function abbreviate(left: bigint, width: bigint, text: string): string {
  if (width < 4n || (left > 0n && width < 7n)) return text
  const bytes = toBinary(text)
  if (bytes.length <= width) return text
  const room = Number(width) - marker.length
  const offset = left > bytes.length ? bytes.length : Number(left)
  const from = Math.min(offset, bytes.length - room)
  if (from <= 4) return fromBinary(bytes.slice(0, room) + marker)
  if (from + room >= bytes.length) return fromBinary(marker + bytes.slice(bytes.length - room))
  return fromBinary(marker + bytes.slice(from, from + room - marker.length) + marker)
}

function fromBinary(bytes: string): string {
  return decode(Buffer.from(bytes, 'latin1'))
}
