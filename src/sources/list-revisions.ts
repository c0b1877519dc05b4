import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isRevisionName } from '../revisions/revisions.ts'

/** The folders of a folder. */
export interface RevisionFolders {
  /** Those that are named as revisions are, sorted. */
  readonly names: readonly string[]
  /** Those that cannot be revisions by their names; hidden ones (`..data`) not counted. */
  readonly misnamed: readonly string[]
}

/** Lists the folders that hold revisions; links to folders count. Rejects if the folder cannot be read. */
export async function listRevisions(directory: string): Promise<RevisionFolders> {
  const entries = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()
  const areFolders = await Promise.all(entries.map((name) => isFolder(join(directory, name))))
  const folders = entries.filter((_, index) => areFolders[index])
  return {
    names: folders.filter(isRevisionName),
    misnamed: folders.filter((name) => !isRevisionName(name)),
  }
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isDirectory() === true
}
