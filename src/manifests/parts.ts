/** A document of a stream and the line that separates it from the next, byte for byte; all together are the stream. */
export interface StreamPart {
  readonly document: string
  /** `---` with its line end; "" behind the last document, if nothing follows it. */
  readonly separator: string
}

/**
 * The parts of a stream, by the rule of `splitDocuments`: a separator is a line `---` followed by nothing but
 * whitespace, and one with no line before it belongs to the document after it.
 */
export function streamParts(stream: string): StreamPart[] {
  const parts: StreamPart[] = []
  let start = 0
  let at = 0
  while (at < stream.length) {
    const end = lineEnd(stream, at)
    if (at > start && isSeparator(stream, at, end)) {
      parts.push({ document: stream.slice(start, at), separator: stream.slice(at, end) })
      start = end
    }
    at = end
  }
  if (start < stream.length) parts.push({ document: stream.slice(start), separator: '' })
  return parts
}

/** The offset behind the line's end. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline + 1
}

function isSeparator(text: string, at: number, end: number): boolean {
  return text.startsWith('---', at) && text.slice(at + 3, end).trim() === ''
}
