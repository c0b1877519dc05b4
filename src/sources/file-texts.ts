import { readFile, stat } from 'node:fs/promises'

/** Tells one state of files from another without reading them; links are followed. */
export async function stateOf(paths: readonly string[]): Promise<string> {
  const states = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return states
    .map((file) => (file ? `${file.dev}:${file.ino}:${file.size}:${file.ctimeMs}` : 'missing'))
    .join(' ')
}

/** The texts of files by their paths. Rejects if one of them cannot be read. */
export async function readTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)))
}

/** The text of a file that need not be there; undefined where it is not. Rejects if it cannot be read. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
