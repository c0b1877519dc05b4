#!/usr/bin/env node
import { runCommand } from './commands/program.ts'

// Whoever reads may have seen enough (`… | head`); the rest is for nobody, and no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

const exitCode = await runCommand(process.argv.slice(2), process)
// Only when all output is written; what a failed start has left open must not keep the process.
process.stdout.write('', () => process.exit(exitCode))
