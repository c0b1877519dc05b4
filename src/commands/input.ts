import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { CommandError } from './errors.ts'

/** The text of a file. Throws CommandError that names the file and the reason. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}

/** The text of a file, or of standard input for `-`. */
export function readInput(path: string, stdin: Readable): Promise<string> {
  return path === '-' ? text(stdin) : readText(path)
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'is a directory'],
])

/** Why the file system refused, without the system call's name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error && reasons.get(error.code)) || error.message
}
