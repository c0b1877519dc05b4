import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** A program to start. */
export interface Program {
  /** For messages, and the name of its log. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** Takes what it writes to stdout and stderr, behind what is there. */
  readonly logFile: string
}

/** How a process ended: with an exit code, or by a signal. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProgram {
  readonly name: string
  readonly pid: number
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, then, when the time is over, SIGKILL. */
  stop(milliseconds: number): Promise<Ended>
}

/** Starts a program; whoever starts it stops it. */
export function startProgram(program: Program): RunningProgram {
  const log = openSync(program.logFile, 'a')
  const child = spawn(program.command, program.args, {
    env: program.environment,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${program.name} cannot be started`, { cause: error })))
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
  ended.catch(() => {})
  return {
    name: program.name,
    pid: child.pid ?? -1,
    ended,
    kill: (signal) => void child.kill(signal),
    async stop(milliseconds) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
      try {
        return await ended
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** What a command printed. */
export interface Output {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv | undefined
  readonly input?: string | undefined
  readonly cwd?: string | undefined
}

/** Runs a command to its end, whatever that is. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.environment ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    // A command that ends before it has read everything is judged by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
  })
}

/** Runs a command which must end well; throws with what it printed otherwise. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, args, options)
  if (status === 0) return stdout
  throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}${stdout}`)
}

/** The last lines of a log, for the message of what went wrong. */
export async function tailOf(logFile: string, lines = 15): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
