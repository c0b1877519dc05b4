import type { Writable } from 'node:stream'
import type { KubernetesClient } from '../cluster/client.ts'
import { isObject } from '../golang/json-value.ts'

/** When it is shown how far something is, and how often. */
export interface ProgressTimes {
  /** Whoever waits for less need not be told. Default: 2,000. */
  readonly firstMs?: number
  /** Default: 500. */
  readonly everyMs?: number
}

/** A client that tells how much has come. */
export interface ProgressClient extends KubernetesClient {
  /** Takes away what was told, and tells no more: before the answer is written, or the client closed. */
  quiet(): void
}

/** The same client, which tells on a terminal how much has come while a person waits. Files and pipes get nothing. */
export function withProgress(
  client: KubernetesClient,
  stderr: Writable,
  { firstMs = 2000, everyMs = 500 }: ProgressTimes = {},
): ProgressClient {
  let answers = 0
  let objects = 0
  let isShown = false
  const show = (): void => {
    const count = objects.toLocaleString('en-US')
    stderr.write(`${eraseLine}asking ${client.server}: ${answers} answers, ${count} objects so far`)
    isShown = true
  }
  let timer = isTerminal(stderr)
    ? setTimeout(() => {
        show()
        timer = setInterval(show, everyMs)
      }, firstMs)
    : undefined
  const quiet = (): void => {
    clearTimeout(timer)
    if (isShown) stderr.write(eraseLine)
    isShown = false
  }
  return {
    server: client.server,
    eks: client.eks,
    lines: (request) => client.lines(request),
    async call(request) {
      const answer = await client.call(request)
      answers++
      const items = isObject(answer) ? answer['items'] : undefined
      objects += Array.isArray(items) ? items.length : 1
      return answer
    },
    quiet,
    async close() {
      quiet()
      await client.close()
    },
  }
}

/** To the line's begin, and nothing behind it (ECMA-48: EL). */
const eraseLine = '\r\u001b[K'

function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}
