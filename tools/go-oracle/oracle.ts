import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Answer {
  readonly out?: string
  readonly error?: string
}

export interface Oracle {
  ask(op: string, text: string): Promise<Answer>
  close(): void
}

/** Builds and starts the Go program of this folder; undefined where there is no Go. */
export function startOracle(): Oracle | undefined {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const build = spawnSync('go', ['build', '-o', '.oracle', '.'], { cwd: folder, encoding: 'utf8' })
  if (build.error !== undefined) return undefined
  if (build.status !== 0) throw new Error(build.stderr)
  const child = spawn(`${folder}/.oracle`, { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: ((answer: Answer) => void)[] = []
  createInterface(child.stdout).on('line', (line) => {
    const answer: Answer = JSON.parse(line)
    waiting.shift()?.(answer)
  })
  return {
    ask(op, text) {
      return new Promise((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify({ op, text })}\n`)
      })
    },
    close: () => child.stdin.end(),
  }
}
