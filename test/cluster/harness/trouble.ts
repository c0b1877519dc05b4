import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Takes connections, and never says a word. */
export async function silentServer() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const called = once(server, 'connection')
  return {
    address: `127.0.0.1:${port}`,
    called,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** The process of the API server that listens there; the tests' own, in a namespace of their own. */
export function apiServerOn(port: number): number {
  const found = readdirSync('/proc').find((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').includes(`--secure-port=${port}`)
    } catch {
      return false
    }
  })
  return Number(found)
}

/** Lets a process work for a moment every two seconds, until the signal comes. */
export async function starve(pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    process.kill(pid, 'SIGSTOP')
    await sleep(2500)
    process.kill(pid, 'SIGCONT')
    await sleep(60)
  }
}
