import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A server in a process of its own, on the first core. */
export interface ServerProcess {
  readonly port: number
  /** Milliseconds of processor time so far, by the kernel's clock of 100 ticks a second. */
  cpu(): number
  /** Megabytes that are resident. */
  memory(): number
  stop(): Promise<void>
}

/** Runs Node with a program that says on standard output, as JSON, that it is ready and on which port. */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await readyPort(child)
  child.stdout?.resume()
  return {
    port,
    cpu() {
      const [, fields = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')
      const [, , , , , , , , , , , user, system] = fields.split(' ')
      return (Number(user) + Number(system)) * 10
    },
    memory() {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      return Number(kilobytes) / 1024
    },
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function readyPort({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new TypeError('the server has no standard output')
  const lines = createInterface({ input: stdout })
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line)
    if (msg !== 'ready') continue
    lines.close()
    return port
  }
  throw new Error('the server ended before it was ready')
}
