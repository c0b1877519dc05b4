import type { Socket } from 'node:net'

/** Answers bytes that are no HTTP request, or not one in time, and closes the connection. */
export function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = statusLine(error.code ?? '')
  if (status === undefined || !socket.writable) {
    socket.destroy()
    return
  }
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

/** Undefined for what happens below HTTP: a reset, or a handshake that failed or took too long. */
function statusLine(code: string): string | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  // The codes of Node's HTTP parser.
  return code.startsWith('HPE_') ? '400 Bad Request' : undefined
}
