import type { IncomingMessage } from 'node:http'

/** No answer that is asked for comes near it: etcd holds objects to 1.5 MB, and lists come in pages of 500. */
const mostCharacters = 256 * 1024 * 1024

/** The text of an answer. Rejects if it breaks off. */
export async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) {
    text += String(chunk)
    if (text.length > mostCharacters) throw new Error('the answer is too long')
  }
  return text
}

/** The lines of an answer, as they come; what follows the last line feed is one, too. Rejects if it breaks off. */
export async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > mostCharacters) throw new Error('a line of the answer is too long')
    yield* lines
  }
  if (rest !== '') yield rest
}
