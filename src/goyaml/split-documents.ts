const marker = '---'

/**
 * The documents of a stream, each as it stands, comments and all, as Kubernetes' YAMLReader (and so kube-inject)
 * gives them. A separator is a line `---` followed by nothing but whitespace; `--- # text` and `---x` separate
 * nothing. A separator with nothing before it stays in the document after it; CRLF becomes LF; the last line gets
 * its LF.
 */
export function splitDocuments(text: string): string[] {
  const documents: string[] = []
  let start = 0
  const lines = linesOf(text)
  for (const [i, line] of lines.entries()) {
    if (i === start || !isSeparator(line)) continue
    documents.push(joined(lines.slice(start, i)))
    start = i + 1
  }
  if (start < lines.length) documents.push(joined(lines.slice(start)))
  return documents
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function isSeparator(line: string): boolean {
  return line.startsWith(marker) && line.slice(marker.length).trim() === ''
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
