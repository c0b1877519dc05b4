import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { decode } from '../golang/bytes.ts'
import { byteOrder, textOf } from '../sources/file-texts.ts'
import { CommandError } from './errors.ts'

/** The text of a file. Throws CommandError that names the file and the reason. */
export async function readText(path: string): Promise<string> {
  return checkedText(await readBytes(path), path)
}

/** The text of a file, or of standard input for `-`. Throws CommandError likewise. */
export async function readInput(path: string, stdin: Readable): Promise<string> {
  return path === '-' ? checkedText(await buffer(stdin), 'standard input') : readText(path)
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}

/** What is no text is refused, as by Go's YAML: to go on with other letters in its place would change a manifest unseen. */
function checkedText(bytes: Buffer, name: string): string {
  if (isUtf8(bytes) || byteOrder(bytes) !== undefined) return textOf(bytes)
  const before = decode(bytes).split(/[\udc80-\udcff]/u, 1)[0] ?? ''
  throw new CommandError(`${name}: line ${before.split('\n').length} is no UTF-8 text`)
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
