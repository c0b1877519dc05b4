import { PassThrough } from 'node:stream'
import { runCommand } from '../../src/commands/program.ts'

/** What a command wrote, and the exit code it ended with. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in this process, with that text on standard input. */
export async function runWith(args: readonly string[], input = ''): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(input)
  const code = await runCommand(args, { stdin, stdout, stderr })
  const [out = '', err = ''] = [stdout, stderr].map((stream) => String(stream.read() ?? ''))
  return { code, stdout: out, stderr: err }
}
