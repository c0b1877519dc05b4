import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The program, as a file. */
export const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A process of the program, its standard error gathered and its log read as objects. */
export interface Running {
  readonly child: ChildProcess
  readonly log: Record<string, unknown>[]
  /** What standard error has so far. */
  stderr(): string
  /** Waits for a line of the log with this message. */
  logged(message: string): Promise<Record<string, unknown>>
  /** Sends a signal, and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

/** Runs `main.ts` with these arguments in this folder. */
export function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } })
  const log: Record<string, unknown>[] = []
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    log.push(JSON.parse(line))
    lines.emit('logged')
  })
  const exited = once(child, 'close').then(([code]) => code)

  async function logged(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = log.find(({ msg }) => msg === message)
      if (line !== undefined) return line
      const more = await Promise.race([once(lines, 'logged').then(() => true), exited.then(() => false)])
      if (!more)
        throw new Error(
          `exited ${child.exitCode} ${child.signalCode} without "${message}": ${stderr} ${JSON.stringify(log.slice(-3))}`,
        )
    }
  }

  return {
    child,
    log,
    stderr: () => stderr,
    logged,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
    exited,
  }
}

export interface Serving extends Running {
  readonly port: number
  readonly operationsPort: number
}

/** `serve` on free ports of 127.0.0.1, when it is ready. */
export async function serve(args: readonly string[], cwd: string): Promise<Serving> {
  const ports = ['--port', '0', '--operationsPort', '0', '--address', '127.0.0.1']
  const running = run(['serve', ...ports, ...args], cwd)
  const { port, operationsPort } = await running.logged('ready')
  return { ...running, port: Number(port), operationsPort: Number(operationsPort) }
}

/** What an address of the operations listener answers. */
export async function get(port: number, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, text: await response.text() }
}
