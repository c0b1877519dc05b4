import { readFile, stat } from 'node:fs/promises'

/** Tells one state of files from another without reading them; links are followed. */
export async function stateOf(paths: readonly string[]): Promise<string> {
  const states = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return states
    .map((file) => (file ? `${file.dev}:${file.ino}:${file.size}:${file.ctimeMs}` : 'missing'))
    .join(' ')
}

/**
 * The text of a file's bytes: UTF-8, or UTF-16 if its byte order mark says so, as Go's YAML reads it. The `>` of
 * Windows PowerShell writes what kubectl prints as UTF-16.
 */
export function textOf(bytes: Buffer): string {
  const order = byteOrder(bytes)
  if (order === undefined) return bytes.toString('utf8')
  const units = bytes.subarray(2, bytes.length - (bytes.length % 2))
  return (order === 'little' ? units : Buffer.from(units).swap16()).toString('utf16le')
}

/** That of UTF-16, by its mark, which no UTF-8 begins with. */
export function byteOrder([first, second]: Buffer): 'little' | 'big' | undefined {
  if (first === 0xff && second === 0xfe) return 'little'
  return first === 0xfe && second === 0xff ? 'big' : undefined
}

/** The text of a file. Rejects if it cannot be read. */
export async function readText(path: string): Promise<string> {
  return textOf(await readFile(path))
}

/** The texts of files by their paths. Rejects if one of them cannot be read. */
export async function readTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readText(path)] as const)))
}

/** The text of a file that need not be there; undefined where it is not. Rejects if it cannot be read. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readText(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
