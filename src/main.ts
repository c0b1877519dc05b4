#!/usr/bin/env node
import { runCommand } from './commands/program.ts'

const exitCode = await runCommand(process.argv.slice(2), process)
// Only when all output is written; what a failed start has left open must not keep the process.
process.stdout.write('', () => process.exit(exitCode))
