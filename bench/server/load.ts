import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

/**
 * A client that costs less than the servers it measures: requests are made beforehand, answers are counted by their
 * Content-Length and not parsed. (autocannon and the server need about the same time for a request, so that with a core
 * each it would measure itself.)
 */
export interface Load {
  /** Answers so far. */
  count(): number
  /** Milliseconds that each answer took, since the last call. */
  takeLatencies(): number[]
  stop(): void
}

/** Puts the bodies into requests to `/inject`. */
export function requestsOf(bodies: readonly string[]): Buffer[] {
  return bodies.map((body) =>
    Buffer.from(
      'POST /inject?timeout=10s HTTP/1.1\r\nHost: eks-sidecar-injector.istio-system.svc:443\r\n' +
        'User-Agent: kube-apiserver-admission\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\nAccept-Encoding: gzip\r\n\r\n${body}`,
    ),
  )
}

/** Sends the requests in turn over that many connections, each the next one as soon as its answer is there. */
export async function startLoad(
  port: number,
  requests: readonly Buffer[],
  connections: number,
): Promise<Load> {
  let answers = 0
  let next = 0
  let latencies: number[] = []
  let stopped = false
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))

  for (const socket of sockets) {
    let sent = 0
    const send = () => {
      sent = performance.now()
      const request = requests[next++ % requests.length]
      if (request !== undefined) socket.write(request)
    }
    onAnswers(socket, () => {
      answers++
      latencies.push(performance.now() - sent)
      if (!stopped) send()
    })
    send()
  }

  return {
    count: () => answers,
    takeLatencies() {
      const taken = latencies
      latencies = []
      return taken
    },
    stop() {
      stopped = true
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function open(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return socket.setNoDelay(true)
}

/** Calls back for every whole answer; one is on its way at a time. */
function onAnswers(socket: TLSSocket, done: () => void): void {
  let missing = 0
  socket.on('data', (chunk: Buffer) => {
    if (missing === 0) missing = lengthOf(chunk)
    missing -= chunk.length
    if (missing === 0) done()
  })
  socket.on('error', (error) => {
    throw error
  })
}

/** Bytes of an answer by its head, which comes in one piece. */
function lengthOf(chunk: Buffer): number {
  const end = chunk.indexOf('\r\n\r\n')
  const head = chunk.toString('latin1', 0, end)
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  if (!head.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(`unexpected answer: ${head}`)
  return end + 4 + Number(length)
}
