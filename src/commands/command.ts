import type { Command } from 'commander'
import type { Readable, Writable } from 'node:stream'

/** What a command may talk to: the process's streams, or a test's. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

/** 0: done; 1: failed; 2: called wrongly; 3: done, and the answer is no (`doctor`: something is wrong); 4: done, and nothing is proven. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Runs what a command does and takes its exit code. */
export type Run = (action: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>

/** A row of the table of commands. */
export interface CommandRow {
  readonly name: string
  /** What it does, in the list of commands: a verb and its object. */
  readonly summary: string
  /** Adds options, arguments and the action. What the action needs is imported when it runs, not before. */
  define(command: Command, run: Run): void
}
